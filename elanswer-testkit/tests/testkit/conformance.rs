//! The AWS in memory keeps the contract of executors.

use elanswer_testkit::{MockAws, conformance::Case};

elanswer_testkit::conformance_suite!(
    #[tokio::test(start_paused = true)]
    run
);

async fn run(case: Case) {
    elanswer_testkit::conformance::run(&case, &MockAws::new()).await;
}
