//! The times of backups and of maintenance.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text::TextError;

/// Minutes of a day.
const DAY: u32 = 24 * 60;
/// Minutes of a week.
const WEEK: u32 = 7 * DAY;
/// The shortest window in minutes.
const SHORTEST: u32 = 30;
/// The days in AWS's words, from the start of the week.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The time of day at which RDS makes the daily backup, in UTC: `03:00-04:00`.
///
/// At least 30 minutes; it may run past midnight.
///
/// ```
/// use elanswer_core::services::rds::BackupWindow;
///
/// const WINDOW: BackupWindow = BackupWindow::literal("23:45-00:15");
/// assert!("03:00-03:10".parse::<BackupWindow>().is_err());
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BackupWindow {
    /// In minutes of the day.
    start: u32,
    /// In minutes.
    length: u32,
}

/// The time of the week at which RDS may patch an instance, in UTC: `sun:05:00-sun:06:00`.
///
/// From 30 minutes to 24 hours; it may run past the end of the week.
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaintenanceWindow {
    /// In minutes of the week.
    start: u32,
    /// In minutes.
    length: u32,
}

const BACKUP_FORM: &str = "`hh:mm-hh:mm` in UTC, at least 30 minutes, as in `03:00-04:00`";
const MAINTENANCE_FORM: &str =
    "`ddd:hh:mm-ddd:hh:mm` in UTC, 30 minutes to 24 hours, as in `sun:05:00-sun:06:00`";

impl BackupWindow {
    /// How long it is, in minutes.
    pub(crate) const fn length(self) -> u32 {
        self.length
    }

    /// A window that the program writes down: in a `const`, a wrong one does not compile.
    ///
    /// # Panics
    ///
    /// Outside a `const`, when the text is not a backup window.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        let window = Self::read(text);
        assert!(window.is_some(), "not a backup window: `hh:mm-hh:mm`, at least 30 minutes");
        match window {
            Some(window) => window,
            None => Self { start: 0, length: SHORTEST },
        }
    }

    /// Whether a backup may run while maintenance does; AWS refuses that.
    #[must_use]
    pub fn overlaps(self, maintenance: MaintenanceWindow) -> bool {
        (0..7).any(|day| {
            let start = day * DAY + self.start;
            let after = |one: u32, other: u32| (one + WEEK - other) % WEEK;
            after(start, maintenance.start) < maintenance.length
                || after(maintenance.start, start) < self.length
        })
    }

    const fn read(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let Some(start) = time(&mut rest) else { return None };
        if !skip(&mut rest, b'-') {
            return None;
        }
        let Some(end) = time(&mut rest) else { return None };
        let length = (end + DAY - start) % DAY;
        if rest.is_empty() && length >= SHORTEST { Some(Self { start, length }) } else { None }
    }
}

impl MaintenanceWindow {
    /// How long it is, in minutes.
    pub(crate) const fn length(self) -> u32 {
        self.length
    }

    /// A window that the program writes down: in a `const`, a wrong one does not compile.
    ///
    /// # Panics
    ///
    /// Outside a `const`, when the text is not a maintenance window.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        let window = Self::read(text);
        assert!(
            window.is_some(),
            "not a maintenance window: `ddd:hh:mm-ddd:hh:mm`, 30 minutes to 24 hours"
        );
        match window {
            Some(window) => window,
            None => Self { start: 0, length: SHORTEST },
        }
    }

    const fn read(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let Some(start) = day_time(&mut rest) else { return None };
        if !skip(&mut rest, b'-') {
            return None;
        }
        let Some(end) = day_time(&mut rest) else { return None };
        let length = (end + WEEK - start) % WEEK;
        if rest.is_empty() && length >= SHORTEST && length < DAY {
            Some(Self { start, length })
        } else {
            None
        }
    }
}

/// Takes `expected` off the front.
const fn skip(rest: &mut &[u8], expected: u8) -> bool {
    match rest.split_first() {
        Some((byte, tail)) if *byte == expected => {
            *rest = tail;
            true
        }
        _ => false,
    }
}

/// Takes two digits off the front.
const fn two_digits(rest: &mut &[u8]) -> Option<u32> {
    let mut value = 0;
    let mut digits = 0;
    while digits < 2 {
        match rest.split_first() {
            Some((byte, tail)) if byte.is_ascii_digit() => {
                value = value * 10 + (*byte - b'0') as u32;
                *rest = tail;
            }
            _ => return None,
        }
        digits += 1;
    }
    Some(value)
}

