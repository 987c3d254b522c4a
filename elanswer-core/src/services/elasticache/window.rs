//! The times of snapshots and of maintenance.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{services::rds, text::TextError};

/// The shortest window in minutes.
const SHORTEST: u32 = 60;

/// The time of day at which ElastiCache makes the daily snapshot, in UTC: `03:00-04:00`.
///
/// At least an hour; it may run past midnight.
///
/// ```
/// use elanswer_core::services::elasticache::SnapshotWindow;
///
/// const WINDOW: SnapshotWindow = SnapshotWindow::literal("23:30-00:30");
/// assert!("03:00-03:30".parse::<SnapshotWindow>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SnapshotWindow(rds::BackupWindow);

/// The time of the week at which ElastiCache may patch nodes, in UTC: `sun:05:00-sun:06:00`.
///
/// From an hour to a day; it may run past the end of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaintenanceWindow(rds::MaintenanceWindow);

const SNAPSHOT_FORM: &str = "`hh:mm-hh:mm` in UTC, at least an hour, as in `03:00-04:00`";
const MAINTENANCE_FORM: &str =
    "`ddd:hh:mm-ddd:hh:mm` in UTC, an hour to a day, as in `sun:05:00-sun:06:00`";

impl SnapshotWindow {
    /// A window that the program writes down: in a `const`, a wrong one does not compile.
    ///
    /// # Panics
    ///
    /// Outside a `const`, when the text is not a snapshot window.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        let window = rds::BackupWindow::literal(text);
        assert!(window.length() >= SHORTEST, "a snapshot window is at least an hour");
        Self(window)
    }

    /// Whether a snapshot may be made during maintenance; AWS refuses that.
    #[must_use]
    pub fn overlaps(self, maintenance: MaintenanceWindow) -> bool {
        self.0.overlaps(maintenance.0)
    }
}

impl MaintenanceWindow {
    /// A window that the program writes down: in a `const`, a wrong one does not compile.
    ///
    /// # Panics
    ///
    /// Outside a `const`, when the text is not a maintenance window.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        let window = rds::MaintenanceWindow::literal(text);
        assert!(window.length() >= SHORTEST, "a maintenance window is at least an hour");
        Self(window)
    }
}

macro_rules! as_text {
    ($($name:ident $what:literal $form:ident;)*) => {
        $(
            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl FromStr for $name {
                type Err = TextError;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    let window = text.parse().ok().map(Self);
                    window
                        .filter(|window| window.0.length() >= SHORTEST)
                        .ok_or_else(|| TextError::new(text.to_owned(), $what, $form))
                }
            }

            impl TryFrom<String> for $name {
                type Error = TextError;

                fn try_from(text: String) -> Result<Self, Self::Error> {
                    text.parse()
                }
            }

            impl From<$name> for String {
                fn from(window: $name) -> Self {
                    window.to_string()
                }
            }
        )*
    };
}

as_text! {
    SnapshotWindow "a snapshot window" SNAPSHOT_FORM;
    MaintenanceWindow "a maintenance window" MAINTENANCE_FORM;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_an_hour_at_least() {
        for text in ["03:00-04:00", "23:30-00:30"] {
            assert_eq!(text.parse::<SnapshotWindow>().unwrap().to_string(), text);
        }
        for bad in ["", "03:00-03:59", "03:00", "sun:03:00-sun:04:00"] {
            assert!(bad.parse::<SnapshotWindow>().is_err(), "{bad}");
        }
        assert!("sun:23:30-mon:00:30".parse::<MaintenanceWindow>().is_ok());
        for bad in ["sun:05:00-sun:05:30", "05:00-06:00", "sun:05:00-tue:06:00"] {
            assert!(bad.parse::<MaintenanceWindow>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_snapshot_is_not_made_during_maintenance() {
        let maintenance = MaintenanceWindow::literal("sun:05:00-sun:06:00");
        assert!(SnapshotWindow::literal("05:30-06:30").overlaps(maintenance));
        assert!(!SnapshotWindow::literal("06:00-07:00").overlaps(maintenance));
    }
}
