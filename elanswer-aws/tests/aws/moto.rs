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

/// What moto does otherwise than AWS.
pub(crate) const KNOWN: &[Known] = &[
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
        case: "rds_db_subnet_group",
        part: Part::Updated,
        reason: "`ModifyDBSubnetGroup` removes the group",
    },
    Known {
        case: "rds_db_instance_insights_and_port",
        part: Part::Updated,
        reason: "`ModifyDBInstance` knows neither Performance Insights nor `DBPortNumber`",
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
