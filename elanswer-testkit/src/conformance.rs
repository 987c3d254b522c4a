//! What every executor must do, kind by kind: one list, run against each of them.

use elanswer_core::{Architecture, Kind};

mod acm;
mod applicationautoscaling;
mod budgets;
mod ce;
mod cloudfront;
mod cloudwatch;
mod codebuild;
mod codeconnections;
mod codepipeline;
mod ec2;
mod ecr;
mod ecs;
mod elasticache;
mod elbv2;
mod events;
mod iam;
mod kms;
mod logs;
mod rds;
mod route53;
mod run;
mod s3;
mod secretsmanager;
mod servicediscovery;
mod sns;
mod sts;
mod wafv2;
mod xray;

pub use run::run;

/// One kind in its life: made, changed in place, replaced, removed.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The name of the test: `ec2_vpc`.
    pub name: &'static str,
    /// The kind it is about.
    pub kind: Kind,
    /// An architecture with a resource of this kind, under the id `it`, and all that it needs.
    pub made: fn() -> Architecture,
    /// The same with every property of `it` changed that AWS changes in place.
    pub updated: Option<fn() -> Architecture>,
    /// The same with a property of `it` changed that makes a new object.
    pub replaced: Option<fn() -> Architecture>,
}

/// Every case: the one list.
#[must_use]
pub fn cases() -> Vec<Case> {
    // One line for each list.
    let mut cases = Vec::new();
    cases.extend_from_slice(ec2::CASES);
    cases.extend_from_slice(ec2::network::CASES);
    cases.extend_from_slice(ec2::network_acl::CASES);
    cases.extend_from_slice(ec2::flow_log::CASES);
    cases.extend_from_slice(ec2::security_group::CASES);
    cases.extend_from_slice(ec2::vpc_endpoint::CASES);
    cases.extend_from_slice(ecr::CASES);
    cases.extend_from_slice(ecs::CASES);
    cases.extend_from_slice(ecs::capacity::CASES);
    cases.extend_from_slice(ecs::service::CASES);
    cases.extend_from_slice(elbv2::CASES);
    cases.extend_from_slice(logs::CASES);
    cases.extend_from_slice(iam::CASES);
    cases.extend_from_slice(rds::CASES);
    cases.extend_from_slice(elasticache::CASES);
    cases.extend_from_slice(route53::CASES);
    cases.extend_from_slice(route53::health_check::CASES);
    cases.extend_from_slice(acm::CASES);
    cases.extend_from_slice(kms::CASES);
    cases.extend_from_slice(s3::CASES);
    cases.extend_from_slice(secretsmanager::CASES);
    cases.extend_from_slice(cloudfront::CASES);
    cases.extend_from_slice(wafv2::CASES);
    cases.extend_from_slice(sns::CASES);
    cases.extend_from_slice(events::CASES);
    cases.extend_from_slice(codeconnections::CASES);
    cases.extend_from_slice(codebuild::CASES);
    cases.extend_from_slice(codepipeline::CASES);
    cases.extend_from_slice(applicationautoscaling::CASES);
    cases.extend_from_slice(servicediscovery::CASES);
    cases.extend_from_slice(cloudwatch::CASES);
    cases.extend_from_slice(xray::CASES);
    cases.extend_from_slice(sts::CASES);
    cases.extend_from_slice(budgets::CASES);
    cases.extend_from_slice(ce::CASES);
    cases
}

