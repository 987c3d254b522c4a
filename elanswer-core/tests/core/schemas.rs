//! What is declared of every kind, against CloudFormation's own schemas of the same types.
//!
//! `cloudformation.tsv` has the facts: the properties that replace, the outputs, and what is never
//! given back. A property that a kind does not model need not be declared; every other difference
//! is listed here with its reason.

use std::collections::{BTreeMap, BTreeSet};

use elanswer_core::{Kind, resource::Kinds};
use elanswer_testkit::conformance;

/// Kind, list, property, and why elanswer differs there.
const DIFFERENCES: &[(&str, &str, &str, &str)] = &[
    ("AWS::Budgets::Budget", "outputs", "Arn", "every call names the account; the ARN has it"),
    (
        "AWS::Budgets::Budget",
        "replaces",
        "BudgetName",
        "CloudFormation has it inside of `Budget`, where a change of it replaces too",
    ),
    (
        "AWS::Budgets::Budget",
        "replaces",
        "NotificationsWithSubscribers",
        "AWS Budgets changes them one by one",
    ),
    ("AWS::CE::AnomalyMonitor", "replaces", "ResourceTags", TAGGED),
    ("AWS::CE::AnomalySubscription", "replaces", "ResourceTags", TAGGED),
    (
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "write_only",
        "ScalingTargetId",
        "`DescribeScalingPolicies` tells what makes up the identifier of the target",
    ),
    (
        "AWS::CloudFront::Distribution",
        "outputs",
        "Arn",
        "policies name distributions by their ARNs",
    ),
    ("AWS::CodePipeline::Pipeline", "outputs", "Arn", ARN),
    ("AWS::CodePipeline::Pipeline", "outputs", "Name", NAME),
    ("AWS::CloudWatch::Alarm", "outputs", "AlarmName", NAME),
    ("AWS::CloudWatch::CompositeAlarm", "outputs", "AlarmName", NAME),
    ("AWS::CloudWatch::Dashboard", "outputs", "DashboardName", NAME),
    ("AWS::EC2::Route", "outputs", "Id", IDENTIFIER),
    ("AWS::EC2::VPCGatewayAttachment", "outputs", "Id", IDENTIFIER),
    ("AWS::ECR::Repository", "outputs", "RepositoryName", NAME),
    ("AWS::ECS::Cluster", "outputs", "ClusterName", NAME),
    ("AWS::ElastiCache::ParameterGroup", "outputs", "Arn", ARN),
    (
        "AWS::ElastiCache::ParameterGroup",
        "replaces",
        "CacheParameterGroupName",
        "CloudFormation makes the name up; here it may be given",
    ),
    (
        "AWS::ElastiCache::ParameterGroup",
        "replaces",
        "Description",
        "`ModifyCacheParameterGroup` does not take it: CloudFormation cannot change it either",
    ),
    ("AWS::ElastiCache::ReplicationGroup", "outputs", "Arn", "policies name caches by their ARNs"),
    ("AWS::ElastiCache::ReplicationGroup", "outputs", "ReplicationGroupId", NAME),
    (
        "AWS::ElastiCache::ReplicationGroup",
        "write_only",
        "KmsKeyId",
        "`DescribeReplicationGroups` tells it",
    ),
    ("AWS::ElastiCache::SubnetGroup", "outputs", "Arn", ARN),
    ("AWS::ElastiCache::SubnetGroup", "outputs", "CacheSubnetGroupName", NAME),
    ("AWS::ElastiCache::User", "outputs", "UserId", NAME),
    ("AWS::ElastiCache::User", "write_only", "AccessString", WHO_MAY),
    ("AWS::ElastiCache::User", "write_only", "AuthenticationMode", WHO_MAY),
    ("AWS::ElastiCache::UserGroup", "outputs", "UserGroupId", NAME),
    ("AWS::ECS::ClusterCapacityProviderAssociations", "outputs", "Cluster", NAMED_BY_IT),
    (
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "write_only",
        "ListenerArn",
        "the ARN of a rule tells that of its listener",
    ),
    ("AWS::IAM::Role", "outputs", "RoleName", NAME),
    ("AWS::IAM::RolePolicy", "outputs", "Id", IDENTIFIER),
    ("AWS::KMS::Alias", "outputs", "AliasName", NAME),
    (
        "AWS::KMS::Key",
        "write_only",
        "RotationPeriodInDays",
        "`GetKeyRotationStatus` tells it, while the key rotates",
    ),
    ("AWS::Logs::LogGroup", "outputs", "LogGroupName", NAME),
    ("AWS::Logs::MetricFilter", "outputs", "Id", IDENTIFIER),
    ("AWS::RDS::DBInstance", "outputs", "DBInstanceIdentifier", NAME),
    (
        "AWS::RDS::DBInstance",
        "replaces",
        "AvailabilityZone",
        "`ModifyDBInstance` does not take it: CloudFormation replaces too",
    ),
    (
        "AWS::RDS::DBInstance",
        "replaces",
        "SourceDBInstanceIdentifier",
        "CloudFormation makes a replica an instance of its own; elanswer replaces it, and says so",
    ),
    (
        "AWS::RDS::DBInstance",
        "write_only",
        "AllocatedStorage",
        "AWS grows it by itself; the program's value is compared with what it last was",
    ),
    (
        "AWS::RDS::DBInstance",
        "write_only",
        "EngineVersion",
        "AWS answers `17.4` where `17` was asked for, and upgrades minor versions by itself",
    ),
    (
        "AWS::RDS::DBInstance",
        "write_only",
        "SourceDBInstanceIdentifier",
        "AWS tells it as `ReadReplicaSourceDBInstanceIdentifier`",
    ),
    (
        "AWS::RDS::DBInstance",
        "write_only",
        "SkipFinalSnapshot",
        "elanswer's own: CloudFormation has a deletion policy instead",
    ),
    ("AWS::RDS::DBParameterGroup", "outputs", "DBParameterGroupArn", ARN),
    ("AWS::RDS::DBProxy", "outputs", "DBProxyName", NAME),
    ("AWS::RDS::DBProxyTargetGroup", "outputs", "DBProxyName", NAMED_BY_IT),
    ("AWS::RDS::DBParameterGroup", "outputs", "DBParameterGroupName", NAME),
    ("AWS::RDS::DBSubnetGroup", "outputs", "DBSubnetGroupArn", ARN),
    ("AWS::RDS::DBSubnetGroup", "outputs", "DBSubnetGroupName", NAME),
    (
        "AWS::Route53::HealthCheck",
        "outputs",
        "HealthCheckVersion",
        "an update says which version it is of",
    ),
    ("AWS::Route53::RecordSet", "replaces", "SetIdentifier", KEY),
    ("AWS::Route53::RecordSet", "replaces", "Type", KEY),
    ("AWS::S3::Bucket", "outputs", "BucketName", NAME),
    (
        "AWS::S3::Bucket",
        "write_only",
        "EmptyOnDelete",
        "elanswer's own: CloudFormation deletes no bucket that has objects",
    ),
    ("AWS::S3::BucketPolicy", "outputs", "Bucket", NAME),
    ("AWS::SNS::TopicPolicy", "replaces", "Topics", "elanswer's has one topic, which names it"),
    (
        "AWS::SecretsManager::Secret",
        "write_only",
        "RecoveryWindowInDays",
        "elanswer's own: CloudFormation deletes secrets for good",
    ),
    (
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        "write_only",
        "Vpc",
        "no call of Cloud Map tells it",
    ),
    (
        "AWS::ServiceDiscovery::Service",
        "replaces",
        "DnsConfig.DnsRecords[0].Type",
        "`UpdateService` changes only the TTL of records: CloudFormation cannot change it either",
    ),
    (
        "AWS::ServiceDiscovery::Service",
        "replaces",
        "DnsConfig.RoutingPolicy",
        "`UpdateService` does not take it: CloudFormation cannot change it either",
    ),
    (
        "AWS::WAFv2::IPSet",
        "replaces",
        "IPAddressVersion",
        "`UpdateIPSet` does not take it: CloudFormation cannot change it either",
    ),
    ("AWS::WAFv2::LoggingConfiguration", "outputs", "ResourceArn", NAMED_BY_IT),
    ("AWS::WAFv2::WebACLAssociation", "outputs", "ResourceArn", NAMED_BY_IT),
    (
        "AWS::WAFv2::WebACLAssociation",
        "replaces",
        "WebACLArn",
        "`AssociateWebACL` puts one in the place of the other; a replacement would leave a gap",
    ),
    ("AWS::XRay::Group", "replaces", "GroupName", RENAMED),
    ("AWS::XRay::SamplingRule", "replaces", "SamplingRule.RuleName", RENAMED),
    ("Elanswer::CertificateManager::DomainValidation", "outputs", "Id", OWN),
    ("Elanswer::CertificateManager::DomainValidation", "outputs", "RecordName", OWN),
    ("Elanswer::CertificateManager::DomainValidation", "outputs", "RecordValue", OWN),
    ("Elanswer::CertificateManager::DomainValidation", "replaces", "DomainName", OWN),
    ("Elanswer::CertificateManager::IssuedCertificate", "outputs", "CertificateArn", OWN),
    ("Elanswer::CertificateManager::IssuedCertificate", "replaces", "CertificateArn", OWN),
    ("Elanswer::RDS::AutomatedBackupReplication", "outputs", "DBInstanceAutomatedBackupsArn", OWN),
    ("Elanswer::RDS::AutomatedBackupReplication", "replaces", "BackupRetentionPeriod", OWN),
    ("Elanswer::RDS::AutomatedBackupReplication", "replaces", "KmsKeyId", OWN),
    ("Elanswer::RDS::AutomatedBackupReplication", "replaces", "SourceDBInstanceArn", OWN),
    ("Elanswer::STS::CallerIdentity", "outputs", "Account", OWN),
    ("Elanswer::STS::CallerIdentity", "outputs", "Root", OWN),
];

