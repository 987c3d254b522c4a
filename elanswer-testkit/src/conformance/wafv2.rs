//! Cases of AWS WAF.

use elanswer_core::{
    Architecture, Cidr, Ref, Region, Resource, Tags, Zone, cidr,
    services::{
        ec2::{SecurityGroup, Subnet, Vpc},
        elbv2::{LoadBalancer, Scheme},
        logs::{LogGroup, LogGroupName},
        s3::{Bucket, BucketName},
        wafv2::{
            Addresses, AntiDdos, ByteMatch, Comparison, Countries, CountryCode, DefaultAction,
            EntityDescription, EntityName, EvaluationWindow, FieldToMatch, HeaderName, IpSet,
            LabelKey, LabelName, LabelScope, LoggingConfiguration, ManagedRuleGroup, ManagedRules,
            MetricName, OversizeHandling, Position, Priority, QueryArgument, RateLimit,
            RedactedField, RequestLimit, ResponseCode, Rule, RuleAction, RuleBody,
            RuleGroupVersion, SearchString, Sensitivity, SizeConstraint, Statement,
            TextTransformation, Transformations, VisibilityConfig, WafScope, WebAcl,
            WebAclAssociation,
        },
    },
};

use super::{Case, ec2::security_group::DESCRIPTION};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "wafv2_ip_set",
        kind: IpSet::SCHEMA.kind,
        made: || alone(office(&["192.0.2.0/24"])),
        updated: Some(|| {
            let it = IpSet {
                description: Some(EntityDescription::literal("The office, and home.")),
                tags: Tags::new().with("Name", "renamed"),
                ..office(&["192.0.2.0/25", "198.51.100.7/32"])
            };
            alone(it)
        }),
        replaced: Some(|| alone(IpSet { name: Some(OTHER), ..office(&["192.0.2.0/24"]) })),
    },
    Case {
        name: "wafv2_ip_set_version",
        kind: IpSet::SCHEMA.kind,
        made: || alone(anonymous(Addresses::of_version("IPV4", ["192.0.2.0/24"]).ok())),
        updated: Some(|| alone(anonymous(Addresses::of_version("IPV4", [""; 0]).ok()))),
        replaced: Some(|| alone(anonymous(Addresses::v6(["2001:db8::/32"]).ok()))),
    },
    Case {
        name: "wafv2_web_acl",
        kind: WebAcl::SCHEMA.kind,
        made: || with_rules(WafScope::Regional, &NAME, |_| simple(["common", "limit", "abroad"])),
        updated: Some(|| {
            with_rules(WafScope::Regional, &NAME, |acl| {
                acl.description = Some(EntityDescription::literal("Guards another shop"));
                acl.default_action = DefaultAction::BlockWith(ResponseCode::of::<404>());
                acl.visibility_config.sampled_requests_enabled = false;
                acl.tags = Tags::new().with("Name", "renamed");
                // In another order, and one fewer.
                simple(["limit", "common"])
            })
        }),
        replaced: Some(|| with_rules(WafScope::Regional, &OTHER, |_| simple(["common"; 1]))),
    },
    Case {
        name: "wafv2_web_acl_of_every_statement",
        kind: WebAcl::SCHEMA.kind,
        made: || with_set(WafScope::Regional, every_statement),
        updated: Some(|| with_set(WafScope::Regional, |set| vec![blocked(set)])),
        replaced: Some(|| with_set(WafScope::CloudFront, every_statement)),
    },
    Case {
        name: "wafv2_web_acl_of_every_group",
        kind: WebAcl::SCHEMA.kind,
        made: || {
            with_rules(WafScope::CloudFront, &NAME, |_| groups(AntiDdos::default(), "Version_1.0"))
        },
        updated: Some(|| {
            let config = AntiDdos { challenges: None, sensitivity_to_block: Sensitivity::Medium };
            with_rules(WafScope::CloudFront, &NAME, |_| groups(config, "Version_1.1"))
        }),
        replaced: None,
    },
    Case {
        name: "wafv2_web_acl_association",
        kind: WebAclAssociation::SCHEMA.kind,
        made: || with_association("one", "a"),
        updated: Some(|| with_association("two", "a")),
        replaced: Some(|| with_association("two", "b")),
    },
    Case {
        name: "wafv2_logging_configuration",
        kind: LoggingConfiguration::SCHEMA.kind,
        made: || with_logging("one", "a"),
        updated: Some(|| with_logging("one", "b")),
        replaced: Some(|| with_logging("two", "b")),
    },
    Case {
        name: "wafv2_logging_configuration_redacted",
        kind: LoggingConfiguration::SCHEMA.kind,
        made: || with_bucket([RedactedField::QueryString {}].into_iter().collect()),
        updated: Some(|| {
            let authorization = HeaderName::literal("authorization");
            let cookie = HeaderName::literal("cookie");
            with_bucket(vec![
                RedactedField::Method {},
                RedactedField::SingleHeader { name: authorization },
                RedactedField::SingleHeader { name: cookie },
                RedactedField::UriPath {},
            ])
        }),
        replaced: None,
    },
];

