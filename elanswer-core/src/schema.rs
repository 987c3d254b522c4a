//! What the engine must know about a kind of resource: declared once, beside its model.

use std::{fmt, time::Duration};

/// The name of a kind: the type name that CloudFormation uses, `AWS::EC2::Subnet`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(&'static str);

impl Kind {
    /// A kind of the name `name`, in the form `Vendor::Service::Type`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The whole name: `AWS::EC2::Subnet`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The last part: `Subnet`.
    #[must_use]
    pub fn short(self) -> &'static str {
        self.0.rsplit("::").next().unwrap_or(self.0)
    }

    /// The service: `EC2`.
    #[must_use]
    pub fn service(self) -> &'static str {
        self.0.split("::").nth(1).unwrap_or(self.0)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// What the engine must know about a kind, and nothing else in elanswer knows.
///
/// Properties and outputs have the names of CloudFormation's schema of the same type; a test holds
/// [`replaces`](Self::replaces), [`outputs`](Self::outputs) and [`write_only`](Self::write_only)
/// against those schemas.
///
/// ```
/// use elanswer_core::{Kind, Schema};
///
/// const SCHEMA: Schema = Schema {
///     identifier: "QueueId",
///     outputs: &["QueueId"],
///     replaces: &["Fifo"],
///     ..Schema::new(Kind::new("Acme::Queue::Queue"))
/// };
/// ```
#[derive(Debug, Clone)]
pub struct Schema {
    /// The kind.
    pub kind: Kind,
    /// Whether its objects live in a Region or in the whole partition.
    pub scope: Scope,
    /// The output that names an object, to AWS and in references.
    pub identifier: &'static str,
    /// What AWS decides when it makes an object.
    pub outputs: &'static [&'static str],
    /// Properties that AWS cannot change in place: another value means another object.
    pub replaces: &'static [&'static str],
    /// Properties that AWS changes in place, but neither adds nor removes: to set one that was not,
    /// or the other way round, means another object.
    pub kept: &'static [&'static str],
    /// Properties that AWS never gives back; they are compared with what was last written.
    pub write_only: &'static [&'static str],
    /// Optional properties for which AWS chooses a value: unset means unmanaged, not empty.
    pub computed: &'static [&'static str],
    /// Properties that AWS goes on changing by itself, such as a number that automatic scaling moves:
    /// a plan compares one that the program sets, and none of them is drift.
    pub moving: &'static [&'static str],
    /// The property with the physical name, when users may leave naming to elanswer.
    pub name: Option<NameRule>,
    /// The properties whose combination AWS allows only once, such as a name or a port.
    ///
    /// A replacement makes the new object before it deletes the old one; one that keeps all of
    /// these cannot, and deletes first. Empty: the new object never gets in the way of the old.
    pub exclusive: &'static [&'static str],
    /// Whether deleting an object loses data that no plan brings back.
    pub holds_data: bool,
    /// Creates whose value of this property is the same may go to AWS in one call.
    pub batch_by: Option<&'static str>,
    /// What AWS calls the kind where it lists objects by their tags, `ec2:vpc`: service and type of
    /// its ARNs. Unset: its objects have no tags, or AWS does not list them so.
    ///
    /// Source: <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html>.
    pub resource_type: Option<&'static str>,
    /// Whether objects are named by their ARNs; else by what stands in these behind the type.
    pub named_by_arn: bool,
    /// The service whose rate limits its calls fall under: the name in AWS's endpoints, `ec2`.
    pub api: &'static str,
    /// How long its operations usually take.
    pub timing: Timing,
    /// What the user can do when an object is not ready by the deadline of [`timing`](Self::timing).
    pub when_late: &'static str,
}

impl Schema {
    /// A regional kind whose every property updates in place; the base for struct update syntax.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            scope: Scope::Regional,
            identifier: "Id",
            outputs: &["Id"],
            replaces: &[],
            kept: &[],
            write_only: &[],
            computed: &[],
            moving: &[],
            name: None,
            exclusive: &[],
            holds_data: false,
            batch_by: None,
            resource_type: None,
            named_by_arn: false,
            api: "",
            timing: Timing::QUICK,
            when_late: "look in AWS at what keeps it, then apply again: it waits on",
        }
    }
}

