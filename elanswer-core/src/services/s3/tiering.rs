//! When S3 archives what nobody reads.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::bounded::Bounded;

/// When objects of the class `INTELLIGENT_TIERING` go to its archives.
///
/// AWS: [`AWS::S3::Bucket IntelligentTieringConfiguration`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering.html).
/// Not modelled: filters by tags.
///
/// ```
/// use elanswer_core::services::s3::{AccessTier, ArchiveDays, IntelligentTiering};
///
/// let tiering = IntelligentTiering::builder()
///     .id("archive")
///     .tiering(AccessTier::ArchiveAccess, ArchiveDays::of::<90>())
///     .build();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct IntelligentTiering {
    /// The tierings.
    #[builder(field)]
    #[serde(with = "tierings")]
    tierings: BTreeMap<AccessTier, ArchiveDays>,
    /// `Id`: unique in the bucket.
    #[builder(into)]
    pub id: String,
    /// `Status`.
    #[builder(default)]
    #[serde(default)]
    pub status: Status,
    /// `Prefix`: it is about the objects whose keys begin so. AWS's default: all of them.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

impl<S: intelligent_tiering_builder::State> IntelligentTieringBuilder<S> {
    /// `Tierings`: moves what was not read for so many days to this archive. AWS wants one at
    /// least, and 180 days and more for the deep one.
    pub fn tiering(mut self, tier: AccessTier, after: ArchiveDays) -> Self {
        self.tierings.insert(tier, after);
        self
    }
}

impl IntelligentTiering {
    /// After how many days without a read objects go to which archive.
    #[must_use]
    pub fn tierings(&self) -> impl ExactSizeIterator<Item = Tiering> {
        self.tierings.iter().map(|(tier, days)| Tiering { access_tier: *tier, days: *days })
    }
}

/// One move to an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tiering {
    /// `AccessTier`.
    pub access_tier: AccessTier,
    /// `Days` without a read.
    pub days: ArchiveDays,
}

/// The archives of intelligent tiering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessTier {
    /// `ARCHIVE_ACCESS`: read within hours.
    ArchiveAccess,
    /// `DEEP_ARCHIVE_ACCESS`: read within half a day.
    DeepArchiveAccess,
}

/// Days without a read, 90 to 730.
pub type ArchiveDays = Bounded<90, 730>;

/// CloudFormation's list.
mod tierings {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{AccessTier, ArchiveDays, Tiering};

    pub(super) fn serialize<S: Serializer>(
        tierings: &BTreeMap<AccessTier, ArchiveDays>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let tierings = tierings.iter();
        serializer
            .collect_seq(tierings.map(|(tier, days)| Tiering { access_tier: *tier, days: *days }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<AccessTier, ArchiveDays>, D::Error> {
        let tierings = Vec::<Tiering>::deserialize(deserializer)?;
        Ok(tierings.into_iter().map(|tiering| (tiering.access_tier, tiering.days)).collect())
    }
}
