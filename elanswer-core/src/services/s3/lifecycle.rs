//! What becomes of the objects of a bucket with time.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Status;
use crate::{Set, bounded::Bounded};

/// Rules by which S3 moves objects to cheaper classes and deletes them, at most 1,000.
///
/// AWS: [`AWS::S3::Bucket LifecycleConfiguration`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Lifecycle {
    /// `Rules`.
    pub rules: Set<LifecycleRule>,
}

impl<const COUNT: usize> From<[LifecycleRule; COUNT]> for Lifecycle {
    fn from(rules: [LifecycleRule; COUNT]) -> Self {
        Self { rules: rules.into_iter().collect() }
    }
}

/// What becomes of some of the objects.
///
/// AWS refuses a rule that does nothing.
///
/// ```
/// use elanswer_core::services::s3::{Days, LifecycleRule};
///
/// let rule = LifecycleRule::builder().id("old-logs").expiration_in_days(Days::of::<400>()).build();
/// assert_eq!(rule.prefix, "");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct LifecycleRule {
    /// `Id`: unique in the bucket, at most 255 characters.
    #[builder(into)]
    pub id: String,
    /// `Status`.
    #[builder(default)]
    #[serde(default)]
    pub status: Status,
    /// `Prefix`: the rule is about the objects whose keys begin so. AWS's default: all of them.
    #[builder(into, default)]
    #[serde(default)]
    pub prefix: String,
    /// `TagFilters`: and that carry all of these tags. AWS's default: whatever they carry.
    #[builder(default)]
    #[serde(default, with = "tag_filters", skip_serializing_if = "BTreeMap::is_empty")]
    pub tag_filters: BTreeMap<String, String>,
    /// `ExpirationInDays`: deletes objects of this age; in a bucket with versions, hides them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_in_days: Option<Days>,
    /// `NoncurrentVersionExpiration`: deletes versions that were overwritten or deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
    /// `Transitions`: to which class, at which age; each later one later.
    #[builder(with = FromIterator::from_iter, default)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub transitions: Set<Transition>,
    /// `NoncurrentVersionTransitions`: the same for versions, counted from when they were
    /// overwritten or deleted.
    #[builder(with = FromIterator::from_iter, default)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub noncurrent_version_transitions: Set<Transition>,
    /// `AbortIncompleteMultipartUpload`: throws away uploads that nobody finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
}

impl LifecycleRule {
    /// Whether it does anything.
    fn acts(&self) -> bool {
        self.expiration_in_days.is_some()
            || self.noncurrent_version_expiration.is_some()
            || !self.transitions.is_empty()
            || !self.noncurrent_version_transitions.is_empty()
            || self.abort_incomplete_multipart_upload.is_some()
    }

    /// What AWS refuses of it, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<LifecycleFault> {
        if !self.acts() {
            return Some(LifecycleFault::Idle);
        }
        for transitions in [&self.transitions, &self.noncurrent_version_transitions] {
            let mut before = None;
            for Transition { storage_class, transition_in_days } in transitions {
                if transition_in_days.get() < storage_class.least_days() {
                    return Some(LifecycleFault::Early(*storage_class));
                }
                if before.is_some_and(|before| *transition_in_days <= before) {
                    return Some(LifecycleFault::Order(*storage_class));
                }
                before = Some(*transition_in_days);
            }
        }
        let last = self.transitions.iter().map(|it| it.transition_in_days.get()).max();
        let expires = self.expiration_in_days.map(Bounded::get);
        last.zip(expires)
            .is_some_and(|(last, expires)| expires <= last)
            .then_some(LifecycleFault::Expiration)
    }
}