impl Schema {
    /// What names the object of this ARN, when it is one of the kind: the ARN itself, or what
    /// stands in it behind the type.
    #[must_use]
    pub fn identifier_in<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (of, resource) = (parts.next()?, parts.nth(2)?);
        let (service, name) = match self.resource_type?.split_once(':') {
            Some((service, kind)) => {
                (service, resource.strip_prefix(kind)?.strip_prefix(['/', ':'])?)
            }
            // Of a service whose ARNs have no types.
            None => (self.resource_type?, Some(resource).filter(|name| !name.contains('/'))?),
        };
        let identifier = if self.named_by_arn { arn } else { name };
        (of == service && !name.is_empty()).then_some(identifier)
    }
}

/// Where the objects of a kind live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In one Region.
    Regional,
    /// In the whole partition; the control plane is in `us-east-1`.
    Global,
}

/// How AWS limits the physical name of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameRule {
    /// The property that holds the name.
    pub property: &'static str,
    /// The most characters that AWS accepts.
    pub max_len: usize,
    /// The characters besides ASCII letters, digits and `-` that AWS accepts.
    pub also: &'static str,
    /// Whether AWS stores the name in lower case.
    pub lowercase: bool,
    /// Whether AWS wants a letter at the beginning.
    pub letter_first: bool,
    /// What AWS refuses at the beginning, in lower case: `internal-`.
    pub not_first: &'static [&'static str],
}

impl NameRule {
    /// At most `max_len` ASCII letters, digits and `-`; the base for struct update syntax.
    #[must_use]
    pub const fn new(property: &'static str, max_len: usize) -> Self {
        Self { property, max_len, also: "", lowercase: false, letter_first: false, not_first: &[] }
    }

    /// What of the beginning of `name` AWS refuses, if anything.
    #[must_use]
    pub fn refused_start<'a>(&self, name: &'a str) -> Option<&'a str> {
        let lower = name.to_ascii_lowercase();
        let prefix = self.not_first.iter().find(|prefix| lower.starts_with(**prefix));
        let letter = name.starts_with(|first: char| first.is_ascii_alphabetic());
        match prefix {
            Some(prefix) => name.get(..prefix.len()),
            None if self.letter_first && !letter => name.get(..1),
            None => None,
        }
    }
}

/// How long the operations of a kind usually take in AWS, and how long to wait at most.
///
/// The usual times order the work (what takes longest starts first) and set the pace of polling;
/// the deadline ends a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// From the create call until the object can be used.
    pub create: Duration,
    /// From an update call until it has taken effect.
    pub update: Duration,
    /// From the delete call until the object is gone.
    pub delete: Duration,
    /// When to give up waiting for any of them.
    pub deadline: Duration,
}

impl Timing {
    /// Operations that are done when the call returns.
    pub const QUICK: Self = Self::seconds(0, 0, 0);

