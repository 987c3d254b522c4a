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

use crate::known::{self, Known};

/// What moto does otherwise than AWS.
pub(crate) const KNOWN: &[Known] = &[];

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
