//! The buckets of the platform.

use crate::{
    architecture::Scope,
    bounded::Bounded,
    constructs::{
        EncryptionKeyHandle, LogBucket, LogBucketHandle, PrivateBucket, PrivateBucketHandle,
    },
    region::Region,
    services::s3::{Days, LifecycleRule, Transition, TransitionStorageClass},
};

/// The bucket of access logs, that of static files and that of backups.
pub(super) struct Buckets {
    pub(super) logs: LogBucketHandle,
    pub(super) files: PrivateBucketHandle,
    pub(super) backups: PrivateBucketHandle,
}

impl Buckets {
    pub(super) fn build(
        scope: &mut Scope<'_>,
        key: &EncryptionKeyHandle,
        copies: Option<Region>,
        disposable: bool,
    ) -> Self {
        let mut logs = LogBucket::new("logs");
        let mut files = PrivateBucket::new("files").rule(tiered());
        let mut backups = PrivateBucket::new("backups").rule(put_away());
        if disposable {
            (logs, files, backups) = (logs.disposable(), files.disposable(), backups.disposable());
        }
        if let Some(region) = copies {
            (files, backups) = (files.copied_to(region), backups.copied_to(region));
        }
        let logs = scope.add(logs);
        let [files, backups] = [files, backups].map(|bucket| {
            let bucket = bucket.encrypted_with(key).logs_to(&logs);
            scope.add(bucket.old_versions_kept_for(Days::of::<90>()))
        });
        Self { logs, files, backups }
    }
}

/// S3 watches which files are read, and keeps the others cheaper. None is archived: a viewer who asks
/// for it gets it at once.
fn tiered() -> LifecycleRule {
    let class = TransitionStorageClass::IntelligentTiering;
    let rule = LifecycleRule::builder().id("tiered");
    rule.transitions([Transition::to(class, Bounded::of::<0>())]).build()
}

/// Backups are seldom read after a month, and hardly ever after a quarter.
fn put_away() -> LifecycleRule {
    LifecycleRule::builder()
        .id("put-away")
        .transitions([
            Transition::to(TransitionStorageClass::StandardIa, Bounded::of::<30>()),
            Transition::to(TransitionStorageClass::Glacier, Bounded::of::<90>()),
        ])
        .build()
}

#[cfg(test)]
mod tests;