/// What AWS refuses of a lifecycle rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LifecycleFault {
    /// It does nothing.
    #[error("at least one action needs to be specified in a rule")]
    Idle,
    /// It moves objects too early.
    #[error("objects go to {} after {} days at the earliest", .0.as_str(), .0.least_days())]
    Early(TransitionStorageClass),
    /// It moves objects to a colder class no later than to the one before.
    #[error("objects go to {} no later than to the class before it", .0.as_str())]
    Order(TransitionStorageClass),
    /// It deletes objects no later than it moves them.
    #[error("objects are deleted no later than they are moved")]
    Expiration,
}

/// A number of days from 1 on.
pub type Days = Bounded<1, 2_147_483_647>;

/// When a version that is not current is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NoncurrentVersionExpiration {
    /// `NoncurrentDays`: so many days after it was overwritten or deleted.
    pub noncurrent_days: Days,
    /// `NewerNoncurrentVersions`: but never the newest ones, 1 to 100 of them. AWS's default: none
    /// is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer_noncurrent_versions: Option<Bounded<1, 100>>,
}

impl NoncurrentVersionExpiration {
    /// So many days after the version was overwritten or deleted.
    #[must_use]
    pub const fn after(days: Days) -> Self {
        Self { noncurrent_days: days, newer_noncurrent_versions: None }
    }
}

/// A move to another storage class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Transition {
    /// `StorageClass`.
    pub storage_class: TransitionStorageClass,
    /// `TransitionInDays`: the age. AWS wants 30 days and more for the two classes of infrequent
    /// access.
    pub transition_in_days: Bounded<0, 2_147_483_647>,
}

impl Transition {
    /// To this class after so many days.
    #[must_use]
    pub const fn to(
        storage_class: TransitionStorageClass,
        after: Bounded<0, 2_147_483_647>,
    ) -> Self {
        Self { storage_class, transition_in_days: after }
    }
}

/// The classes that objects can be moved to, in the order in which they can follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum TransitionStorageClass {
    /// `STANDARD_IA`: seldom read, at once when it is.
    StandardIa,
    /// `INTELLIGENT_TIERING`: S3 watches what is read.
    IntelligentTiering,
    /// `ONEZONE_IA`: as `STANDARD_IA`, in one zone: lost with it.
    OnezoneIa,
    /// `GLACIER_IR`: read once a quarter, at once.
    GlacierIr,
    /// `GLACIER`: read within minutes or hours.
    Glacier,
    /// `DEEP_ARCHIVE`: read within a day.
    DeepArchive,
}

impl TransitionStorageClass {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::StandardIa,
        Self::IntelligentTiering,
        Self::OnezoneIa,
        Self::GlacierIr,
        Self::Glacier,
        Self::DeepArchive,
    ];

    /// AWS's name of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StandardIa => "STANDARD_IA",
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::OnezoneIa => "ONEZONE_IA",
            Self::GlacierIr => "GLACIER_IR",
            Self::Glacier => "GLACIER",
            Self::DeepArchive => "DEEP_ARCHIVE",
        }
    }

    /// The fewest days after which AWS moves objects to it.
    #[must_use]
    pub const fn least_days(self) -> u32 {
        match self {
            Self::StandardIa | Self::OnezoneIa => 30,
            _ => 0,
        }
    }
}

/// When an upload in parts that nobody finished is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AbortIncompleteMultipartUpload {
    /// `DaysAfterInitiation`.
    pub days_after_initiation: Days,
}

impl AbortIncompleteMultipartUpload {
    /// So many days after it began.
    #[must_use]
    pub const fn after(days: Days) -> Self {
        Self { days_after_initiation: days }
    }
}

/// CloudFormation's list of keys and values.
mod tag_filters {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Filter {
        key: String,
        value: String,
    }

    pub(super) fn serialize<S: Serializer>(
        filters: &BTreeMap<String, String>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            filters.iter().map(|(key, value)| Filter { key: key.clone(), value: value.clone() }),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, String>, D::Error> {
        let filters = Vec::<Filter>::deserialize(deserializer)?;
        Ok(filters.into_iter().map(|filter| (filter.key, filter.value)).collect())
    }
}
