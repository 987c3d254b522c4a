//! What AWS charges for each kind: the one list.
//!
//! It reads properties as CloudFormation has them. A kind that is not here is unpriced.

mod database;
mod tasks;

use serde_json::Value;

use crate::{
    architecture::{Architecture, Node},
    id::ResourceId,
    reference::{Reference, references_in, resolve},
    resource::Properties,
};

/// What AWS charges for a resource.
#[derive(Debug, Default)]
pub(super) struct Charges {
    /// For as long as it stands there.
    pub(super) fixed: Vec<Charge>,
    /// For its use, which nobody knows beforehand.
    pub(super) usage: Vec<&'static str>,
    /// What is not known, and why.
    pub(super) unknown: Vec<String>,
    /// What to know of the prices that were taken.
    pub(super) notes: Vec<&'static str>,
}

/// So many times a price: `part` of `whole`.
#[derive(Debug)]
pub(super) struct Charge {
    pub(super) what: String,
    pub(super) key: String,
    pub(super) part: u64,
    pub(super) whole: u64,
}

impl Charges {
    fn some(mut self, what: &str, key: impl Into<String>, count: u64) -> Self {
        if count > 0 {
            self.fixed.push(Charge {
                what: what.to_owned(),
                key: key.into(),
                part: count,
                whole: 1,
            });
        }
        self
    }

    fn one(self, what: &str, key: impl Into<String>) -> Self {
        self.some(what, key, 1)
    }

    fn part(mut self, what: &str, key: String, part: u64, whole: u64) -> Self {
        self.fixed.push(Charge { what: what.to_owned(), key, part, whole });
        self
    }

    fn by_use(mut self, usage: impl IntoIterator<Item = &'static str>) -> Self {
        self.usage.extend(usage);
        self
    }

    fn unknown(mut self, why: impl Into<String>) -> Self {
        self.unknown.push(why.into());
        self
    }

    fn note(mut self, note: &'static str) -> Self {
        self.notes.push(note);
        self
    }
}

/// What AWS charges for the resource; nothing when nobody knows.
pub(super) fn of(arch: &Architecture, node: &Node) -> Option<Charges> {
    charges(node.resource.schema().kind.as_str(), &node.id, &Tree(node.properties()), arch)
}

/// The properties of a resource.
pub(super) struct Tree<'a>(pub(super) &'a Properties);

