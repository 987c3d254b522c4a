//! The conformance suite against a moto server over HTTP.
//!
//! The server is at `ELANSWER_MOTO_URL`; without one these tests are ignored, and
//! `cargo test -p elanswer-aws --all-features -- --ignored` fails.

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use aws_credential_types::Credentials;
use aws_sdk_sts::config::{BehaviorVersion, Region};
use elanswer_aws::AwsExecutor;
use elanswer_testkit::conformance::Case;

use crate::known::{self, Known, Part};

const CBOR: &str = "it does not know RPC v2 CBOR, in which the SDK speaks with CloudWatch";

/// What moto does otherwise than AWS.
pub(crate) const KNOWN: &[Known] = &[
    Known { case: "cloudwatch_alarm", part: Part::Made, reason: CBOR },
    Known { case: "cloudwatch_alarm_of_every_property", part: Part::Made, reason: CBOR },
    Known { case: "cloudwatch_dashboard", part: Part::Made, reason: CBOR },
    Known {
        case: "rds_db_instance_replica",
        part: Part::Updated,
        reason: "a change of a replica turns off the log exports of its source",
    },
    Known {
        case: "ec2_nat_gateway",
        part: Part::Replaced,
        reason: "`DeleteNatGateway` leaves the address associated",
    },
    Known {
        case: "ec2_vpc_endpoint_private_dns",
        part: Part::Updated,
        reason: "`ModifyVpcEndpoint` does not know `PrivateDnsEnabled`",
    },
    Known {
        case: "ecr_repository",
        part: Part::Updated,
        reason: "`PutImageScanningConfiguration` ignores an empty configuration, which turns scanning off",
    },
    Known {
        case: "ecs_service_on_spot",
        part: Part::Made,
        reason: "`CreateService` drops the capacity provider strategy",
    },
    Known {
        case: "rds_db_subnet_group",
        part: Part::Updated,
        reason: "`ModifyDBSubnetGroup` removes the group",
    },
    Known {
        case: "rds_db_instance_insights_and_port",
        part: Part::Updated,
        reason: "`ModifyDBInstance` knows neither Performance Insights nor `DBPortNumber`",
    },
    Known { case: "rds_db_proxy", part: Part::Updated, reason: "it does not know `ModifyDBProxy`" },
    Known {
        case: "rds_automated_backup_replication",
        part: Part::Made,
        reason: "it does not know `StartDBInstanceAutomatedBackupsReplication`",
    },
    Known {
        case: "elasticache_subnet_group",
        part: Part::Made,
        reason: "it does not know `DeleteCacheSubnetGroup`",
    },
    Known {
        case: "elasticache_parameter_group",
        part: Part::Made,
        reason: "it does not know `CreateCacheParameterGroup`",
    },
    Known {
        case: "elasticache_parameter_group_parameters",
        part: Part::Made,
        reason: "it does not know `CreateCacheParameterGroup`",
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
        case: "acm_certificate_key",
        part: Part::Made,
        reason: "`RequestCertificate` drops the key algorithm",
    },
    Known {
        case: "s3_bucket_lifecycle",
        part: Part::Made,
        reason: "lifecycle rules lose how many old versions they keep",
    },
    Known {
        case: "secretsmanager_rotation_schedule_expression",
        part: Part::Made,
        reason: "a secret that rotates by an expression does not rotate",
    },
    Known {
        case: "servicediscovery_private_dns_namespace",
        part: Part::Updated,
        reason: "`UpdatePrivateDnsNamespace` loses the hosted zone",
    },
    Known {
        case: "cloudfront_cache_policy",
        part: Part::Made,
        reason: "it does not know `CreateCachePolicy`",
    },
    Known {
        case: "cloudfront_origin_request_policy",
        part: Part::Made,
        reason: "it does not know `CreateOriginRequestPolicy`",
    },
    Known {
        case: "cloudfront_response_headers_policy",
        part: Part::Made,
        reason: "it does not know `CreateResponseHeadersPolicy`",
    },
    Known {
        case: "cloudfront_distribution_with_policies",
        part: Part::Made,
        reason: "it does not know the policies of CloudFront",
    },
    Known {
        case: "codeconnections_connection",
        part: Part::Made,
        reason: "it does not know CodeConnections",
    },
    Known {
        case: "codebuild_project",
        part: Part::Updated,
        reason: "it does not know `UpdateProject`",
    },
    Known {
        case: "codebuild_project_of_pipeline",
        part: Part::Updated,
        reason: "it does not know `UpdateProject`",
    },
    Known {
        case: "codebuild_project_without_source",
        part: Part::Updated,
        reason: "it does not know `UpdateProject`",
    },
    Known {
        case: "budgets_budget",
        part: Part::Made,
        reason: "it knows neither the subscribers of notifications nor the tags of budgets",
    },
    Known {
        case: "budgets_budget_silent",
        part: Part::Made,
        reason: "it does not know the tags of budgets",
    },
    Known {
        case: "ce_anomaly_monitor",
        part: Part::Made,
        reason: "it does not know anomaly monitors",
    },
    Known {
        case: "ce_anomaly_subscription",
        part: Part::Made,
        reason: "it does not know anomaly subscriptions",
    },
    Known {
        case: "ce_anomaly_subscription_at_once",
        part: Part::Made,
        reason: "it does not know anomaly subscriptions",
    },
    Known { case: "cloudwatch_composite_alarm", part: Part::Made, reason: CBOR },
    Known { case: "xray_group", part: Part::Made, reason: "it does not know `CreateGroup`" },
    Known {
        case: "xray_sampling_rule",
        part: Part::Made,
        reason: "it does not know `CreateSamplingRule`",
    },
    Known {
        case: "xray_sampling_rule_of_every_property",
        part: Part::Made,
        reason: "it does not know `CreateSamplingRule`",
    },
];

async fn run(case: Case) {
    known::run(case, server, KNOWN).await;
}

/// An account of its own, with nothing in it: moto has as many as there are numbers.
async fn server() -> AwsExecutor {
    let url = env::var("ELANSWER_MOTO_URL").expect("ELANSWER_MOTO_URL is the URL of a moto server");
    AwsExecutor::builder()
        .credentials(role_in(account(), &url).await)
        .endpoint_url(url)
        .build()
        .await
}

/// The number of an account that no other test has, in this run or in one before.
fn account() -> u64 {
    static ACCOUNTS: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("it is after 1970").as_millis();
    let run = u64::try_from(now % 100_000_000).expect("it has eight digits");
    run * 10_000 + ACCOUNTS.fetch_add(1, Ordering::Relaxed)
}

/// Credentials of a role in an account, which moto gives to everybody.
async fn role_in(account: u64, url: &str) -> Credentials {
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(url)
        .region(Region::new("us-east-1"))
        .build();
    let answer = aws_sdk_sts::Client::from_conf(config)
        .assume_role()
        .role_arn(format!("arn:aws:iam::{account:012}:role/conformance"))
        .role_session_name("conformance")
        .send()
        .await
        .expect("the moto server answers");
    let role = answer.credentials().expect("a role has credentials");
    let token = Some(role.session_token().to_owned());
    Credentials::new(role.access_key_id(), role.secret_access_key(), token, None, "test")
}

elanswer_testkit::conformance_suite!(
    #[tokio::test]
    #[ignore = "needs a moto server: see CONTRIBUTING.md"]
    run
);
