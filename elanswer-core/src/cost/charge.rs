//! What AWS charges for each kind: the one list.
//!
//! It reads properties as CloudFormation has them. A kind that is not here is unpriced.

use serde_json::Value;

use crate::{
    architecture::{Architecture, Node},
    reference::Reference,
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
    charges(node.resource.schema().kind.as_str(), &Tree(node.properties()), arch)
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
        let length = self.at(path).and_then(Value::as_array).map_or(0, Vec::len);
        u64::try_from(length).unwrap_or(u64::MAX)
    }

    /// The properties of the resource that a reference leads to.
    fn referred(&self, path: &str, arch: &'a Architecture) -> Option<Self> {
        let reference = Reference::from_value(self.at(path)?)?;
        Some(Self(arch.node(&reference.resource)?.properties()))
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
    "AWS::ECS::Cluster",
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
    ("AWS::ApplicationAutoScaling::ScalingPolicy", "the alarms that AWS makes for it"),
    ("AWS::CloudFront::Distribution", "requests, and data sent to viewers"),
    ("AWS::CodeBuild::Project", "minutes of builds"),
    ("AWS::CodePipeline::Pipeline", "minutes of actions, or a pipeline that runs"),
    ("AWS::EC2::FlowLog", "logs that are delivered"),
    ("AWS::ECR::Repository", "images that are stored, and pulled from outside the Region"),
    ("AWS::Events::Rule", "events of your own"),
    ("AWS::Logs::LogGroup", "logs that are taken in, stored and searched"),
    ("AWS::Logs::MetricFilter", "the metric that it writes"),
    ("AWS::RDS::DBProxy", "the processors of the databases behind it"),
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

pub(super) fn charges(kind: &str, it: &Tree<'_>, arch: &Architecture) -> Option<Charges> {
    let none = Charges::default();
    if FREE.contains(&kind) {
        return Some(none);
    }
    if let Some((_, usage)) = BY_USE.iter().find(|(name, _)| *name == kind) {
        return Some(none.by_use([*usage]));
    }
    Some(match kind {
        "AWS::EC2::EIP" => none.one("public IPv4 address", "ec2.public-ipv4"),
        "AWS::EC2::NatGateway" => {
            none.one("NAT gateway", "ec2.nat-gateway").by_use(["data that goes through"])
        }
        "AWS::EC2::VPCEndpoint" => endpoint(it),
        "AWS::ECS::Service" => service(it, arch),
        "AWS::ElastiCache::CacheCluster" | "AWS::ElastiCache::ReplicationGroup" => cache(it),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => load_balancer(it),
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => key(it),
        "AWS::RDS::DBInstance" => database(it),
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
        "AWS::WAFv2::WebACL" => none
            .one("web ACL", "wafv2.web-acl")
            .some("rules", "wafv2.rule", it.len("Rules"))
            .by_use(["requests, and what some groups of rules cost"]),
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

/// The tasks of a service on Fargate, as many as it keeps.
fn service(it: &Tree<'_>, arch: &Architecture) -> Charges {
    let mut charges = Charges::default().by_use(["data sent out"]);
    let Some(task) = it.referred("TaskDefinition", arch) else {
        return charges.unknown("its task definition is not of this architecture");
    };
    let count = it.number("DesiredCount").unwrap_or(1);
    let (Some(cpu), Some(memory)) = (task.number("Cpu"), task.number("Memory")) else {
        return charges.unknown("its task definition has no size");
    };
    let processor = match task.text("RuntimePlatform.CpuArchitecture") {
        "ARM64" => "arm",
        _ => "x86",
    };
    if it.at("DesiredCount").is_none() {
        charges = charges.note("counted with one task: how many run is left to others");
    }
    let strategy = it.at("CapacityProviderStrategy").map(Value::to_string).unwrap_or_default();
    if strategy.contains("FARGATE_SPOT") {
        charges = charges.note("counted as if none of its tasks ran on Spot, at up to 70 % less");
    }
    if count == 0 {
        return charges;
    }
    let public = it.text("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp") == "ENABLED";
    charges
        .part("vCPU of tasks", format!("fargate.{processor}.vcpu"), count * cpu, 1024)
        .part("GB of memory of tasks", format!("fargate.{processor}.gb"), count * memory, 1024)
        .some("public IPv4 addresses", "ec2.public-ipv4", if public { count } else { 0 })
}

/// A standby costs as much as the server, and so does its storage.
fn database(it: &Tree<'_>) -> Charges {
    let servers = 1 + u64::from(it.is("MultiAZ"));
    let class = it.text("DBInstanceClass");
    let engine = it.text("Engine");
    let mut charges = Charges::default()
        .some("database servers", format!("rds.{engine}.{class}"), servers)
        .by_use(["backups beyond the size of the storage", "data sent out"]);
    let kind = it.text("StorageType");
    match it.number("AllocatedStorage") {
        Some(size) => {
            let key = format!("rds.storage.{kind}");
            charges = charges.some("GB of storage", key, size.saturating_mul(servers));
        }
        None => charges = charges.unknown("the size of its storage"),
    }
    if it.number("Iops").is_some() {
        charges = charges.unknown("provisioned IOPS");
    }
    if it.is("ManageMasterUserPassword") {
        charges = charges.one("secret of its password", "secretsmanager.secret");
    }
    if it.is("EnablePerformanceInsights") {
        charges = charges.by_use(["insights that are kept for longer than a week"]);
    }
    if it.number("MonitoringInterval").is_some_and(|interval| interval > 0) {
        charges = charges.by_use(["metrics of Enhanced Monitoring, as logs"]);
    }
    charges
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

/// A check of an endpoint outside of AWS, with its features, or of what others say.
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
    Charges::default()
        .one("health check", "route53.health-check")
        .some("features of a health check", "route53.health-check-feature", count)
        .note("priced as of an endpoint outside of AWS; one inside costs less")
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
