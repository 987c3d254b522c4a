//! When S3 archives what nobody reads, to the SDK and back.

use aws_sdk_s3::types::{
    self, IntelligentTieringAccessTier, IntelligentTieringConfiguration, IntelligentTieringFilter,
    IntelligentTieringStatus,
};
use elanswer_core::{
    executor::ExecError,
    services::s3::{AccessTier, ArchiveDays, IntelligentTiering, Status},
};

use super::{SERVICE, unbuilt};
use crate::error::missing;

pub(super) fn to_sdk(
    tiering: &IntelligentTiering,
) -> Result<IntelligentTieringConfiguration, ExecError> {
    let tierings = tiering.tierings().map(|it| {
        let tier = match it.access_tier {
            AccessTier::ArchiveAccess => IntelligentTieringAccessTier::ArchiveAccess,
            AccessTier::DeepArchiveAccess => IntelligentTieringAccessTier::DeepArchiveAccess,
        };
        let days = i32::try_from(it.days.get()).unwrap_or(i32::MAX);
        types::Tiering::builder().days(days).access_tier(tier).build().map_err(unbuilt)
    });
    let filter = tiering.prefix.as_ref();
    let filter = filter.map(|prefix| IntelligentTieringFilter::builder().prefix(prefix).build());
    IntelligentTieringConfiguration::builder()
        .id(&tiering.id)
        .status(match tiering.status {
            Status::Enabled => IntelligentTieringStatus::Enabled,
            Status::Disabled => IntelligentTieringStatus::Disabled,
        })
        .set_filter(filter)
        .set_tierings(Some(tierings.collect::<Result<_, _>>()?))
        .build()
        .map_err(unbuilt)
}

pub(super) fn from_sdk(
    configuration: &IntelligentTieringConfiguration,
) -> Result<IntelligentTiering, ExecError> {
    let lacks = |field| missing(SERVICE, "ListBucketIntelligentTieringConfigurations", field);
    let filter = configuration.filter();
    let mut tiering = IntelligentTiering::builder();
    for it in configuration.tierings() {
        let tier = match it.access_tier() {
            IntelligentTieringAccessTier::ArchiveAccess => AccessTier::ArchiveAccess,
            IntelligentTieringAccessTier::DeepArchiveAccess => AccessTier::DeepArchiveAccess,
            _ => return Err(lacks("AccessTier")),
        };
        let days = u32::try_from(it.days()).ok().and_then(|days| ArchiveDays::new(days).ok());
        tiering = tiering.tiering(tier, days.ok_or_else(|| lacks("Days"))?);
    }
    Ok(tiering
        .id(configuration.id())
        .status(match configuration.status() {
            IntelligentTieringStatus::Enabled => Status::Enabled,
            _ => Status::Disabled,
        })
        .maybe_prefix(filter.and_then(IntelligentTieringFilter::prefix))
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let tiering = IntelligentTiering::builder()
            .id("archive")
            .prefix("old/")
            .status(Status::Disabled)
            .tiering(AccessTier::ArchiveAccess, ArchiveDays::of::<90>())
            .tiering(AccessTier::DeepArchiveAccess, ArchiveDays::of::<180>())
            .build();
        assert_eq!(from_sdk(&to_sdk(&tiering).unwrap()).unwrap(), tiering);
    }
}