const ARN: &str = "changing tags takes the ARN";
const IDENTIFIER: &str = "AWS gives it no identifier; the identifier of every kind is an output";
const NAMED_BY_IT: &str = "it is what names the object; the identifier of every kind is an output";
const TAGGED: &str = "`TagResource` and `UntagResource` of Cost Explorer change them";
const OWN: &str = "elanswer's own kind: CloudFormation has no such type";
const RENAMED: &str = "it names what an update is of: CloudFormation cannot change it either";
const KEY: &str =
    "it is a part of what names a record to Route 53: CloudFormation deletes and creates too";
const NAME: &str = "its identifier is its name, which elanswer may have made up; the identifier of every kind is an output";

const WHO_MAY: &str = "`DescribeUsers` tells it, and drift of who may do what shall be seen";

struct Facts {
    replaces: BTreeSet<&'static str>,
    outputs: BTreeSet<&'static str>,
    write_only: BTreeSet<&'static str>,
}

fn facts() -> BTreeMap<&'static str, Facts> {
    let words = |text: &'static str| text.split_whitespace().collect();
    include_str!("cloudformation.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut columns = line.split('\t');
            let mut next = || columns.next().unwrap_or_default();
            let (kind, _identifier) = (next(), next());
            let (replaces, outputs, write_only) = (words(next()), words(next()), words(next()));
            (kind, Facts { replaces, outputs, write_only })
        })
        .collect()
}

