//! What the clock does to the range of a scalable target.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::scalable_target::Capacity;
use crate::text::text;

/// A time at which a scalable target gets another range, until the next action gives it another.
///
/// AWS: [`ScheduledAction`](https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html).
/// Not modelled: `StartTime` and `EndTime`. Quota: 200 per scalable target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ScheduledAction {
    /// `ScheduledActionName`: unique among those of the target.
    pub scheduled_action_name: ScheduledActionName,
    /// `Schedule`: when.
    pub schedule: Schedule,
    /// `Timezone`: whose clock the schedule means. AWS's default: UTC.
    #[builder(default)]
    #[serde(default)]
    pub timezone: Timezone,
    /// `ScalableTargetAction`: the range from then on. A service that is outside of it gets as many
    /// tasks as bring it inside.
    #[serde(rename = "ScalableTargetAction")]
    pub range: CapacityRange,
}

/// The least and the most tasks of a service.
///
/// That the least is not more than the most is checked with the architecture (`scaling-refused`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CapacityRange {
    /// `MinCapacity`.
    pub min_capacity: Capacity,
    /// `MaxCapacity`.
    pub max_capacity: Capacity,
}

impl CapacityRange {
    /// From `min` to `max` tasks, both included.
    #[must_use]
    pub const fn new(min: Capacity, max: Capacity) -> Self {
        Self { min_capacity: min, max_capacity: max }
    }

    /// Whether no number of tasks is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.min_capacity > self.max_capacity
    }

    /// The number in the range that is next to `count`.
    #[must_use]
    pub fn nearest(self, count: u32) -> u32 {
        count.min(self.max_capacity.get()).max(self.min_capacity.get())
    }
}

text! {
    /// The name of a scheduled action.
    ScheduledActionName: "the name of a scheduled action",
    "1 to 256 printable ASCII characters without `:`, `/` and `|`, no space at the ends",
    is_name
}

text! {
    /// When a scheduled action is due: `cron(0 8 * * ? *)`, `rate(2 hours)`, or once,
    /// `at(2027-01-01T08:00:00)`.
    ///
    /// A cron expression has minutes, hours, day of the month, month, day of the week and year; one
    /// of the two days is `?`.
    Schedule: "a schedule of Application Auto Scaling",
    "`cron(…)` of six fields, `rate(…)` of a number and a unit, or `at(yyyy-mm-ddThh:mm:ss)`",
    is_schedule
}

text! {
    /// A time zone by its name in the IANA time zone database, `Europe/Berlin`; the hours of a
    /// schedule follow its daylight saving time.
    Timezone: "the name of a time zone",
    "1 to 64 ASCII letters, digits and `/_+-`",
    is_timezone
}

impl Default for Timezone {
    fn default() -> Self {
        Self::literal("UTC")
    }
}

const fn is_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    if matches!(rest, [b' ', ..] | [.., b' ']) {
        return false;
    }
    while let Some((byte, tail)) = rest.split_first() {
        let plain = byte.is_ascii_graphic() || *byte == b' ';
        if !plain || matches!(*byte, b':' | b'/' | b'|') {
            return false;
        }
        rest = tail;
    }
    1 <= length && length <= 256
}

const fn is_timezone(text: &str) -> bool {
    crate::text::is_of(text, 1, 64, "/_+-")
}

const fn is_schedule(text: &str) -> bool {
    match text.as_bytes() {
        [b'c', b'r', b'o', b'n', b'(', fields @ .., b')'] => words(fields) == 6,
        [b'r', b'a', b't', b'e', b'(', b'1'..=b'9', ..] => {
            matches!(text.as_bytes(), [.., b')']) && words(text.as_bytes()) == 2
        }
        [
            b'a',
            b't',
            b'(',
            y1,
            y2,
            y3,
            y4,
            b'-',
            m1,
            m2,
            b'-',
            d1,
            d2,
            b'T',
            h1,
            h2,
            b':',
            n1,
            n2,
            b':',
            s1,
            s2,
            b')',
        ] => digits(&[*y1, *y2, *y3, *y4, *m1, *m2, *d1, *d2, *h1, *h2, *n1, *n2, *s1, *s2]),
        _ => false,
    }
}

const fn digits(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_digit() {
            return false;
        }
        rest = tail;
    }
    true
}

/// How many words the text has, with one space between each two; 0 when it has something else.
const fn words(text: &[u8]) -> usize {
    let mut rest = text;
    let mut count = 0;
    let mut within = false;
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b' ' if !within => return 0,
            b' ' => within = false,
            byte if byte.is_ascii_graphic() => {
                if !within {
                    count += 1;
                }
                within = true;
            }
            _ => return 0,
        }
        rest = tail;
    }
    if within { count } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_of_one_of_three_forms() {
        for good in [
            "cron(0 8 * * ? *)",
            "cron(0/15 8-18 ? * MON-FRI *)",
            "rate(2 hours)",
            "at(2027-01-01T08:00:00)",
        ] {
            assert!(Schedule::new(good).is_ok(), "{good}");
        }
        for bad in [
            "0 8 * * ? *",
            "cron(0 8 * *)",
            "cron(0  8 * * ? *)",
            "rate(2)",
            "rate(0 hours)",
            "at(2027-01-01)",
            "at(2027-01-01T08:00)",
            "",
        ] {
            assert!(Schedule::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_and_zones_have_alphabets() {
        assert!(ScheduledActionName::new("morning rush").is_ok());
        assert!(ScheduledActionName::new("a/b").is_err() && ScheduledActionName::new("").is_err());
        assert!(ScheduledActionName::new(" a").is_err() && ScheduledActionName::new("a ").is_err());
        assert!(Timezone::new("America/Argentina/Buenos_Aires").is_ok());
        assert!(Timezone::new("").is_err() && Timezone::new("Middle earth").is_err());
    }

    #[test]
    fn a_range_holds_a_count() {
        let range =
            |min, max| CapacityRange::new(Capacity::new(min).unwrap(), Capacity::new(max).unwrap());
        assert_eq!([0, 3, 9].map(|count| range(2, 6).nearest(count)), [2, 3, 6]);
        assert!(range(3, 2).is_empty() && !range(2, 2).is_empty());
    }
}
