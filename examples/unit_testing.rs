//! Testing an architecture of your own with the test kit, as you would in your crate's tests.
//!
//! The bodies of `checks` below are what you would write as `#[tokio::test(start_paused = true)]`.
//! Here they are run by `main`, so that the example shows something.
//!
//! ```sh
//! cargo run --example unit_testing
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use elanswer::{
    Action, Architecture, Platform, Region,
    services::{
        ec2::{SecurityGroupIngress, Vpc},
        rds::DbInstance,
    },
    testkit::{MockAws, Verdict},
};

/// The architecture under test.
fn shop(web_image: &str) -> Result<Architecture, Box<dyn Error>> {
    let certificate =
        "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f";
    let certificate: elanswer::services::elbv2::CertificateArn = certificate.parse()?;
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.add(Platform::new("platform", certificate).web_image(web_image).disposable());
    Ok(arch)
}

/// What is described can be looked at without applying it.
fn the_database_is_safe() -> Result<(), Box<dyn Error>> {
    let arch = shop("shop:1")?;
    assert!(elanswer::check(&arch).is_deployable());
    for (node, database) in arch.all::<DbInstance>() {
        assert!(database.multi_az, "{} is in one zone", node.id);
        assert!(!database.publicly_accessible, "{} is public", node.id);
    }
    Ok(())
}

/// Applied to an AWS in memory, it settles: nothing is left to do.
async fn it_applies_and_settles() -> Result<(), Box<dyn Error>> {
    let (arch, aws) = (shop("shop:1")?, MockAws::new());
    let report = elanswer::apply(&arch, &aws).await?;
    assert_eq!(report.failed(), 0, "{report}");
    assert!(elanswer::plan(&arch, &aws).await?.is_empty());
    assert_eq!(aws.objects::<Vpc>().len(), 1);
    Ok(())
}

/// A new image replaces a task definition and updates a service, and touches nothing else.
async fn a_new_image_is_a_small_change() -> Result<(), Box<dyn Error>> {
    let aws = MockAws::new();
    elanswer::apply(&shop("shop:1")?, &aws).await?;
    let plan = elanswer::plan(&shop("shop:2")?, &aws).await?;
    let actions: Vec<(Action, &str)> =
        plan.steps.iter().map(|step| (step.action, step.resource.as_str())).collect();
    assert_eq!(
        actions,
        [
            (Action::Update, "platform/web/service"),
            (Action::Replace, "platform/web/task-definition"),
        ]
    );
    Ok(())
}

/// Throttling and lost answers do not hurt.
async fn it_survives_a_bad_day() -> Result<(), Box<dyn Error>> {
    let (arch, aws) = (shop("shop:1")?, MockAws::new());
    let _guard = aws.fault(|call: &elanswer::testkit::Call| match call.number % 10 {
        3 => Verdict::Throttle,
        7 => Verdict::LoseResponse,
        _ => Verdict::Pass,
    });
    let report = elanswer::apply(&arch, &aws).await?;
    assert!(report.is_complete(), "{report}");
    let mut made: Vec<_> = aws.inventory().into_iter().filter_map(|it| it.resource).collect();
    let objects = made.len();
    made.sort();
    made.dedup();
    assert_eq!(made.len(), objects, "nothing twice");
    assert!(elanswer::plan(&arch, &aws).await?.is_empty(), "nothing missing");
    Ok(())
}

/// Somebody opens a port in the console: the plan closes it.
async fn what_changed_outside_is_seen() -> Result<(), Box<dyn Error>> {
    let (arch, aws) = (shop("shop:1")?, MockAws::new());
    elanswer::apply(&arch, &aws).await?;
    let rules = aws.objects::<SecurityGroupIngress>().len();
    aws.tamper::<Vpc>(|vpc| vpc.enable_dns_hostnames = false);
    let drifts = elanswer::drift("shop", &aws).await?;
    assert_eq!(drifts.len(), 1, "{drifts:#?}");
    elanswer::apply(&arch, &aws).await?;
    assert!(elanswer::drift("shop", &aws).await?.is_empty());
    assert_eq!(aws.objects::<SecurityGroupIngress>().len(), rules);
    Ok(())
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    the_database_is_safe()?;
    it_applies_and_settles().await?;
    a_new_image_is_a_small_change().await?;
    it_survives_a_bad_day().await?;
    what_changed_outside_is_seen().await?;
    println!("5 checks passed");
    Ok(())
}
