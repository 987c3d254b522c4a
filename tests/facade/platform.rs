//! The blueprint over its whole life, on the AWS in memory.

use elanswer::{Architecture, Platform, Region, services::elbv2::CertificateArn, testkit::MockAws};

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f";

fn platform(change: impl FnOnce(Platform) -> Platform) -> Architecture {
    let certificate: CertificateArn = CERTIFICATE.parse().unwrap();
    let mut arch = Architecture::new("elanswer", Region::UsEast1);
    let platform = arch.add(change(Platform::new("platform", certificate)));
    arch.output("address", platform.load_balancer().dns_name());
    arch
}

#[tokio::test(start_paused = true)]
async fn is_built_changed_and_removed() -> Result<(), elanswer::Error> {
    let aws = MockAws::new();
    let protected = platform(|platform| platform);
    let built = elanswer::apply(&protected, &aws).await?;
    assert!(built.failures.is_empty() && built.skipped.is_empty(), "{built:#?}");
    assert_eq!(built.created, protected.nodes().len());
    assert!(built.outputs.contains_key("address"));
    assert!(elanswer::plan(&protected, &aws).await?.is_empty());

    let refused = elanswer::plan_destroy("elanswer", &aws).await.unwrap_err().to_string();
    assert!(refused.contains("platform/database/instance"), "{refused}");

    let changed = platform(|platform| platform.api_image("shop/api:2").disposable());
    let done = elanswer::apply(&changed, &aws).await?;
    assert!(done.is_complete(), "{done:#?}");
    assert!(elanswer::plan(&changed, &aws).await?.is_empty());

    let removed = elanswer::destroy("elanswer", &aws).await?;
    assert!(removed.is_complete(), "{removed:#?}");
    assert!(aws.inventory().is_empty(), "{:#?}", aws.inventory());
    Ok(())
}

/// Where it was saved its time goes on: what takes AWS a while is waited for as ever.
#[tokio::test(start_paused = true)]
async fn is_built_again_in_an_aws_that_was_saved() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("cloud.json");
    let arch = platform(Platform::disposable);
    let first = MockAws::new();
    elanswer::apply(&arch, &first).await?;
    elanswer::destroy("elanswer", &first).await?;
    first.save(&file)?;

    let again = MockAws::new();
    again.load(&file)?;
    let built = elanswer::apply(&arch, &again).await?;
    assert!(built.is_complete(), "{built:#?}");
    Ok(())
}