/// One test for each case, which calls `run(case)`, an `async fn(Case)` of yours.
///
/// The attributes before `run` go on every test:
/// `conformance_suite!(#[tokio::test(start_paused = true)] run)`.
#[macro_export]
macro_rules! conformance_suite {
    ($(#[$attribute:meta])+ $run:path) => {
        $crate::conformance_suite! { @cases [$(#[$attribute])+] $run:
            ec2_vpc
            ec2_subnet
            ec2_internet_gateway
            ec2_vpc_gateway_attachment
            ec2_eip
            ec2_nat_gateway
            ec2_route_table
            ec2_route
            ec2_subnet_route_table_association
            ec2_network_acl
            ec2_network_acl_entry
            ec2_network_acl_entry_icmp
            ec2_subnet_network_acl_association
            ec2_flow_log
            ec2_vpc_endpoint_gateway
            ec2_vpc_endpoint_interface
            ec2_vpc_endpoint_policy
            ec2_vpc_endpoint_private_dns
            ec2_security_group
            ec2_security_group_description
            ec2_security_group_ingress
            ec2_security_group_egress
            ec2_security_group_ingress_of_every_form
            ecr_repository
            ecr_repository_lifecycle
            ecr_repository_lifecycle_ends
            ecr_repository_key
            ecs_cluster
            ecs_task_definition
            ecs_task_definition_of_every_property
            ecs_cluster_capacity_provider_associations
            ecs_service
            ecs_service_on_spot
            elbv2_load_balancer
            elbv2_target_group
            elbv2_listener
            elbv2_listener_rule
            logs_log_group
            logs_metric_filter
            logs_metric_filter_dimensions
            iam_role
            iam_role_alone
            iam_role_policy
            rds_db_subnet_group
            rds_db_parameter_group
            rds_db_parameter_group_parameters
            rds_db_instance
            rds_db_instance_insights_and_port
            rds_db_instance_replica
            rds_db_instance_password
            elasticache_subnet_group
            elasticache_parameter_group
            elasticache_parameter_group_parameters
            elasticache_user
            elasticache_user_access
            elasticache_user_group
            elasticache_replication_group
            elasticache_replication_group_of_one
            elasticache_replication_group_tls
            rds_db_proxy
            rds_db_proxy_target_group
            rds_automated_backup_replication
            route53_hosted_zone
            route53_record_set
            route53_record_set_retyped
            route53_record_set_renamed
            route53_record_set_alias
            route53_record_set_weighted
            route53_record_set_checked
            route53_record_set_of_every_policy
            route53_health_check
            route53_health_check_latency
            route53_health_check_search
            route53_health_check_defaults
            route53_health_check_tcp
            route53_health_check_calculated
            route53_health_check_alarm
            acm_certificate
            acm_certificate_key
            acm_domain_validation
            acm_issued_certificate
            kms_key
            kms_key_policy
            kms_alias
            s3_bucket
            s3_bucket_logging
            s3_bucket_lifecycle
            s3_bucket_replication
            s3_bucket_tiering
            s3_bucket_policy
            secretsmanager_secret
            secretsmanager_secret_value
            secretsmanager_secret_generated
            secretsmanager_secret_key
            secretsmanager_secret_without_value
            secretsmanager_secret_copies
            secretsmanager_resource_policy
            secretsmanager_rotation_schedule
            secretsmanager_rotation_schedule_expression
            cloudfront_origin_access_control
            cloudfront_cache_policy
            cloudfront_origin_request_policy
            cloudfront_response_headers_policy
            cloudfront_distribution
            cloudfront_distribution_of_files
            cloudfront_distribution_with_logs
            cloudfront_distribution_with_policies
            cloudfront_distribution_with_certificate
            wafv2_ip_set
            wafv2_ip_set_version
            wafv2_web_acl
            wafv2_web_acl_of_every_statement
            wafv2_web_acl_of_every_group
            wafv2_web_acl_association
            wafv2_logging_configuration
            wafv2_logging_configuration_redacted
            sns_topic
            sns_topic_key
            sns_topic_policy
            sns_subscription
            sns_subscription_unconfirmed
            events_rule
            events_rule_targets
            events_rule_input
            codeconnections_connection
            codebuild_project
            codebuild_project_of_pipeline
            codebuild_project_without_source
            codepipeline_pipeline
            applicationautoscaling_scalable_target
            applicationautoscaling_scalable_target_scheduled
            applicationautoscaling_scaling_policy
            applicationautoscaling_scaling_policy_requests
            servicediscovery_private_dns_namespace
            servicediscovery_service
            servicediscovery_service_ports
            cloudwatch_alarm
            cloudwatch_alarm_of_every_property
            cloudwatch_composite_alarm
            cloudwatch_dashboard
            xray_group
            xray_sampling_rule
            xray_sampling_rule_of_every_property
            sts_caller_identity
            budgets_budget
            budgets_budget_silent
            ce_anomaly_monitor
            ce_anomaly_subscription
            ce_anomaly_subscription_at_once
        }
    };
    (@cases $attributes:tt $run:path: $($name:ident)*) => {
        $($crate::conformance_suite! { @case $attributes $run: $name })*

        #[test]
        fn every_case_is_a_test() {
            let cases = $crate::conformance::cases();
            let mut names: Vec<&str> = cases.iter().map(|case| case.name).collect();
            let mut tests = [$(stringify!($name)),*];
            names.sort_unstable();
            tests.sort_unstable();
            assert_eq!(names, tests);
        }
    };
    (@case [$(#[$attribute:meta])+] $run:path: $name:ident) => {
        $(#[$attribute])+
        async fn $name() {
            $run($crate::conformance::case(stringify!($name))).await;
        }
    };
}

/// The case of this name.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn case(name: &str) -> Case {
    let found = cases().into_iter().find(|case| case.name == name);
    #[expect(clippy::panic, reason = "a test that does not exist cannot pass")]
    found.unwrap_or_else(|| panic!("there is no conformance case `{name}`"))
}