impl<'a> Tree<'a> {
    fn at(&self, path: &str) -> Option<&'a Value> {
        let mut names = path.split('.');
        let first = self.0.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))
    }

    fn text(&self, path: &str) -> &'a str {
        self.at(path).and_then(Value::as_str).unwrap_or_default()
    }

    fn is(&self, path: &str) -> bool {
        self.at(path).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A number, which CloudFormation has as a text in some places.
    fn number(&self, path: &str) -> Option<u64> {
        let value = self.at(path)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }

    fn len(&self, path: &str) -> u64 {
        u64::try_from(self.items(path).len()).unwrap_or(u64::MAX)
    }

    fn items(&self, path: &str) -> &'a [Value] {
        self.at(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The properties of every resource of a kind.
    fn of_kind(kind: &str, arch: &'a Architecture) -> impl Iterator<Item = Self> {
        let nodes = arch.nodes().filter(move |node| node.resource.schema().kind.as_str() == kind);
        nodes.map(|node| Self(node.properties()))
    }

    /// The properties of the resource that a reference leads to.
    fn referred(&self, path: &str, arch: &'a Architecture) -> Option<Self> {
        Self::behind(self.at(path)?, arch)
    }

    fn behind(reference: &Value, arch: &'a Architecture) -> Option<Self> {
        let reference = Reference::from_value(reference)?;
        Some(Self(arch.node(&reference.resource)?.properties()))
    }

    /// Whether something of the resource is in it.
    fn refers(&self, path: &str, resource: &ResourceId) -> bool {
        let mut found = Vec::new();
        self.at(path).into_iter().for_each(|value| references_in(value, &mut found));
        found.iter().any(|reference| reference.resource == *resource)
    }

    /// A text, with the names of resources in the place of what refers to them, as far as they are
    /// written out.
    fn named(&self, path: &str, arch: &Architecture) -> Option<String> {
        let name = |reference: &Reference| {
            let node = arch.node(&reference.resource)?;
            let property = node.resource.schema().name.as_ref()?.property;
            node.properties().get(property).cloned()
        };
        let mut value = self.at(path)?.clone();
        resolve(&mut value, &name);
        value.as_str().map(str::to_owned)
    }
}

/// Kinds that AWS does not charge for.
const FREE: &[&str] = &[
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::Budgets::Budget",
    "AWS::CE::AnomalyMonitor",
    "AWS::CE::AnomalySubscription",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::CodeConnections::Connection",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::ECS::TaskDefinition",
    "AWS::ElastiCache::ParameterGroup",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::ElastiCache::User",
    "AWS::ElastiCache::UserGroup",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::KMS::Alias",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::EventSubscription",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::IPSet",
    "AWS::WAFv2::WebACLAssociation",
    "Elanswer::CertificateManager::DomainValidation",
    "Elanswer::CertificateManager::IssuedCertificate",
    "Elanswer::STS::CallerIdentity",
];

/// Kinds that AWS charges for by use alone, and what is used.
const BY_USE: &[(&str, &str)] = &[
    ("AWS::CloudFront::Distribution", "requests, and data sent to viewers"),
    ("AWS::CodeBuild::Project", "minutes of builds"),
    ("AWS::CodePipeline::Pipeline", "minutes of actions"),
    ("AWS::EC2::FlowLog", "logs that are delivered"),
    ("AWS::ECR::Repository", "images that are stored, and pulled from outside the Region"),
    ("AWS::Events::Rule", "events of your own"),
    ("AWS::Logs::LogGroup", "logs that are taken in, stored and searched"),
    ("AWS::Logs::MetricFilter", "the metric that it writes"),
    ("AWS::S3::Bucket", "objects, requests and data sent out"),
    ("AWS::SNS::Subscription", "messages that are delivered"),
    ("AWS::SNS::Topic", "messages that are published and delivered"),
    ("AWS::ServiceDiscovery::HttpNamespace", "calls that look for instances"),
    (
        "AWS::ServiceDiscovery::Service",
        "instances that are registered, and calls that look for them",
    ),
    ("AWS::WAFv2::LoggingConfiguration", "logs that are delivered"),
    ("AWS::XRay::Group", "traces that are recorded and read"),
    ("AWS::XRay::SamplingRule", "traces that are recorded and read"),
    ("Elanswer::RDS::AutomatedBackupReplication", "backups that are kept, and data sent there"),
];

pub(super) fn charges(
    kind: &str,
    id: &ResourceId,
    it: &Tree<'_>,
    arch: &Architecture,
) -> Option<Charges> {
    let none = Charges::default();
    if FREE.contains(&kind) {
        return Some(none);
    }
    if let Some((_, usage)) = BY_USE.iter().find(|(name, _)| *name == kind) {
        return Some(none.by_use([*usage]));
    }
    Some(match kind {
        "AWS::ApplicationAutoScaling::ScalingPolicy" => policy(it),
        "AWS::EC2::EIP" => none.one("public IPv4 address", "ec2.public-ipv4"),
        "AWS::EC2::NatGateway" => {
            none.one("NAT gateway", "ec2.nat-gateway").by_use(["data that goes through"])
        }
        "AWS::EC2::VPCEndpoint" => endpoint(it),
        "AWS::ECS::Cluster" => cluster(it),
        "AWS::ECS::Service" => tasks::service(id, it, arch),
        "AWS::ElastiCache::CacheCluster" | "AWS::ElastiCache::ReplicationGroup" => cache(it),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => load_balancer(it),
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => key(it),
        "AWS::RDS::DBInstance" => database::instance(it, arch),
        "AWS::RDS::DBProxy" => database::proxy(id, it, arch),
        "AWS::Route53::HealthCheck" => health_check(it),
        "AWS::Route53::HostedZone" => {
            none.one("hosted zone", "route53.hosted-zone").by_use(["queries"])
        }
        "AWS::SecretsManager::Secret" => none
            .some("secret, and its copies", "secretsmanager.secret", 1 + it.len("ReplicaRegions"))
            .by_use(["calls"]),
        "AWS::ServiceDiscovery::PrivateDnsNamespace" => {
            none.one("hosted zone", "route53.hosted-zone").by_use(["queries"])
        }
        "AWS::WAFv2::WebACL" => web_acl(it),
        "AWS::CloudWatch::Alarm" => alarm(it),
        "AWS::CloudWatch::CompositeAlarm" => {
            none.one("composite alarm", "cloudwatch.composite-alarm")
        }
        "AWS::CloudWatch::Dashboard" => none
            .one("dashboard", "cloudwatch.dashboard")
            .note("the first three dashboards of an account cost nothing"),
        _ => return None,
    })
}

/// AWS keeps an alarm above the value, and one below it unless nothing is removed.
fn policy(it: &Tree<'_>) -> Charges {
    let only_adds = it.is("TargetTrackingScalingPolicyConfiguration.DisableScaleIn");
    let count = 2 - u64::from(only_adds);
    Charges::default().some("alarms that AWS keeps for it", "cloudwatch.alarm", count)
}

fn cluster(it: &Tree<'_>) -> Charges {
    let collects = |setting: &Value| {
        setting.get("Name").is_some_and(|name| name == "containerInsights")
            && setting.get("Value").is_some_and(|value| value != "disabled")
    };
    if it.items("ClusterSettings").iter().any(collects) {
        return Charges::default().by_use(["metrics and logs of Container Insights"]);
    }
    Charges::default()
}

/// An interface stands in each of its subnets, one in a zone; a gateway costs nothing.
fn endpoint(it: &Tree<'_>) -> Charges {
    if it.text("VpcEndpointType") == "Gateway" {
        return Charges::default();
    }
    Charges::default()
        .some("interfaces of an endpoint", "ec2.interface-endpoint", it.len("SubnetIds").max(1))
        .by_use(["data that goes through"])
}

fn load_balancer(it: &Tree<'_>) -> Charges {
    let kind = it.text("Type");
    let charges = Charges::default().one("load balancer", format!("elbv2.{kind}"));
    let charges = charges.by_use(["connections, requests and data (capacity units)"]);
    if it.text("Scheme") == "internal" {
        return charges;
    }
    // It has an address in every zone at least.
    charges.some("public IPv4 addresses", "ec2.public-ipv4", it.len("Subnets"))
}

/// Every node of a cache costs the same.
fn cache(it: &Tree<'_>) -> Charges {
    let shards = it.number("NumNodeGroups").unwrap_or(1);
    let replicas = it.number("ReplicasPerNodeGroup").unwrap_or(0);
    let nodes = it.number("NumCacheClusters").or_else(|| it.number("NumCacheNodes"));
    let nodes = nodes.unwrap_or_else(|| shards.saturating_mul(1 + replicas));
    let engine = match it.text("Engine") {
        "" => "redis",
        engine => engine,
    };
    let key = format!("elasticache.{engine}.{}", it.text("CacheNodeType"));
    Charges::default()
        .some("cache nodes", key, nodes)
        .by_use(["backups beyond one", "data between zones"])
}

fn key(it: &Tree<'_>) -> Charges {
    let charges = Charges::default().one("key", "kms.key").by_use(["calls"]);
    if it.is("EnableKeyRotation") {
        return charges.note("each of the first two rotations adds as much as the key");
    }
    charges
}

/// Groups of rules that have a fee of their own.
const GROUPS_WITH_FEE: &[&str] = &[
    "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesAntiDDoSRuleSet",
    "AWSManagedRulesBotControlRuleSet",
];

fn web_acl(it: &Tree<'_>) -> Charges {
    let charges = Charges::default()
        .one("web ACL", "wafv2.web-acl")
        .some("rules", "wafv2.rule", it.len("Rules"))
        .by_use(["requests"]);
    it.items("Rules").iter().fold(charges, |charges, rule| {
        let group = |name| rule.pointer(&format!("/Statement/ManagedRuleGroupStatement/{name}"));
        let text = |name| group(name).and_then(Value::as_str);
        match (text("VendorName"), text("Name")) {
            (Some(vendor), Some(name)) if vendor != "AWS" || GROUPS_WITH_FEE.contains(&name) => {
                charges.unknown(format!("the fee of the group of rules `{name}`"))
            }
            _ => charges,
        }
    })
}

/// A check of an endpoint, with its features, or of what others say.
///
/// An endpoint that is known to be in AWS costs less.
fn health_check(it: &Tree<'_>) -> Charges {
    let config = |name: &str| format!("HealthCheckConfig.{name}");
    let kind = it.text(&config("Type"));
    if matches!(kind, "CALCULATED" | "CLOUDWATCH_METRIC" | "RECOVERY_CONTROL") {
        return Charges::default().one("health check", "route53.health-check-of-others");
    }
    let features = [
        kind.starts_with("HTTPS"),
        kind.ends_with("_STR_MATCH"),
        it.number(&config("RequestInterval")) == Some(10),
        it.is(&config("MeasureLatency")),
    ];
    let count = features.into_iter().filter(|has| *has).map(u64::from).sum();
    let asked = it.at(&config("IPAddress"));
    if asked.or_else(|| it.at(&config("FullyQualifiedDomainName"))).is_some_and(in_aws) {
        return Charges::default().one("health check", "route53.health-check-in-aws").some(
            "features of a health check",
            "route53.health-check-feature-in-aws",
            count,
        );
    }
    Charges::default()
        .one("health check", "route53.health-check")
        .some("features of a health check", "route53.health-check-feature", count)
        .note("priced as of an endpoint outside of AWS; one inside costs less")
}

/// Whether an endpoint is one of this architecture, or has a name of AWS.
fn in_aws(endpoint: &Value) -> bool {
    let of_aws = |name: &str| {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        name.ends_with(".amazonaws.com") || name.ends_with(".cloudfront.net")
    };
    Reference::from_value(endpoint).is_some() || endpoint.as_str().is_some_and(of_aws)
}

/// An alarm costs for each metric it looks at.
fn alarm(it: &Tree<'_>) -> Charges {
    let metrics = it.at("Metrics").and_then(Value::as_array);
    let of_metric = |metric: &&Value| metric.get("MetricStat").is_some();
    let count = metrics.map_or(1, |all| all.iter().filter(of_metric).count());
    let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
    let fast = it.number("Period").is_some_and(|seconds| seconds < 60);
    let key = if fast { "cloudwatch.alarm-high-resolution" } else { "cloudwatch.alarm" };
    Charges::default().some("metrics of an alarm", key, count)
}
