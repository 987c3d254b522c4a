//! The storage of a DB instance, and how long its backups are kept.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>.

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A kind of disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StorageType {
    /// `gp2`: general purpose, the size decides the speed.
    Gp2,
    /// `gp3`: general purpose, 3000 IOPS below 400 GiB and 12000 or more from there.
    Gp3,
    /// `io1`: provisioned IOPS.
    Io1,
    /// `io2`: provisioned IOPS, Block Express.
    Io2,
}

impl StorageType {
    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gp2 => "gp2",
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
        }
    }

    /// The sizes that an instance of PostgreSQL may have, in GiB.
    #[must_use]
    pub const fn sizes(self) -> RangeInclusive<u32> {
        match self {
            Self::Gp2 | Self::Gp3 => 20..=65_536,
            Self::Io1 | Self::Io2 => 100..=65_536,
        }
    }

    /// The IOPS that may be asked for at this size; `None` when none may.
    #[must_use]
    pub fn iops(self, size: StorageSize) -> Option<RangeInclusive<u32>> {
        let size = size.get();
        match self {
            Self::Gp2 => None,
            Self::Gp3 => (size >= 400).then_some(12_000..=64_000),
            Self::Io1 => Some(1_000.max(size.div_ceil(2))..=256_000.min(50 * size)),
            Self::Io2 => Some(1_000.max(size.div_ceil(2))..=256_000.min(1_000 * size)),
        }
    }

    /// Whether the IOPS must be asked for.
    #[must_use]
    pub const fn needs_iops(self) -> bool {
        matches!(self, Self::Io1 | Self::Io2)
    }
}

impl fmt::Display for StorageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A number that RDS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{number}` is not {what}: {range}")]
pub struct NumberError {
    number: u32,
    what: &'static str,
    range: &'static str,
}

/// Defines a number of one range.
macro_rules! number {
    (
        $(#[$doc:meta])*
        $name:ident($int:ty) $unit:ident: $what:literal, $range:literal, $check:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name($int);

        impl $name {
            #[doc = concat!("Is ", $what, " that the program writes down: a wrong one does not compile.")]
            #[must_use]
            pub const fn $unit<const NUMBER: $int>() -> Self {
                const { assert!($check(NUMBER as u32), concat!("not ", $what, ": ", $range)) };
                Self(NUMBER)
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> $int {
                self.0
            }
        }

        impl TryFrom<u32> for $name {
            type Error = NumberError;

            fn try_from(number: u32) -> Result<Self, Self::Error> {
                match <$int>::try_from(number) {
                    Ok(fits) if $check(number) => Ok(Self(fits)),
                    _ => Err(NumberError { number, what: $what, range: $range }),
                }
            }
        }

        impl From<$name> for u32 {
            fn from(number: $name) -> Self {
                number.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// A size of storage in GiB, from 20 to 65536; [`StorageType::sizes`] may allow less.
    ///
    /// ```
    /// use elanswer_core::services::rds::StorageSize;
    ///
    /// let size = StorageSize::gib::<100>();
    /// assert_eq!(StorageSize::try_from(100), Ok(size));
    /// assert!(StorageSize::try_from(19).is_err());
    /// ```
    StorageSize(u32) gib: "a size of storage in GiB", "20 to 65536", in_storage
}

number! {
    /// Operations of storage per second, from 1000 to 256000; [`StorageType::iops`] may allow less.
    Iops(u32) per_second: "a number of IOPS", "1000 to 256000", in_iops
}

number! {
    /// For how many days automated backups are kept: 0 to 35; 0 turns them off.
    BackupRetentionPeriod(u8) days: "a backup retention period in days", "0 to 35", in_retention
}

number! {
    /// For how many days Performance Insights keeps its data: 7, a multiple of 31 up to 713, or 731.
    ///
    /// Seven days are free of charge.
    PerformanceInsightsRetentionPeriod(u16) days:
    "a retention period of Performance Insights in days",
    "7, a multiple of 31 up to 713, or 731",
    in_insights
}

const fn in_storage(gib: u32) -> bool {
    gib >= 20 && gib <= 65_536
}

const fn in_iops(iops: u32) -> bool {
    iops >= 1_000 && iops <= 256_000
}

const fn in_retention(days: u32) -> bool {
    days <= 35
}

const fn in_insights(days: u32) -> bool {
    days == 7 || days == 731 || days >= 31 && days <= 713 && days.is_multiple_of(31)
}

/// CloudFormation has `AllocatedStorage` as a text.
pub(super) mod size_as_text {
    use super::{Deserialize, Deserializer, Error, Serializer, StorageSize};

    pub(in super::super) fn serialize<S: Serializer>(
        size: &Option<StorageSize>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match size {
            Some(size) => serializer.collect_str(size),
            None => serializer.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<StorageSize>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let gib: u32 = text.parse().map_err(D::Error::custom)?;
        gib.try_into().map(Some).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_ranges() {
        assert!([20, 65_536].map(StorageSize::try_from).iter().all(Result::is_ok));
        assert!([19, 65_537].map(StorageSize::try_from).iter().all(Result::is_err));
        assert!([0, 35].map(BackupRetentionPeriod::try_from).iter().all(Result::is_ok));
        assert_eq!(
            BackupRetentionPeriod::try_from(36).unwrap_err().to_string(),
            "`36` is not a backup retention period in days: 0 to 35"
        );
        let insights = PerformanceInsightsRetentionPeriod::try_from;
        assert!([7, 31, 62, 713, 731].map(insights).iter().all(Result::is_ok));
        assert!([0, 8, 30, 32, 365, 744].map(insights).iter().all(Result::is_err));
    }

    #[test]
    fn the_type_and_size_of_storage_bound_its_iops() {
        let gib = |gib| StorageSize::try_from(gib).unwrap();
        assert_eq!(StorageType::Gp2.iops(gib(1000)), None);
        assert_eq!(StorageType::Gp3.iops(gib(399)), None);
        assert_eq!(StorageType::Gp3.iops(gib(400)), Some(12_000..=64_000));
        assert_eq!(StorageType::Io1.iops(gib(100)), Some(1_000..=5_000));
        assert_eq!(StorageType::Io1.iops(gib(10_000)), Some(5_000..=256_000));
        assert_eq!(StorageType::Io2.iops(gib(100)), Some(1_000..=100_000));
    }
}