const NAME: EntityName = EntityName::literal("elanswer-conformance");
const OTHER: EntityName = EntityName::literal("elanswer-conformance-2");

fn arch() -> Architecture {
    Architecture::new("conformance", Region::UsEast1)
}

fn alone(set: IpSet) -> Architecture {
    let mut arch = arch();
    arch.resource("it", set);
    arch
}

fn office(ranges: &[&str]) -> IpSet {
    IpSet {
        name: Some(NAME),
        description: Some(EntityDescription::literal("The office")),
        scope: WafScope::Regional,
        ..anonymous(Addresses::of_version("IPV4", ranges).ok())
    }
}

/// For distributions, under a name that elanswer makes up.
fn anonymous(addresses: Option<Addresses>) -> IpSet {
    #[expect(clippy::expect_used, reason = "a case that is wrong is a failing test")]
    let addresses = addresses.expect("the ranges of this file are ranges");
    IpSet::builder().scope(WafScope::CloudFront).addresses(addresses).build()
}

fn acl(scope: WafScope) -> WebAcl {
    let visibility = VisibilityConfig::named(MetricName::literal("elanswer-conformance"));
    WebAcl::builder().scope(scope).visibility_config(visibility).build()
}

fn with_rules(
    scope: WafScope,
    name: &EntityName,
    rules: impl FnOnce(&mut WebAcl) -> Vec<Rule>,
) -> Architecture {
    let mut arch = arch();
    let mut it = WebAcl { name: Some(name.clone()), ..acl(scope) };
    it.description = Some(EntityDescription::literal("Guards the shop"));
    it.rules = rules(&mut it).into_iter().collect();
    arch.resource("it", it);
    arch
}

/// The priority of the rule of this number.
fn priority(number: usize) -> Priority {
    let number = u32::try_from(number).unwrap_or(0);
    Priority::new(number * 10).unwrap_or(Priority::of::<0>())
}

/// Rules of these names, in this order.
fn simple<const N: usize>(names: [&str; N]) -> Vec<Rule> {
    let rule = |(number, name): (usize, &str)| {
        let priority = priority(number);
        match name {
            "common" => {
                let group = ManagedRuleGroup::of(ManagedRules::Common)
                    .overriding(EntityName::literal("SizeRestrictions_BODY"), RuleAction::Count);
                Rule::managed(EntityName::literal("common"), priority, group)
            }
            "limit" => {
                let rate = RateLimit::builder()
                    .limit(RequestLimit::of::<1000>())
                    .evaluation_window_sec(EvaluationWindow::OneMinute)
                    .build();
                let action = RuleAction::BlockWith(ResponseCode::of::<429>());
                Rule::limiting(EntityName::literal("limit"), priority, rate, action)
            }
            _ => {
                let abroad = country("AQ").or(country("BV"));
                Rule::matching(EntityName::literal("abroad"), priority, abroad, RuleAction::Captcha)
            }
        }
    };
    names.into_iter().enumerate().map(rule).collect()
}