/// The properties that the conformance cases of a kind set: every one that is modelled.
fn modelled(kind: Kind) -> BTreeSet<String> {
    conformance::cases()
        .into_iter()
        .flat_map(|case| [Some(case.made), case.updated, case.replaced])
        .flatten()
        .flat_map(|describe| {
            let arch = describe();
            let nodes = arch.nodes().filter(|node| node.resource.schema().kind == kind);
            nodes.flat_map(|node| node.properties().keys().cloned()).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_kind_has_facts_and_a_conformance_case() {
    let facts = facts();
    let cases = conformance::cases();
    for kind in Kinds::builtin().iter() {
        let kind = kind.schema.kind;
        assert!(facts.contains_key(kind.as_str()), "no facts of {kind}");
        assert!(cases.iter().any(|case| case.kind == kind), "no conformance case of {kind}");
    }
}

#[test]
fn schemas_agree_with_cloudformation() {
    let facts = facts();
    let mut found = BTreeSet::new();
    for kind in Kinds::builtin().iter() {
        let schema = kind.schema;
        let name = schema.kind.as_str();
        let facts = &facts[name];
        let modelled = modelled(schema.kind);
        let lists = [
            ("replaces", schema.replaces, &facts.replaces),
            ("outputs", schema.outputs, &facts.outputs),
            ("write_only", schema.write_only, &facts.write_only),
        ];
        for (list, ours, theirs) in lists {
            let ours: BTreeSet<&str> = ours.iter().copied().collect();
            let differs = ours
                .difference(theirs)
                .chain(theirs.difference(&ours).filter(|property| modelled.contains(**property)));
            found.extend(differs.map(|property| (name, list, *property)));
        }
    }
    let known: BTreeSet<_> =
        DIFFERENCES.iter().map(|(kind, list, property, _)| (*kind, *list, *property)).collect();
    assert_eq!(found, known);
}

#[test]
fn schemas_are_consistent() {
    for kind in Kinds::builtin().iter() {
        let schema = kind.schema;
        let name = schema.kind;
        assert!(schema.outputs.contains(&schema.identifier), "{name}: identifier is no output");
        assert!(!schema.api.is_empty(), "{name}: no API");
        let modelled = modelled(name);
        let named = schema.name.map(|rule| rule.property);
        for property in schema.exclusive.iter().chain(&schema.batch_by) {
            let known = modelled.contains(*property)
                || schema.replaces.contains(property)
                || schema.computed.contains(property)
                || named == Some(*property);
            assert!(known, "{name}: no conformance case sets {property}");
        }
    }
}
