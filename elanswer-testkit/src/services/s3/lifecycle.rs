//! What S3 refuses of the rules about the age of objects.

use elanswer_core::{
    Set,
    services::s3::{AccessTier, IntelligentTiering, Lifecycle, LifecycleFault, LifecycleRule},
};

use crate::world::AwsError;

/// The most rules of a bucket.
const MAX_RULES: usize = 1_000;

/// What `PutBucketLifecycleConfiguration` checks.
pub(super) fn check(lifecycle: &Lifecycle) -> Result<(), AwsError> {
    let invalid = |message: &str| Err(AwsError::invalid("InvalidArgument", message));
    if lifecycle.rules.is_empty() || lifecycle.rules.len() > MAX_RULES {
        let message = "The XML you provided was not well-formed or did not validate against our \
                       published schema";
        return Err(AwsError::invalid("MalformedXML", message));
    }
    let ids: Set<&str> = lifecycle.rules.iter().map(|rule| rule.id.as_str()).collect();
    if ids.len() < lifecycle.rules.len() {
        return invalid("Rule ID must be unique. Found same ID for more than one rule");
    }
    if ids.iter().any(|id| id.chars().count() > 255) {
        return invalid("ID length should not exceed allowed limit of 255");
    }
    lifecycle.rules.iter().try_for_each(check_rule)
}

fn check_rule(rule: &LifecycleRule) -> Result<(), AwsError> {
    rule.fault().map_or(Ok(()), |fault| {
        let code = if fault == LifecycleFault::Idle { "InvalidRequest" } else { "InvalidArgument" };
        Err(AwsError::invalid(code, format!("Lifecycle rule '{}': {fault}", rule.id)))
    })
}

/// What `PutBucketIntelligentTieringConfiguration` checks.
pub(super) fn check_tiering(tiering: &IntelligentTiering) -> Result<(), AwsError> {
    if tiering.tierings().len() == 0 {
        let message = "The XML you provided was not well-formed or did not validate against our \
                       published schema";
        return Err(AwsError::invalid("MalformedXML", message));
    }
    let early = tiering
        .tierings()
        .any(|it| it.access_tier == AccessTier::DeepArchiveAccess && it.days.get() < 180);
    if early {
        let message = "The number of days for DEEP_ARCHIVE_ACCESS must be at least 180";
        return Err(AwsError::invalid("InvalidArgument", message));
    }
    Ok(())
}