    /// The usual seconds of create, update and delete, with a deadline of ten times the longest
    /// and at least five minutes.
    #[must_use]
    pub const fn seconds(create: u64, update: u64, delete: u64) -> Self {
        let longest = if create > update { create } else { update };
        let longest = if delete > longest { delete } else { longest };
        let deadline = if longest * 10 > 300 { longest * 10 } else { 300 };
        Self {
            create: Duration::from_secs(create),
            update: Duration::from_secs(update),
            delete: Duration::from_secs(delete),
            deadline: Duration::from_secs(deadline),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Resource, resource::Kinds, services::*};

    #[test]
    fn an_arn_names_an_object_of_its_kind() {
        let arn = |resource: &str| format!("arn:aws:{resource}");
        for (schema, of, identifier) in [
            (ec2::Vpc::SCHEMA, "ec2:us-east-1:1:vpc/vpc-1", "vpc-1"),
            (logs::LogGroup::SCHEMA, "logs:us-east-1:1:log-group:/ecs/shop", "/ecs/shop"),
            (rds::DbInstance::SCHEMA, "rds:us-east-1:1:db:orders", "orders"),
            (route53::HostedZone::SCHEMA, "route53:::hostedzone/Z1", "Z1"),
            (s3::Bucket::SCHEMA, "s3:::shop-images", "shop-images"),
        ] {
            assert_eq!(schema.identifier_in(&arn(of)), Some(identifier), "{of}");
        }
        let secret = arn("secretsmanager:us-east-1:1:secret:shop/key-a1B2c3");
        assert_eq!(secretsmanager::Secret::SCHEMA.identifier_in(&secret), Some(secret.as_str()));
        let cluster = arn("ecs:us-east-1:1:cluster/web");
        assert_eq!(ecs::Cluster::SCHEMA.identifier_in(&cluster), Some(cluster.as_str()));
        for other in ["ec2:us-east-1:1:subnet/subnet-1", "ec2:us-east-1:1:vpc/", "ec2", ""] {
            assert_eq!(ec2::Vpc::SCHEMA.identifier_in(&arn(other)), None, "{other}");
        }
        // A listener rule is no listener, although its type begins like one.
        let rule = arn("elasticloadbalancing:us-east-1:1:listener-rule/app/front/1/2/3");
        assert_eq!(elbv2::Listener::SCHEMA.identifier_in(&rule), None);
    }

    #[test]
    fn an_identifier_that_is_an_arn_is_said_to_be_one() {
        for kind in Kinds::builtin().iter().filter(|kind| kind.schema.resource_type.is_some()) {
            let said = kind.schema.named_by_arn || !kind.schema.identifier.ends_with("Arn");
            assert!(said, "{}", kind.schema.kind);
        }
        assert!(acm::Certificate::SCHEMA.named_by_arn, "its `Id` is an ARN");
    }

    #[test]
    fn every_kind_says_what_aws_lists_it_as_or_has_no_tags() {
        let unlisted: Vec<&str> = Kinds::builtin()
            .iter()
            .filter(|kind| kind.schema.resource_type.is_none())
            .map(|kind| kind.schema.kind.as_str())
            .collect();
        assert_eq!(
            unlisted,
            [
                // Its policies have no tags; CloudFormation gives targets none.
                "AWS::ApplicationAutoScaling::ScalableTarget",
                "AWS::ApplicationAutoScaling::ScalingPolicy",
                // Their handlers look at the tags of every one.
                "AWS::Budgets::Budget",
                "AWS::CE::AnomalyMonitor",
                "AWS::CE::AnomalySubscription",
                "AWS::CloudFront::CachePolicy",
                "AWS::CloudFront::OriginAccessControl",
                "AWS::CloudFront::OriginRequestPolicy",
                "AWS::CloudFront::ResponseHeadersPolicy",
                // Their ARNs are alike: the handlers look at the tags of every alarm of their kind.
                "AWS::CloudWatch::Alarm",
                "AWS::CloudWatch::CompositeAlarm",
                "AWS::CloudWatch::Dashboard",
                // Its handler looks at the tags of every one.
                "AWS::CodeConnections::Connection",
                "AWS::EC2::NetworkAclEntry",
                "AWS::EC2::Route",
                // They carry tags, but only the stack: several go into one call.
                "AWS::EC2::SecurityGroupEgress",
                "AWS::EC2::SecurityGroupIngress",
                "AWS::EC2::SubnetNetworkAclAssociation",
                "AWS::EC2::SubnetRouteTableAssociation",
                "AWS::EC2::VPCGatewayAttachment",
                "AWS::ECS::ClusterCapacityProviderAssociations",
                // Its handler looks at the tags of every role.
                "AWS::IAM::Role",
                "AWS::IAM::RolePolicy",
                "AWS::KMS::Alias",
                "AWS::Logs::MetricFilter",
                // Its handler looks at the tags of every one: its ARNs do not have its name.
                "AWS::RDS::DBProxy",
                "AWS::RDS::DBProxyTargetGroup",
                "AWS::Route53::RecordSet",
                "AWS::S3::BucketPolicy",
                "AWS::SNS::Subscription",
                "AWS::SNS::TopicPolicy",
                "AWS::SecretsManager::ResourcePolicy",
                "AWS::SecretsManager::RotationSchedule",
                // Its handler looks at the tags of every one: its ARNs have two types.
                "AWS::WAFv2::IPSet",
                "AWS::WAFv2::LoggingConfiguration",
                "AWS::WAFv2::WebACL",
                "AWS::WAFv2::WebACLAssociation",
                "Elanswer::CertificateManager::DomainValidation",
                "Elanswer::CertificateManager::IssuedCertificate",
                "Elanswer::STS::CallerIdentity",
            ]
        );
    }
}
