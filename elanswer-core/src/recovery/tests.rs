use super::*;
use crate::{
    Platform, Region,
    services::{
        elbv2::CertificateArn,
        rds::{BackupRetentionPeriod, DbInstance},
        s3::{Bucket, Versioning},
    },
};

/// An architecture, and what describing it gave.
fn described<T>(describe: impl FnOnce(&mut Architecture) -> T) -> (Architecture, T) {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let handle = describe(&mut arch);
    (arch, handle)
}

fn platform(change: impl FnOnce(Platform) -> Platform) -> RecoveryReport {
    let certificate: CertificateArn =
        "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
            .parse()
            .unwrap();
    let (arch, _) = described(|arch| {
        arch.add(change(Platform::new("platform", certificate))).network().clone()
    });
    recovery(&arch)
}

fn gaps_of(report: &RecoveryReport, resource: &str) -> Vec<Gap> {
    let found = report.parts.iter().find(|part| part.resource.as_str() == resource);
    found.map(|part| part.gaps.clone()).unwrap_or_else(|| panic!("no {resource} in\n{report}"))
}

#[test]
fn a_platform_with_a_second_region_lacks_copies_of_what_can_be_made_again() {
    let report = platform(|platform| platform.copied_to(Region::UsWest2));
    let gaps: Vec<String> = report.gaps().map(|(id, gap)| format!("{id}: {gap}")).collect();
    insta::assert_snapshot!(gaps.join("\n"), @"
    platform/logs/bucket: backups for a day only
    platform/logs/bucket: no copy in a second Region
    ");
}

#[test]
fn a_small_one_lacks_much() {
    let report = platform(|_| {
        let certificate: CertificateArn =
            "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
                .parse()
                .unwrap();
        Platform::development("platform", certificate).without([crate::Part::Alarms])
    });
    let database = gaps_of(&report, "platform/database/instance");
    assert_eq!(database, [Gap::OneZone, Gap::NotCopied, Gap::NoAlarm]);
    assert_eq!(gaps_of(&report, "platform/network/nat-a"), [Gap::OneZone, Gap::NoAlarm]);
}

#[test]
fn backups_are_missing_or_short() {
    let kept = |days: u32| {
        let (arch, _) = described(|arch| {
            let backup_retention_period = BackupRetentionPeriod::try_from(days).ok();
            let database = crate::checks::testing::database();
            arch.resource("db", DbInstance { backup_retention_period, ..database })
        });
        gaps_of(&recovery(&arch), "db")
    };
    assert!(kept(0).contains(&Gap::NoBackup));
    assert!(kept(3).contains(&Gap::ShortRetention { days: 3 }));
    let enough = kept(30);
    assert!(!enough.iter().any(|gap| matches!(gap, Gap::NoBackup | Gap::ShortRetention { .. })));
}

#[test]
fn a_bucket_without_versions_restores_nothing() {
    let (arch, _) = described(|arch| {
        arch.resource("plain", Bucket::default());
        arch.resource("kept", Bucket::builder().versioning(Versioning::Enabled).build())
    });
    let report = recovery(&arch);
    assert_eq!(gaps_of(&report, "plain"), [Gap::NoBackup, Gap::NotCopied]);
    assert_eq!(gaps_of(&report, "kept"), [Gap::NotCopied]);
    insta::assert_snapshot!(report, @"
    resource  zones  restorable  copied  alarms  missing
    kept      AWS's  always      no      -       no copy in a second Region
    plain     AWS's  no          no      -       no backup, no copy in a second Region
    2 parts, 3 gaps
    ");
}
