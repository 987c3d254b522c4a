//! The conformance suite against winterbaume: AWS services in process, behind the SDK's own client.

use elanswer_aws::AwsExecutor;
use elanswer_testkit::conformance::Case;
use winterbaume_acm::AcmService;
use winterbaume_applicationautoscaling::ApplicationAutoScalingService;
use winterbaume_budgets::BudgetsService;
use winterbaume_cloudfront::CloudFrontService;
use winterbaume_cloudwatch::CloudWatchService;
use winterbaume_cloudwatchlogs::CloudWatchLogsService;
use winterbaume_codebuild::CodeBuildService;
use winterbaume_codepipeline::CodePipelineService;
use winterbaume_core::MockAws;
use winterbaume_costexplorer::CostExplorerService;
use winterbaume_ec2::Ec2Service;
use winterbaume_ecr::EcrService;
use winterbaume_ecs::EcsService;
use winterbaume_elasticache::ElastiCacheService;
use winterbaume_elasticloadbalancingv2::ElasticLoadBalancingV2Service;
use winterbaume_eventbridge::EventBridgeService;
use winterbaume_iam::IamService;
use winterbaume_kms::KmsService;
use winterbaume_rds::RdsService;
use winterbaume_route53::Route53Service;
use winterbaume_s3::S3Service;
use winterbaume_secretsmanager::SecretsManagerService;
use winterbaume_servicediscovery::ServiceDiscoveryService;
use winterbaume_sns::SnsService;
use winterbaume_sts::StsService;
use winterbaume_wafv2::WafV2Service;
use winterbaume_xray::XRayService;

use crate::known::{self, Known, Part};

