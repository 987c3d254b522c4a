//! The construct over the AWS in memory.

use elanswer_core::{
    Architecture, Region, Resource,
    constructs::{Cdn, Certificate, EncryptionKey, KeyUser, LogBucket, PrivateBucket},
    services::{
        acm::DomainName,
        cloudfront::Distribution,
        route53::{AliasTarget, DnsName, HostedZone, RecordSet, RecordType},
    },
    state::MemoryStore,
};

use crate::{
    conformance::{Case, run},
    mock::MockAws,
};

/// Files of an encrypted bucket in Europe, at a name of ours, with logs.
fn site() -> Architecture {
    let mut arch = Architecture::new("shop", Region::EuWest1);
    let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
    let name = DomainName::literal("www.example.com");
    let certificate = Certificate::for_cloudfront("certificate", name.clone());
    let certificate = arch.add(certificate.validated_in(&zone));
    let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::CloudFront, KeyUser::S3]));
    let files = arch.add(PrivateBucket::new("files").encrypted_with(&key));
    let logs = arch.add(LogBucket::new("logs"));
    let cdn = Cdn::new("cdn").files(&files).named([name], &certificate).logs_to(&logs);
    let cdn = arch.add(cdn);
    let alias = AliasTarget::distribution(cdn.distribution());
    let www = DnsName::literal("www.example.com");
    arch.resource("www", RecordSet::alias(&zone, www, RecordType::A, alias));
    arch
}

#[tokio::test(start_paused = true)]
async fn a_site_is_made_in_one_apply_and_leaves_nothing() {
    let report = elanswer_core::check(&site());
    let errors = report.diagnostics.iter();
    let errors = errors.filter(|it| it.severity == elanswer_core::diagnostic::Severity::Error);
    assert_eq!(errors.count(), 0, "{report}");
    let aws = MockAws::new();
    let case = Case {
        name: "a site",
        kind: Distribution::SCHEMA.kind,
        made: site,
        updated: None,
        replaced: None,
    };
    run(&case, &(aws, MemoryStore::new())).await;
}