/// Takes `hh:mm` off the front: minutes of the day.
const fn time(rest: &mut &[u8]) -> Option<u32> {
    let Some(hours) = two_digits(rest) else { return None };
    if !skip(rest, b':') {
        return None;
    }
    match two_digits(rest) {
        Some(minutes) if hours < 24 && minutes < 60 => Some(hours * 60 + minutes),
        _ => None,
    }
}

/// Takes `ddd:hh:mm` off the front: minutes of the week.
const fn day_time(rest: &mut &[u8]) -> Option<u32> {
    let Some(([a, b, c], tail)) = rest.split_first_chunk::<3>() else { return None };
    let name = [a.to_ascii_lowercase(), b.to_ascii_lowercase(), c.to_ascii_lowercase()];
    let day = match &name {
        b"mon" => 0,
        b"tue" => 1,
        b"wed" => 2,
        b"thu" => 3,
        b"fri" => 4,
        b"sat" => 5,
        b"sun" => 6,
        _ => return None,
    };
    *rest = tail;
    if !skip(rest, b':') {
        return None;
    }
    match time(rest) {
        Some(minutes) => Some(day * DAY + minutes),
        None => None,
    }
}

impl fmt::Display for BackupWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = (self.start + self.length) % DAY;
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.start / 60, self.start % 60, end / 60, end % 60)
    }
}

impl fmt::Display for MaintenanceWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = |f: &mut fmt::Formatter<'_>, minute: u32| {
            let day = DAYS.into_iter().nth((minute / DAY) as usize).unwrap_or_default();
            write!(f, "{day}:{:02}:{:02}", minute % DAY / 60, minute % 60)
        };
        write(f, self.start)?;
        f.write_str("-")?;
        write(f, (self.start + self.length) % WEEK)
    }
}

macro_rules! as_text {
    ($($name:ident $what:literal $form:ident;)*) => {
        $(
            impl FromStr for $name {
                type Err = TextError;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    Self::read(text).ok_or_else(|| TextError::new(text.to_owned(), $what, $form))
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
    BackupWindow "a backup window" BACKUP_FORM;
    MaintenanceWindow "a maintenance window" MAINTENANCE_FORM;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup(text: &str) -> BackupWindow {
        text.parse().unwrap()
    }

    fn maintenance(text: &str) -> MaintenanceWindow {
        text.parse().unwrap()
    }

    #[test]
    fn windows_round_trip_in_the_form_of_aws() {
        for text in ["03:00-04:00", "23:45-00:15", "00:00-23:59"] {
            assert_eq!(backup(text).to_string(), text);
        }
        for text in ["sun:05:00-sun:06:00", "sun:23:45-mon:00:15", "tue:00:00-tue:23:59"] {
            assert_eq!(maintenance(text).to_string(), text);
        }
        assert_eq!(maintenance("Sun:23:45-Mon:00:15").to_string(), "sun:23:45-mon:00:15");
    }

    #[test]
    fn windows_that_aws_refuses_are_no_windows() {
        for bad in ["", "3:00-4:00", "03:00-03:29", "24:00-25:00", "03:60-04:30", "03:00-04:00 "] {
            assert!(bad.parse::<BackupWindow>().is_err(), "{bad}");
        }
        for bad in [
            "",
            "05:00-06:00",
            "sun:05:00-sun:05:29",
            "sun:05:00-mon:05:00",
            "sun:05:00-wed:06:00",
            "xyz:05:00-xyz:06:00",
        ] {
            assert!(bad.parse::<MaintenanceWindow>().is_err(), "{bad}");
        }
        assert_eq!(
            "03:00".parse::<BackupWindow>().unwrap_err().to_string(),
            "`03:00` is not a backup window: `hh:mm-hh:mm` in UTC, at least 30 minutes, as in \
             `03:00-04:00`"
        );
    }

    #[test]
    fn a_window_ends_before_the_next_begins() {
        let sunday = maintenance("sun:05:00-sun:06:00");
        for apart in ["04:00-05:00", "06:00-07:00", "23:30-00:30"] {
            assert!(!backup(apart).overlaps(sunday), "{apart}");
        }
        for over in ["04:30-05:01", "05:59-06:30", "05:10-05:40", "04:00-07:00"] {
            assert!(backup(over).overlaps(sunday), "{over}");
        }
        let midnight = maintenance("sun:23:45-mon:00:15");
        assert!(backup("23:30-00:00").overlaps(midnight));
        assert!(backup("00:00-00:30").overlaps(midnight));
        assert!(!backup("00:15-00:45").overlaps(midnight));
    }
}