/// What winterbaume does otherwise than AWS.
pub(crate) const KNOWN: &[Known] = &[
    Known {
        case: "rds_db_proxy",
        part: Part::Made,
        reason: "it does not know the managed policy of Enhanced Monitoring",
    },
    Known { case: "ec2_eip", part: Part::Updated, reason: "`CreateTags` does not know addresses" },
    Known {
        case: "ec2_nat_gateway",
        part: Part::Updated,
        reason: "`CreateTags` does not know NAT gateways",
    },
    Known {
        case: "ec2_network_acl",
        part: Part::Updated,
        reason: "`CreateTags` does not know network ACLs",
    },
    Known {
        case: "ec2_flow_log",
        part: Part::Made,
        reason: "`DescribeFlowLogs` leaves out the log group",
    },
    Known {
        case: "ec2_vpc_endpoint_gateway",
        part: Part::Made,
        reason: "`DescribeVpcEndpoints` leaves out route tables and tags",
    },
    Known {
        case: "ec2_vpc_endpoint_interface",
        part: Part::Made,
        reason: "`DescribeVpcEndpoints` leaves out subnets, security groups, private DNS and tags",
    },
    Known {
        case: "ec2_vpc_endpoint_policy",
        part: Part::Made,
        reason: "`DescribeVpcEndpoints` leaves out the policy, subnets and tags",
    },
    Known {
        case: "ec2_vpc_endpoint_private_dns",
        part: Part::Made,
        reason: "`DescribeVpcEndpoints` leaves out private DNS, subnets and tags",
    },
    Known {
        case: "ec2_security_group_description",
        part: Part::Made,
        reason: "`CreateSecurityGroup` looks for the description under another name",
    },
    Known {
        case: "ec2_security_group_ingress",
        part: Part::Updated,
        reason: "`DescribeSecurityGroupRules` leaves out descriptions",
    },
    Known {
        case: "ec2_security_group_egress",
        part: Part::Updated,
        reason: "`DescribeSecurityGroupRules` leaves out descriptions",
    },
    Known {
        case: "ec2_security_group_ingress_of_every_form",
        part: Part::Made,
        reason: "`DescribeSecurityGroupRules` leaves out descriptions and the groups that rules name",
    },
    Known {
        case: "ecs_cluster",
        part: Part::Made,
        reason: "`CreateCluster` drops tags and settings, and the tags say whose a cluster is",
    },
    Known {
        case: "ecs_task_definition",
        part: Part::Updated,
        reason: "`DescribeTaskDefinition` leaves out tags",
    },
    Known {
        case: "ecs_task_definition_of_every_property",
        part: Part::Made,
        reason: "`RegisterTaskDefinition` keeps of a container its name, image, size, environment and ports",
    },
    Known {
        case: "ecs_cluster_capacity_provider_associations",
        part: Part::Made,
        reason: "it needs a cluster, and `CreateCluster` drops the tags that say whose it is",
    },
    Known {
        case: "ecs_service_on_spot",
        part: Part::Made,
        reason: "it needs a cluster, and `CreateCluster` drops the tags that say whose it is",
    },
    Known {
        case: "ecs_service",
        part: Part::Made,
        reason: "it needs a cluster, and `CreateCluster` drops the tags that say whose it is",
    },
    Known { case: "kms_key_policy", part: Part::Made, reason: "`CreateKey` drops the policy" },
    Known {
        case: "elbv2_load_balancer",
        part: Part::Made,
        reason: "load balancers have no `CanonicalHostedZoneId`",
    },
    Known {
        case: "elbv2_target_group",
        part: Part::Made,
        reason: "`CreateTargetGroup` drops the tags that say whose a target group is",
    },
    Known {
        case: "elbv2_listener",
        part: Part::Made,
        reason: "it needs a load balancer, and those have no `CanonicalHostedZoneId`",
    },
    Known {
        case: "elbv2_listener_rule",
        part: Part::Made,
        reason: "it needs a load balancer, and those have no `CanonicalHostedZoneId`",
    },
    Known {
        case: "iam_role",
        part: Part::Made,
        reason: "it has none of the policies that AWS maintains",
    },
    Known {
        case: "rds_db_parameter_group_parameters",
        part: Part::Made,
        reason: "`ModifyDBParameterGroup` does nothing, and `DescribeDBParameters` is always empty",
    },
    Known {
        case: "rds_db_instance",
        part: Part::Made,
        reason: "instances have no `DbiResourceId`",
    },
    Known {
        case: "rds_db_instance_insights_and_port",
        part: Part::Made,
        reason: "instances have no `DbiResourceId`",
    },
    Known {
        case: "rds_db_instance_replica",
        part: Part::Made,
        reason: "instances have no `DbiResourceId`",
    },
    Known {
        case: "rds_db_instance_password",
        part: Part::Made,
        reason: "instances have no `DbiResourceId`",
    },
    Known {
        case: "elasticache_subnet_group",
        part: Part::Updated,
        reason: "it does not know `ModifyCacheSubnetGroup`",
    },
    Known {
        case: "elasticache_parameter_group",
        part: Part::Made,
        reason: "it does not know `DescribeCacheParameters`",
    },
    Known {
        case: "elasticache_parameter_group_parameters",
        part: Part::Made,
        reason: "it does not know `ModifyCacheParameterGroup`",
    },
    Known {
        case: "elasticache_user_access",
        part: Part::Updated,
        reason: "it does not know `ModifyUser`",
    },
    Known {
        case: "elasticache_user_group",
        part: Part::Made,
        reason: "it does not know `CreateUserGroup`",
    },
    Known {
        case: "elasticache_replication_group",
        part: Part::Made,
        reason: "it does not know `CreateUserGroup`",
    },
    Known {
        case: "elasticache_replication_group_of_one",
        part: Part::Made,
        reason: "it does not know `CreateUserGroup`",
    },
    Known {
        case: "elasticache_replication_group_tls",
        part: Part::Made,
        reason: "it does not know `CreateUserGroup`",
    },
    Known {
        case: "rds_db_proxy_target_group",
        part: Part::Made,
        reason: "it needs an instance, and instances have no `DbiResourceId`",
    },
    Known {
        case: "rds_automated_backup_replication",
        part: Part::Made,
        reason: "it needs an instance, and instances have no `DbiResourceId`",
    },
    Known {
        case: "route53_record_set_alias",
        part: Part::Made,
        reason: "`ListResourceRecordSets` leaves out alias targets",
    },
    Known {
        case: "route53_record_set_weighted",
        part: Part::Made,
        reason: "record sets have no `SetIdentifier`",
    },
    Known {
        case: "route53_record_set_checked",
        part: Part::Made,
        reason: "record sets have no `HealthCheckId`",
    },
    Known {
        case: "route53_health_check_defaults",
        part: Part::Updated,
        reason: "`UpdateHealthCheck` does not know `ResetElements`",
    },
    Known {
        case: "route53_health_check_alarm",
        part: Part::Made,
        reason: "`CreateHealthCheck` drops the alarm",
    },
    Known {
        case: "route53_record_set_of_every_policy",
        part: Part::Made,
        reason: "record sets have no `SetIdentifier`",
    },
    Known {
        case: "acm_certificate_key",
        part: Part::Made,
        reason: "`RequestCertificate` drops the key algorithm",
    },
    Known {
        case: "acm_domain_validation",
        part: Part::Made,
        reason: "`DescribeCertificate` does not tell the records that validate names",
    },
    Known {
        case: "acm_issued_certificate",
        part: Part::Made,
        reason: "it needs the records that validate names, and `DescribeCertificate` does not tell them",
    },
    Known {
        case: "s3_bucket_logging",
        part: Part::Made,
        reason: "`PutBucketLogging` is answered and dropped",
    },
    Known {
        case: "secretsmanager_secret_key",
        part: Part::Made,
        reason: "`CreateSecret` drops the key",
    },
    Known {
        case: "secretsmanager_secret_copies",
        part: Part::Made,
        reason: "`CreateSecret` drops the Regions of copies",
    },
    Known {
        case: "cloudfront_distribution_with_logs",
        part: Part::Made,
        reason: "`CreateBucket` drops the object ownership of the bucket for the logs",
    },
    Known {
        case: "cloudfront_distribution_with_certificate",
        part: Part::Made,
        reason: "it needs the records that validate names, and `DescribeCertificate` does not tell them",
    },
    Known {
        case: "cloudwatch_alarm_of_every_property",
        part: Part::Made,
        reason: "`PutMetricAlarm` drops percentiles, points to alarm and what missing data are",
    },
    Known {
        case: "cloudwatch_composite_alarm",
        part: Part::Updated,
        reason: "`TagResource` does not know alarms over alarms",
    },
    Known {
        case: "wafv2_web_acl_association",
        part: Part::Made,
        reason: "it needs a load balancer, and those have no `CanonicalHostedZoneId`",
    },
    Known {
        case: "wafv2_logging_configuration_redacted",
        part: Part::Made,
        reason: "`GetLoggingConfiguration` leaves out redacted fields",
    },
    Known {
        case: "codeconnections_connection",
        part: Part::Made,
        reason: "it does not know CodeConnections",
    },
    Known {
        case: "codebuild_project",
        part: Part::Updated,
        reason: "projects lose specifications, variables, logs, keys and timeouts",
    },
    Known {
        case: "codebuild_project_of_pipeline",
        part: Part::Made,
        reason: "projects lose whether they write logs",
    },
    Known {
        case: "codebuild_project_without_source",
        part: Part::Made,
        reason: "projects lose specifications",
    },
    Known {
        case: "codepipeline_pipeline",
        part: Part::Made,
        reason: "pipelines lose their artifact store, and `GetPipeline` does not tell ARNs",
    },
    Known {
        case: "budgets_budget",
        part: Part::Made,
        reason: "`DescribeSubscribersForNotification` and `ListTagsForResource` are not implemented",
    },
    Known {
        case: "budgets_budget_silent",
        part: Part::Made,
        reason: "`ListTagsForResource` is not implemented",
    },
    Known {
        case: "ce_anomaly_subscription",
        part: Part::Made,
        reason: "`CreateAnomalySubscription` drops the threshold expression",
    },
    Known {
        case: "ce_anomaly_subscription_at_once",
        part: Part::Made,
        reason: "`CreateAnomalySubscription` drops the threshold expression",
    },
    Known {
        case: "applicationautoscaling_scalable_target",
        part: Part::Made,
        reason: "it needs a cluster, and `CreateCluster` drops the tags that say whose it is",
    },
    Known {
        case: "applicationautoscaling_scalable_target_scheduled",
        part: Part::Made,
        reason: "it needs a cluster, and `CreateCluster` drops the tags that say whose it is",
    },
    Known {
        case: "applicationautoscaling_scaling_policy",
        part: Part::Made,
        reason: "it needs a cluster, and `CreateCluster` drops the tags that say whose it is",
    },
    Known {
        case: "applicationautoscaling_scaling_policy_requests",
        part: Part::Made,
        reason: "it needs a cluster, and `CreateCluster` drops the tags that say whose it is",
    },
    Known {
        case: "xray_sampling_rule_of_every_property",
        part: Part::Made,
        reason: "`CreateSamplingRule` drops attributes",
    },
    Known {
        case: "sns_topic",
        part: Part::Made,
        reason: "`CreateTopic` drops attributes and sets `DisplayName`",
    },
    Known {
        case: "sns_topic_key",
        part: Part::Made,
        reason: "`CreateTopic` drops attributes and sets `DisplayName`",
    },
    Known {
        case: "sns_topic_policy",
        part: Part::Made,
        reason: "it needs a topic, and `CreateTopic` sets `DisplayName`",
    },
    Known {
        case: "sns_subscription",
        part: Part::Made,
        reason: "it needs a topic, and `CreateTopic` sets `DisplayName`",
    },
    Known {
        case: "sns_subscription_unconfirmed",
        part: Part::Made,
        reason: "it needs a topic, and `CreateTopic` sets `DisplayName`",
    },
    Known {
        case: "events_rule_input",
        part: Part::Made,
        reason: "it needs a topic, and `CreateTopic` sets `DisplayName`",
    },
    Known {
        case: "logs_metric_filter",
        part: Part::Updated,
        reason: "`PutMetricFilter` drops units and default values",
    },
    Known {
        case: "logs_metric_filter_dimensions",
        part: Part::Made,
        reason: "`PutMetricFilter` drops dimensions",
    },
];

