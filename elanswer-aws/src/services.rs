//! The AWS services over the SDK: the same files as in `elanswer-core`.

#[cfg(feature = "acm")]
pub mod acm;
#[cfg(feature = "applicationautoscaling")]
pub mod applicationautoscaling;
#[cfg(feature = "budgets")]
pub mod budgets;
#[cfg(feature = "ce")]
pub mod ce;
#[cfg(feature = "cloudfront")]
pub mod cloudfront;
#[cfg(feature = "cloudwatch")]
pub mod cloudwatch;
#[cfg(feature = "codebuild")]
pub mod codebuild;
#[cfg(feature = "codeconnections")]
pub mod codeconnections;
#[cfg(feature = "codepipeline")]
pub mod codepipeline;
#[cfg(feature = "ec2")]
pub mod ec2;
#[cfg(feature = "ecr")]
pub mod ecr;
#[cfg(feature = "ecs")]
pub mod ecs;
#[cfg(feature = "elasticache")]
pub mod elasticache;
#[cfg(feature = "elbv2")]
pub mod elbv2;
#[cfg(feature = "events")]
pub mod events;
#[cfg(feature = "iam")]
pub mod iam;
#[cfg(feature = "kms")]
pub mod kms;
#[cfg(feature = "logs")]
pub mod logs;
#[cfg(feature = "rds")]
pub mod rds;
#[cfg(feature = "route53")]
pub mod route53;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "secretsmanager")]
pub mod secretsmanager;
#[cfg(feature = "servicediscovery")]
pub mod servicediscovery;
#[cfg(feature = "sns")]
pub mod sns;
pub mod sts;
#[cfg(feature = "wafv2")]
pub mod wafv2;
#[cfg(feature = "xray")]
pub mod xray;

use elanswer_core::{Handler, Resource, handler::Handlers};

use crate::clients::Clients;