fn country(code: &'static str) -> Statement {
    Statement::from_countries(Countries::of(CountryCode::literal(code)))
}

/// A web ACL with an IP set that its rules look for.
fn with_set(scope: WafScope, rules: impl FnOnce(&Ref<IpSet>) -> Vec<Rule>) -> Architecture {
    let mut arch = arch();
    let both = [WafScope::Regional, WafScope::CloudFront].map(|scope| {
        let id = if scope == WafScope::Regional { "here" } else { "everywhere" };
        let set = IpSet { scope, ..office(&["192.0.2.0/24"]) };
        arch.resource(id, set)
    });
    let [here, everywhere] = &both;
    let set = if scope == WafScope::Regional { here } else { everywhere };
    let it = WebAcl { rules: rules(set).into_iter().collect(), ..acl(scope) };
    arch.resource("it", it);
    arch
}

fn blocked(set: &Ref<IpSet>) -> Rule {
    let name = EntityName::literal("blocked");
    Rule::matching(name, priority(1), Statement::from_addresses(set), RuleAction::Block)
}

/// Rules with every statement, part of a request and action that there is.
fn every_statement(set: &Ref<IpSet>) -> Vec<Rule> {
    let text = |field, position, text| {
        let transformations =
            Transformations::new([TextTransformation::UrlDecode, TextTransformation::Lowercase]);
        let it = ByteMatch::new(field, position, text);
        Statement::from(it.after(transformations.unwrap_or_default()))
    };
    let size = |field, comparison_operator| {
        let it = SizeConstraint { comparison_operator, ..SizeConstraint::longer_than(field, 4096) };
        Statement::from(it)
    };
    let header = |name| FieldToMatch::header(name);
    let texts = text(
        header(HeaderName::literal("user-agent")),
        Position::ContainsWord,
        SearchString::literal("BadBot"),
    )
    .or(text(FieldToMatch::path(), Position::StartsWith, SearchString::literal("/admin")))
    .or(text(FieldToMatch::QueryString {}, Position::Contains, SearchString::literal("ä&<\"")))
    .or(text(FieldToMatch::Method {}, Position::Exactly, SearchString::literal("TRACE")));
    let body = |oversize_handling| FieldToMatch::Body { oversize_handling };
    let argument = FieldToMatch::SingleQueryArgument { name: QueryArgument::literal("id") };
    let sizes = size(body(OversizeHandling::Match), Comparison::Greater)
        .and(size(body(OversizeHandling::Continue), Comparison::AtLeast))
        .and(size(argument, Comparison::NotEqual).negated())
        .and(size(FieldToMatch::AllQueryArguments {}, Comparison::Less));
    let label = |scope, key| Statement::Label { key, scope };
    let labels = label(LabelScope::Label, LabelKey::literal("admin"))
        .and(label(LabelScope::Namespace, LabelKey::literal("awswaf:managed:aws:core-rule-set:")));
    let mut texts = rule("texts", 2, texts, RuleAction::Count);
    if let RuleBody::Match { labels, .. } = &mut texts.body {
        labels.extend([LabelName::literal("admin"), LabelName::literal("shop:suspect")]);
    }
    texts.visibility_config.cloud_watch_metrics_enabled = false;
    let rate = RateLimit::builder()
        .limit(RequestLimit::of::<10>())
        .evaluation_window_sec(EvaluationWindow::TenMinutes)
        .scope_down(country("AQ").negated())
        .build();
    let limit = EntityName::literal("limit");
    vec![
        blocked(set),
        texts,
        rule("sizes", 3, sizes, RuleAction::Challenge),
        rule("labels", 4, labels, RuleAction::Captcha),
        rule("home", 5, country("DE").or(country("FR")), RuleAction::Allow),
        Rule::limiting(limit, priority(6), rate, RuleAction::BlockWith(ResponseCode::of::<429>())),
    ]
}

