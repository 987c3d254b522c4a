//! The AWS services that elanswer knows: one module each, one type for each kind of resource.

pub mod acm;
pub mod cloudfront;
pub mod ec2;
pub mod ecs;
pub mod elbv2;
pub mod iam;
pub mod kms;
pub mod logs;
pub mod rds;
pub mod route53;
pub mod s3;
pub mod secretsmanager;
pub mod sts;
pub mod wafv2;

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
        KindFns::of::<ecs::Cluster>(),
        KindFns::of::<ecs::TaskDefinition>(),
        KindFns::of::<ecs::Service>(),
        KindFns::of::<ec2::SecurityGroup>(),
        KindFns::of::<ec2::SecurityGroupIngress>(),
        KindFns::of::<ec2::SecurityGroupEgress>(),
        KindFns::of::<logs::LogGroup>(),
        KindFns::of::<iam::Role>(),
        KindFns::of::<iam::RolePolicy>(),
        KindFns::of::<elbv2::LoadBalancer>(),
        KindFns::of::<elbv2::TargetGroup>(),
        KindFns::of::<elbv2::Listener>(),
        KindFns::of::<elbv2::ListenerRule>(),
        KindFns::of::<rds::DbSubnetGroup>(),
        KindFns::of::<rds::DbParameterGroup>(),
        KindFns::of::<rds::DbInstance>(),
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
        KindFns::of::<cloudfront::OriginAccessControl>(),
        KindFns::of::<cloudfront::CachePolicy>(),
        KindFns::of::<cloudfront::OriginRequestPolicy>(),
        KindFns::of::<cloudfront::ResponseHeadersPolicy>(),
        KindFns::of::<cloudfront::Distribution>(),
        KindFns::of::<wafv2::WebAcl>(),
        KindFns::of::<wafv2::IpSet>(),
        KindFns::of::<wafv2::WebAclAssociation>(),
        KindFns::of::<wafv2::LoggingConfiguration>(),
        KindFns::of::<sts::CallerIdentity>(),
    ]
}
