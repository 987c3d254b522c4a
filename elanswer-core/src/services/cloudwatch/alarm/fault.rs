//! What AWS refuses of an alarm: the checks and the AWS in memory share it.

use super::{Alarm, Metric};

/// What AWS refuses of an alarm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlarmFault {
    /// More actions for one state than AWS takes.
    #[error("it has {0} actions for one state, and AWS takes {max}", max = Alarm::MAX_ACTIONS)]
    Actions(usize),
    /// More points beyond the threshold than are looked at.
    #[error("{points} of {of} points cannot be beyond the threshold")]
    Datapoints {
        /// How many must be.
        points: u32,
        /// How many there are.
        of: u32,
    },
    /// More dimensions than a metric has.
    #[error("its metric has {0} dimensions, and AWS takes {max}", max = Metric::MAX_DIMENSIONS)]
    Dimensions(usize),
    /// It looks at more time than AWS does.
    #[error("it looks at {seconds} seconds, and with this period AWS looks at {most} at most")]
    Span {
        /// At how many seconds it looks.
        seconds: u64,
        /// At how many AWS does.
        most: u64,
    },
}

const HOUR: u32 = 3600;
const DAY: u64 = 86_400;

impl Alarm {
    /// What AWS refuses of it.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
    #[must_use]
    pub fn faults(&self) -> Vec<AlarmFault> {
        let mut faults = Vec::new();
        for actions in [&self.alarm_actions, &self.ok_actions, &self.insufficient_data_actions] {
            if actions.len() > Self::MAX_ACTIONS {
                faults.push(AlarmFault::Actions(actions.len()));
            }
        }
        let (points, of) = (self.datapoints_to_alarm.get(), self.evaluation_periods.get());
        if points > of {
            faults.push(AlarmFault::Datapoints { points, of });
        }
        if self.metric.dimensions.len() > Metric::MAX_DIMENSIONS {
            faults.push(AlarmFault::Dimensions(self.metric.dimensions.len()));
        }
        let seconds = u64::from(self.period.seconds()) * u64::from(of);
        let most = if self.period.seconds() < HOUR { DAY } else { 7 * DAY };
        if seconds > most {
            faults.push(AlarmFault::Span { seconds, most });
        }
        faults
    }
}