fn rule(name: &'static str, number: usize, statement: Statement, action: RuleAction) -> Rule {
    Rule::matching(EntityName::literal(name), priority(number), statement, action)
}

/// Managed rule groups, with all that they take.
fn groups(anti_ddos: AntiDdos, version: &'static str) -> Vec<Rule> {
    let common = ManagedRuleGroup {
        version: Some(RuleGroupVersion::literal(version)),
        scope_down: Some(country("AQ").negated()),
        ..ManagedRuleGroup::of(ManagedRules::Common)
            .overriding(EntityName::literal("NoUserAgent_HEADER"), RuleAction::Captcha)
            .overriding(EntityName::literal("SizeRestrictions_BODY"), RuleAction::Count)
    };
    let anti_ddos = ManagedRuleGroup::of(ManagedRules::AntiDdos(anti_ddos));
    let reputation = ManagedRuleGroup::of(ManagedRules::AmazonIpReputation);
    vec![
        Rule::managed(EntityName::literal("ddos"), priority(0), anti_ddos),
        Rule::managed(EntityName::literal("reputation"), priority(1), reputation).counting(),
        Rule::managed(EntityName::literal("common"), priority(2), common),
    ]
}

/// Two web ACLs, two load balancers, and one of those before one of these.
fn with_association(acl_id: &str, front: &str) -> Architecture {
    let mut arch = arch();
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let subnet = |cidr: Cidr, zone| {
        Subnet::builder()
            .vpc(&vpc)
            .cidr_block(cidr)
            .availability_zone(Zone::new(Region::UsEast1, zone))
            .build()
    };
    let subnets = [
        arch.resource("subnet-a", subnet(cidr!("10.0.1.0/24"), 'a')),
        arch.resource("subnet-b", subnet(cidr!("10.0.2.0/24"), 'b')),
    ];
    let group = SecurityGroup::builder().group_description(DESCRIPTION).vpc(&vpc).build();
    let group = arch.resource("group", group);
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, acl(WafScope::Regional)));
    let [a, b] = ["a", "b"].map(|id| {
        let balancer = LoadBalancer::builder()
            .scheme(Scheme::Internal)
            .subnets(subnets.clone())
            .security_groups([group.clone()])
            .build();
        arch.resource(id, balancer)
    });
    let acl = if acl_id == "one" { one } else { two };
    let front = if front == "a" { a } else { b };
    arch.resource("it", WebAclAssociation::new(acl, front));
    arch
}

/// Two web ACLs, two log groups, and what is seen by one of those in one of these.
fn with_logging(acl_id: &str, group: &str) -> Architecture {
    let mut arch = arch();
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, acl(WafScope::CloudFront)));
    let named = |name| LogGroup::builder().log_group_name(name).build();
    let [a, b] = [
        arch.resource("a", named(LogGroupName::literal("aws-waf-logs-elanswer-a"))),
        arch.resource("b", named(LogGroupName::literal("aws-waf-logs-elanswer-b"))),
    ];
    let acl = if acl_id == "one" { one } else { two };
    let group = if group == "a" { a } else { b };
    arch.resource("it", LoggingConfiguration::to_log_group(acl, &group));
    arch
}

/// A web ACL whose requests are written into a bucket, without some of their parts.
fn with_bucket(redacted: Vec<RedactedField>) -> Architecture {
    let mut arch = arch();
    let acl = arch.resource("acl", acl(WafScope::Regional));
    let name = BucketName::literal("aws-waf-logs-elanswer-conformance");
    let bucket = arch.resource("bucket", Bucket::builder().bucket_name(name).build());
    let it = LoggingConfiguration::to_bucket(acl, &bucket);
    arch.resource(
        "it",
        LoggingConfiguration { redacted_fields: redacted.into_iter().collect(), ..it },
    );
    arch
}