async fn run(case: Case) {
    known::run(case, server, KNOWN).await;
}

/// An account with nothing in it.
async fn server() -> AwsExecutor {
    let server = MockAws::builder()
        .with_service(AcmService::new())
        .with_service(BudgetsService::new())
        .with_service(ApplicationAutoScalingService::new())
        .with_service(CloudFrontService::new())
        .with_service(CloudWatchService::new())
        .with_service(CloudWatchLogsService::new())
        .with_service(CodeBuildService::new())
        .with_service(CodePipelineService::new())
        .with_service(CostExplorerService::new())
        .with_service(Ec2Service::new())
        .with_service(EcrService::new())
        .with_service(EcsService::new())
        .with_service(ElastiCacheService::new())
        .with_service(ElasticLoadBalancingV2Service::new())
        .with_service(EventBridgeService::new())
        .with_service(IamService::new())
        .with_service(KmsService::new())
        .with_service(RdsService::new())
        .with_service(Route53Service::new())
        .with_service(S3Service::new())
        .with_service(SecretsManagerService::new())
        .with_service(SnsService::new())
        .with_service(ServiceDiscoveryService::new())
        .with_service(StsService::new())
        .with_service(WafV2Service::new())
        .with_service(XRayService::new())
        .build();
    AwsExecutor::builder()
        .http_client(server.http_client())
        .credentials(server.credentials_provider())
        .build()
        .await
}

elanswer_testkit::conformance_suite!(
    #[tokio::test(start_paused = true)]
    run
);
