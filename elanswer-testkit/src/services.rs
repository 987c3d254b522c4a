//! The AWS services in memory: the same files as in `elanswer-core`, with AWS's own rules.

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

use elanswer_core::{Handler, Resource, handler::Handlers};

use crate::{api::Api, world::World};

/// Every kind of the AWS in memory: the one list of this crate.
pub(crate) fn kinds() -> Vec<fn(Api, Handlers, &mut World) -> Handlers> {
    vec![
        add::<elanswer_core::services::ec2::Vpc, ec2::VpcHandler>,
        add::<elanswer_core::services::ec2::Subnet, ec2::SubnetHandler>,
        add::<elanswer_core::services::ecr::Repository, ecr::RepositoryHandler>,
        add::<elanswer_core::services::budgets::Budget, budgets::BudgetHandler>,
        add::<elanswer_core::services::ce::AnomalyMonitor, ce::AnomalyMonitorHandler>,
        add::<elanswer_core::services::ce::AnomalySubscription, ce::AnomalySubscriptionHandler>,
        add::<elanswer_core::services::ecs::Cluster, ecs::ClusterHandler>,
        add::<
            elanswer_core::services::ecs::ClusterCapacityProviderAssociations,
            ecs::ClusterCapacityProviderAssociationsHandler,
        >,
        add::<elanswer_core::services::ecs::TaskDefinition, ecs::TaskDefinitionHandler>,
        add::<elanswer_core::services::ecs::Service, ecs::ServiceHandler>,
        add::<elanswer_core::services::ec2::InternetGateway, ec2::InternetGatewayHandler>,
        add::<elanswer_core::services::ec2::VpcGatewayAttachment, ec2::VpcGatewayAttachmentHandler>,
        add::<elanswer_core::services::ec2::Eip, ec2::EipHandler>,
        add::<elanswer_core::services::ec2::NatGateway, ec2::NatGatewayHandler>,
        add::<elanswer_core::services::ec2::RouteTable, ec2::RouteTableHandler>,
        add::<elanswer_core::services::ec2::Route, ec2::RouteHandler>,
        add::<
            elanswer_core::services::ec2::SubnetRouteTableAssociation,
            ec2::SubnetRouteTableAssociationHandler,
        >,
        add::<elanswer_core::services::ec2::NetworkAcl, ec2::NetworkAclHandler>,
        add::<elanswer_core::services::ec2::NetworkAclEntry, ec2::NetworkAclEntryHandler>,
        add::<
            elanswer_core::services::ec2::SubnetNetworkAclAssociation,
            ec2::SubnetNetworkAclAssociationHandler,
        >,
        add::<elanswer_core::services::ec2::FlowLog, ec2::FlowLogHandler>,
        add::<elanswer_core::services::ec2::VpcEndpoint, ec2::VpcEndpointHandler>,
        add::<elanswer_core::services::ec2::SecurityGroup, ec2::SecurityGroupHandler>,
        add::<elanswer_core::services::ec2::SecurityGroupIngress, ec2::SecurityGroupIngressHandler>,
        add::<elanswer_core::services::ec2::SecurityGroupEgress, ec2::SecurityGroupEgressHandler>,
        add::<elanswer_core::services::logs::LogGroup, logs::LogGroupHandler>,
        add::<elanswer_core::services::logs::MetricFilter, logs::MetricFilterHandler>,
        add::<elanswer_core::services::iam::Role, iam::RoleHandler>,
        add::<elanswer_core::services::iam::RolePolicy, iam::RolePolicyHandler>,
        add::<elanswer_core::services::rds::DbSubnetGroup, rds::DbSubnetGroupHandler>,
        add::<elanswer_core::services::rds::DbParameterGroup, rds::DbParameterGroupHandler>,
        add::<elanswer_core::services::rds::DbInstance, rds::DbInstanceHandler>,
        add::<elanswer_core::services::elasticache::SubnetGroup, elasticache::SubnetGroupHandler>,
        add::<
            elanswer_core::services::elasticache::ParameterGroup,
            elasticache::ParameterGroupHandler,
        >,
        add::<elanswer_core::services::elasticache::User, elasticache::UserHandler>,
        add::<elanswer_core::services::elasticache::UserGroup, elasticache::UserGroupHandler>,
        add::<
            elanswer_core::services::elasticache::ReplicationGroup,
            elasticache::ReplicationGroupHandler,
        >,
        add::<elanswer_core::services::rds::DbProxy, rds::DbProxyHandler>,
        add::<elanswer_core::services::rds::DbProxyTargetGroup, rds::DbProxyTargetGroupHandler>,
        add::<
            elanswer_core::services::rds::AutomatedBackupReplication,
            rds::AutomatedBackupReplicationHandler,
        >,
        add::<elanswer_core::services::elbv2::LoadBalancer, elbv2::LoadBalancerHandler>,
        add::<elanswer_core::services::elbv2::TargetGroup, elbv2::TargetGroupHandler>,
        add::<elanswer_core::services::elbv2::Listener, elbv2::ListenerHandler>,
        add::<elanswer_core::services::elbv2::ListenerRule, elbv2::ListenerRuleHandler>,
        add::<elanswer_core::services::route53::HealthCheck, route53::HealthCheckHandler>,
        add::<elanswer_core::services::route53::HostedZone, route53::HostedZoneHandler>,
        add::<elanswer_core::services::route53::RecordSet, route53::RecordSetHandler>,
        add::<elanswer_core::services::acm::Certificate, acm::CertificateHandler>,
        show::<elanswer_core::services::acm::DomainValidation, acm::DomainValidationHandler>,
        show::<elanswer_core::services::acm::IssuedCertificate, acm::IssuedCertificateHandler>,
        add::<elanswer_core::services::kms::Key, kms::KeyHandler>,
        add::<elanswer_core::services::kms::Alias, kms::AliasHandler>,
        add::<elanswer_core::services::s3::Bucket, s3::BucketHandler>,
        add::<elanswer_core::services::s3::BucketPolicy, s3::BucketPolicyHandler>,
        add::<elanswer_core::services::secretsmanager::Secret, secretsmanager::SecretHandler>,
        add::<
            elanswer_core::services::secretsmanager::RotationSchedule,
            secretsmanager::RotationScheduleHandler,
        >,
        add::<
            elanswer_core::services::secretsmanager::ResourcePolicy,
            secretsmanager::ResourcePolicyHandler,
        >,
        add::<
            elanswer_core::services::cloudfront::OriginAccessControl,
            cloudfront::OriginAccessControlHandler,
        >,
        add::<elanswer_core::services::cloudfront::CachePolicy, cloudfront::CachePolicyHandler>,
        add::<
            elanswer_core::services::cloudfront::OriginRequestPolicy,
            cloudfront::OriginRequestPolicyHandler,
        >,
        add::<
            elanswer_core::services::cloudfront::ResponseHeadersPolicy,
            cloudfront::ResponseHeadersPolicyHandler,
        >,
        add::<elanswer_core::services::cloudfront::Distribution, cloudfront::DistributionHandler>,
        add::<elanswer_core::services::wafv2::WebAcl, wafv2::WebAclHandler>,
        add::<elanswer_core::services::wafv2::IpSet, wafv2::IpSetHandler>,
        add::<elanswer_core::services::wafv2::WebAclAssociation, wafv2::WebAclAssociationHandler>,
        add::<
            elanswer_core::services::wafv2::LoggingConfiguration,
            wafv2::LoggingConfigurationHandler,
        >,
        add::<elanswer_core::services::sns::Topic, sns::TopicHandler>,
        add::<elanswer_core::services::sns::TopicPolicy, sns::TopicPolicyHandler>,
        add::<elanswer_core::services::sns::Subscription, sns::SubscriptionHandler>,
        add::<elanswer_core::services::events::Rule, events::RuleHandler>,
        add::<
            elanswer_core::services::codeconnections::Connection,
            codeconnections::ConnectionHandler,
        >,
        add::<elanswer_core::services::codebuild::Project, codebuild::ProjectHandler>,
        add::<elanswer_core::services::codepipeline::Pipeline, codepipeline::PipelineHandler>,
        add::<
            elanswer_core::services::applicationautoscaling::ScalableTarget,
            applicationautoscaling::ScalableTargetHandler,
        >,
        add::<
            elanswer_core::services::applicationautoscaling::ScalingPolicy,
            applicationautoscaling::ScalingPolicyHandler,
        >,
        add::<
            elanswer_core::services::servicediscovery::PrivateDnsNamespace,
            servicediscovery::PrivateDnsNamespaceHandler,
        >,
        add::<elanswer_core::services::servicediscovery::Service, servicediscovery::ServiceHandler>,
        add::<elanswer_core::services::cloudwatch::Alarm, cloudwatch::AlarmHandler>,
        add::<elanswer_core::services::cloudwatch::CompositeAlarm, cloudwatch::CompositeAlarmHandler>,
        add::<elanswer_core::services::cloudwatch::Dashboard, cloudwatch::DashboardHandler>,
        add::<elanswer_core::services::xray::Group, xray::GroupHandler>,
        add::<elanswer_core::services::xray::SamplingRule, xray::SamplingRuleHandler>,
        show::<elanswer_core::services::sts::CallerIdentity, sts::CallerIdentityHandler>,
    ]
}

pub(crate) fn add<R: Resource, H: Handler<R> + From<Api>>(
    api: Api,
    handlers: Handlers,
    world: &mut World,
) -> Handlers {
    world.register::<R>();
    handlers.with::<R>(H::from(api))
}

/// Adds a kind of which AWS has no objects: it shows how others are.
fn show<R: Resource, H: Handler<R> + From<Api>>(
    api: Api,
    handlers: Handlers,
    _: &mut World,
) -> Handlers {
    handlers.with::<R>(H::from(api))
}