/// Every kind that is compiled in: the one list of this crate.
pub(crate) fn kinds() -> Vec<fn(Clients, Handlers) -> Handlers> {
    vec![
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::Vpc, ec2::VpcHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::Subnet, ec2::SubnetHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::InternetGateway, ec2::InternetGatewayHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::VpcGatewayAttachment, ec2::VpcGatewayAttachmentHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::Eip, ec2::EipHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::NatGateway, ec2::NatGatewayHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::RouteTable, ec2::RouteTableHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::Route, ec2::RouteHandler>,
        #[cfg(feature = "ec2")]
        add::<
            elanswer_core::services::ec2::SubnetRouteTableAssociation,
            ec2::SubnetRouteTableAssociationHandler,
        >,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::VpcEndpoint, ec2::VpcEndpointHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::NetworkAcl, ec2::NetworkAclHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::NetworkAclEntry, ec2::NetworkAclEntryHandler>,
        #[cfg(feature = "ec2")]
        add::<
            elanswer_core::services::ec2::SubnetNetworkAclAssociation,
            ec2::SubnetNetworkAclAssociationHandler,
        >,
        #[cfg(feature = "budgets")]
        add::<elanswer_core::services::budgets::Budget, budgets::BudgetHandler>,
        #[cfg(feature = "ce")]
        add::<elanswer_core::services::ce::AnomalyMonitor, ce::AnomalyMonitorHandler>,
        #[cfg(feature = "ce")]
        add::<elanswer_core::services::ce::AnomalySubscription, ce::AnomalySubscriptionHandler>,
        #[cfg(feature = "ecr")]
        add::<elanswer_core::services::ecr::Repository, ecr::RepositoryHandler>,
        #[cfg(feature = "ecs")]
        add::<elanswer_core::services::ecs::Cluster, ecs::ClusterHandler>,
        #[cfg(feature = "ecs")]
        add::<
            elanswer_core::services::ecs::ClusterCapacityProviderAssociations,
            ecs::ClusterCapacityProviderAssociationsHandler,
        >,
        #[cfg(feature = "ecs")]
        add::<elanswer_core::services::ecs::TaskDefinition, ecs::TaskDefinitionHandler>,
        #[cfg(feature = "ecs")]
        add::<elanswer_core::services::ecs::Service, ecs::ServiceHandler>,
        #[cfg(feature = "rds")]
        add::<elanswer_core::services::rds::DbSubnetGroup, rds::DbSubnetGroupHandler>,
        #[cfg(feature = "rds")]
        add::<elanswer_core::services::rds::DbParameterGroup, rds::DbParameterGroupHandler>,
        #[cfg(feature = "rds")]
        add::<elanswer_core::services::rds::DbInstance, rds::DbInstanceHandler>,
        #[cfg(feature = "elasticache")]
        add::<elanswer_core::services::elasticache::SubnetGroup, elasticache::SubnetGroupHandler>,
        #[cfg(feature = "elasticache")]
        add::<
            elanswer_core::services::elasticache::ParameterGroup,
            elasticache::ParameterGroupHandler,
        >,
        #[cfg(feature = "elasticache")]
        add::<elanswer_core::services::elasticache::User, elasticache::UserHandler>,
        #[cfg(feature = "elasticache")]
        add::<elanswer_core::services::elasticache::UserGroup, elasticache::UserGroupHandler>,
        #[cfg(feature = "elasticache")]
        add::<
            elanswer_core::services::elasticache::ReplicationGroup,
            elasticache::ReplicationGroupHandler,
        >,
        #[cfg(feature = "rds")]
        add::<elanswer_core::services::rds::DbProxy, rds::DbProxyHandler>,
        #[cfg(feature = "rds")]
        add::<elanswer_core::services::rds::DbProxyTargetGroup, rds::DbProxyTargetGroupHandler>,
        #[cfg(feature = "rds")]
        add::<
            elanswer_core::services::rds::AutomatedBackupReplication,
            rds::AutomatedBackupReplicationHandler,
        >,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::FlowLog, ec2::FlowLogHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::SecurityGroup, ec2::SecurityGroupHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::SecurityGroupIngress, ec2::SecurityGroupIngressHandler>,
        #[cfg(feature = "ec2")]
        add::<elanswer_core::services::ec2::SecurityGroupEgress, ec2::SecurityGroupEgressHandler>,
        #[cfg(feature = "logs")]
        add::<elanswer_core::services::logs::LogGroup, logs::LogGroupHandler>,
        #[cfg(feature = "logs")]
        add::<elanswer_core::services::logs::MetricFilter, logs::MetricFilterHandler>,
        #[cfg(feature = "iam")]
        add::<elanswer_core::services::iam::Role, iam::RoleHandler>,
        #[cfg(feature = "iam")]
        add::<elanswer_core::services::iam::RolePolicy, iam::RolePolicyHandler>,
        #[cfg(feature = "elbv2")]
        add::<elanswer_core::services::elbv2::LoadBalancer, elbv2::LoadBalancerHandler>,
        #[cfg(feature = "elbv2")]
        add::<elanswer_core::services::elbv2::TargetGroup, elbv2::TargetGroupHandler>,
        #[cfg(feature = "elbv2")]
        add::<elanswer_core::services::elbv2::Listener, elbv2::ListenerHandler>,
        #[cfg(feature = "elbv2")]
        add::<elanswer_core::services::elbv2::ListenerRule, elbv2::ListenerRuleHandler>,
        #[cfg(feature = "route53")]
        add::<elanswer_core::services::route53::HealthCheck, route53::HealthCheckHandler>,
        #[cfg(feature = "route53")]
        add::<elanswer_core::services::route53::HostedZone, route53::HostedZoneHandler>,
        #[cfg(feature = "route53")]
        add::<elanswer_core::services::route53::RecordSet, route53::RecordSetHandler>,
        #[cfg(feature = "acm")]
        add::<elanswer_core::services::acm::Certificate, acm::CertificateHandler>,
        #[cfg(feature = "acm")]
        add::<elanswer_core::services::acm::DomainValidation, acm::DomainValidationHandler>,
        #[cfg(feature = "acm")]
        add::<elanswer_core::services::acm::IssuedCertificate, acm::IssuedCertificateHandler>,
        #[cfg(feature = "kms")]
        add::<elanswer_core::services::kms::Key, kms::KeyHandler>,
        #[cfg(feature = "kms")]
        add::<elanswer_core::services::kms::Alias, kms::AliasHandler>,
        #[cfg(feature = "s3")]
        add::<elanswer_core::services::s3::Bucket, s3::BucketHandler>,
        #[cfg(feature = "s3")]
        add::<elanswer_core::services::s3::BucketPolicy, s3::BucketPolicyHandler>,
        #[cfg(feature = "secretsmanager")]
        add::<elanswer_core::services::secretsmanager::Secret, secretsmanager::SecretHandler>,
        #[cfg(feature = "secretsmanager")]
        add::<
            elanswer_core::services::secretsmanager::RotationSchedule,
            secretsmanager::RotationScheduleHandler,
        >,
        #[cfg(feature = "secretsmanager")]
        add::<
            elanswer_core::services::secretsmanager::ResourcePolicy,
            secretsmanager::ResourcePolicyHandler,
        >,
        #[cfg(feature = "cloudfront")]
        add::<
            elanswer_core::services::cloudfront::OriginAccessControl,
            cloudfront::OriginAccessControlHandler,
        >,
        #[cfg(feature = "cloudfront")]
        add::<elanswer_core::services::cloudfront::CachePolicy, cloudfront::CachePolicyHandler>,
        #[cfg(feature = "cloudfront")]
        add::<
            elanswer_core::services::cloudfront::OriginRequestPolicy,
            cloudfront::OriginRequestPolicyHandler,
        >,
        #[cfg(feature = "cloudfront")]
        add::<
            elanswer_core::services::cloudfront::ResponseHeadersPolicy,
            cloudfront::ResponseHeadersPolicyHandler,
        >,
        #[cfg(feature = "cloudfront")]
        add::<elanswer_core::services::cloudfront::Distribution, cloudfront::DistributionHandler>,
        #[cfg(feature = "wafv2")]
        add::<elanswer_core::services::wafv2::WebAcl, wafv2::WebAclHandler>,
        #[cfg(feature = "wafv2")]
        add::<elanswer_core::services::wafv2::IpSet, wafv2::IpSetHandler>,
        #[cfg(feature = "wafv2")]
        add::<elanswer_core::services::wafv2::WebAclAssociation, wafv2::WebAclAssociationHandler>,
        #[cfg(feature = "wafv2")]
        add::<
            elanswer_core::services::wafv2::LoggingConfiguration,
            wafv2::LoggingConfigurationHandler,
        >,
        #[cfg(feature = "sns")]
        add::<elanswer_core::services::sns::Topic, sns::TopicHandler>,
        #[cfg(feature = "sns")]
        add::<elanswer_core::services::sns::TopicPolicy, sns::TopicPolicyHandler>,
        #[cfg(feature = "sns")]
        add::<elanswer_core::services::sns::Subscription, sns::SubscriptionHandler>,
        #[cfg(feature = "events")]
        add::<elanswer_core::services::events::Rule, events::RuleHandler>,
        #[cfg(feature = "codeconnections")]
        add::<
            elanswer_core::services::codeconnections::Connection,
            codeconnections::ConnectionHandler,
        >,
        #[cfg(feature = "codebuild")]
        add::<elanswer_core::services::codebuild::Project, codebuild::ProjectHandler>,
        #[cfg(feature = "codepipeline")]
        add::<elanswer_core::services::codepipeline::Pipeline, codepipeline::PipelineHandler>,
        #[cfg(feature = "applicationautoscaling")]
        add::<
            elanswer_core::services::applicationautoscaling::ScalableTarget,
            applicationautoscaling::ScalableTargetHandler,
        >,
        #[cfg(feature = "applicationautoscaling")]
        add::<
            elanswer_core::services::applicationautoscaling::ScalingPolicy,
            applicationautoscaling::ScalingPolicyHandler,
        >,
        #[cfg(feature = "servicediscovery")]
        add::<
            elanswer_core::services::servicediscovery::PrivateDnsNamespace,
            servicediscovery::PrivateDnsNamespaceHandler,
        >,
        #[cfg(feature = "servicediscovery")]
        add::<elanswer_core::services::servicediscovery::Service, servicediscovery::ServiceHandler>,
        #[cfg(feature = "cloudwatch")]
        add::<elanswer_core::services::cloudwatch::Alarm, cloudwatch::AlarmHandler>,
        #[cfg(feature = "cloudwatch")]
        add::<elanswer_core::services::cloudwatch::CompositeAlarm, cloudwatch::CompositeAlarmHandler>,
        #[cfg(feature = "cloudwatch")]
        add::<elanswer_core::services::cloudwatch::Dashboard, cloudwatch::DashboardHandler>,
        #[cfg(feature = "xray")]
        add::<elanswer_core::services::xray::Group, xray::GroupHandler>,
        #[cfg(feature = "xray")]
        add::<elanswer_core::services::xray::SamplingRule, xray::SamplingRuleHandler>,
        add::<elanswer_core::services::sts::CallerIdentity, sts::CallerIdentityHandler>,
    ]
}

pub(crate) fn add<R: Resource, H: Handler<R> + From<Clients>>(
    clients: Clients,
    handlers: Handlers,
) -> Handlers {
    handlers.with::<R>(H::from(clients))
}
