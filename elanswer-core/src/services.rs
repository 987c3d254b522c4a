//! The AWS services that elanswer knows: one module each, one type for each kind of resource.

pub mod acm;
pub mod applicationautoscaling;
pub mod budgets;
pub mod ce;
pub mod cloudfront;
pub mod cloudwatch;
pub mod codebuild;
pub mod codeconnections;
pub mod codepipeline;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod elasticache;
pub mod elbv2;
pub mod events;
pub mod iam;
pub mod kms;
pub mod logs;
pub mod rds;
pub mod route53;
pub mod s3;
pub mod secretsmanager;
pub mod servicediscovery;
pub mod sns;
pub mod sts;
pub mod wafv2;
pub mod xray;

use crate::resource::KindFns;

/// Every kind of elanswer: the one list of this crate.
#[must_use]
pub fn kinds() -> Vec<KindFns> {
    vec![
        KindFns::of::<ec2::Vpc>(),
        KindFns::of::<ec2::Subnet>(),
        KindFns::of::<ec2::InternetGateway>(),
        KindFns::of::<ec2::VpcGatewayAttachment>(),
        KindFns::of::<ec2::Eip>(),
        KindFns::of::<ec2::NatGateway>(),
        KindFns::of::<ec2::RouteTable>(),
        KindFns::of::<ec2::Route>(),
        KindFns::of::<ec2::SubnetRouteTableAssociation>(),
        KindFns::of::<ec2::NetworkAcl>(),
        KindFns::of::<ec2::NetworkAclEntry>(),
        KindFns::of::<ec2::SubnetNetworkAclAssociation>(),
        KindFns::of::<ec2::FlowLog>(),
        KindFns::of::<ec2::VpcEndpoint>(),
        KindFns::of::<ecr::Repository>(),
        KindFns::of::<budgets::Budget>(),
        KindFns::of::<ce::AnomalyMonitor>(),
        KindFns::of::<ce::AnomalySubscription>(),
        KindFns::of::<ecs::Cluster>(),
        KindFns::of::<ecs::ClusterCapacityProviderAssociations>(),
        KindFns::of::<ecs::TaskDefinition>(),
        KindFns::of::<ecs::Service>(),
        KindFns::of::<ec2::SecurityGroup>(),
        KindFns::of::<ec2::SecurityGroupIngress>(),
        KindFns::of::<ec2::SecurityGroupEgress>(),
        KindFns::of::<logs::LogGroup>(),
        KindFns::of::<logs::MetricFilter>(),
        KindFns::of::<iam::Role>(),
        KindFns::of::<iam::RolePolicy>(),
        KindFns::of::<elbv2::LoadBalancer>(),
        KindFns::of::<elbv2::TargetGroup>(),
        KindFns::of::<elbv2::Listener>(),
        KindFns::of::<elbv2::ListenerRule>(),
        KindFns::of::<rds::DbSubnetGroup>(),
        KindFns::of::<rds::DbParameterGroup>(),
        KindFns::of::<rds::DbInstance>(),
        KindFns::of::<elasticache::SubnetGroup>(),
        KindFns::of::<elasticache::ParameterGroup>(),
        KindFns::of::<elasticache::User>(),
        KindFns::of::<elasticache::UserGroup>(),
        KindFns::of::<elasticache::ReplicationGroup>(),
        KindFns::of::<rds::DbProxy>(),
        KindFns::of::<rds::DbProxyTargetGroup>(),
        KindFns::of::<rds::AutomatedBackupReplication>(),
        KindFns::of::<route53::HealthCheck>(),
        KindFns::of::<route53::HostedZone>(),
        KindFns::of::<route53::RecordSet>(),
        KindFns::of::<acm::Certificate>(),
        KindFns::of::<acm::DomainValidation>(),
        KindFns::of::<acm::IssuedCertificate>(),
        KindFns::of::<kms::Key>(),
        KindFns::of::<kms::Alias>(),
        KindFns::of::<s3::Bucket>(),
        KindFns::of::<s3::BucketPolicy>(),
        KindFns::of::<secretsmanager::Secret>(),
        KindFns::of::<secretsmanager::RotationSchedule>(),
        KindFns::of::<secretsmanager::ResourcePolicy>(),
        KindFns::of::<sns::Topic>(),
        KindFns::of::<sns::TopicPolicy>(),
        KindFns::of::<sns::Subscription>(),
        KindFns::of::<events::Rule>(),
        KindFns::of::<cloudfront::OriginAccessControl>(),
        KindFns::of::<cloudfront::CachePolicy>(),
        KindFns::of::<cloudfront::OriginRequestPolicy>(),
        KindFns::of::<cloudfront::ResponseHeadersPolicy>(),
        KindFns::of::<cloudfront::Distribution>(),
        KindFns::of::<wafv2::WebAcl>(),
        KindFns::of::<wafv2::IpSet>(),
        KindFns::of::<wafv2::WebAclAssociation>(),
        KindFns::of::<wafv2::LoggingConfiguration>(),
        KindFns::of::<codeconnections::Connection>(),
        KindFns::of::<codebuild::Project>(),
        KindFns::of::<codepipeline::Pipeline>(),
        KindFns::of::<applicationautoscaling::ScalableTarget>(),
        KindFns::of::<applicationautoscaling::ScalingPolicy>(),
        KindFns::of::<servicediscovery::PrivateDnsNamespace>(),
        KindFns::of::<servicediscovery::Service>(),
        KindFns::of::<cloudwatch::Alarm>(),
        KindFns::of::<cloudwatch::CompositeAlarm>(),
        KindFns::of::<cloudwatch::Dashboard>(),
        KindFns::of::<xray::Group>(),
        KindFns::of::<xray::SamplingRule>(),
        KindFns::of::<sts::CallerIdentity>(),
    ]
}
