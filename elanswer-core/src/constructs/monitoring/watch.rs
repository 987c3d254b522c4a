//! A metric that is watched, and when it is too much.

use super::LIMIT;
use crate::{
    region::Region,
    services::cloudwatch::{
        Alarm, AlarmDescription, ComparisonOperator, DatapointsToAlarm, EvaluationPeriods, Metric,
        MetricLine, MetricStatistic, MetricWidget, Period, Statistic, Threshold, TreatMissingData,
    },
};

/// The metrics of one tier.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) watches: Vec<Watch>,
}

/// A metric that is watched.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    /// The id of its alarm.
    pub(super) id: String,
    /// Where it is.
    pub(super) region: Region,
    /// What it says: "the load balancer `front` answers with errors of its own".
    pub(super) says: String,
    pub(super) metric: Metric,
    pub(super) statistic: MetricStatistic,
    pub(super) limit: Threshold,
    pub(super) comparison: ComparisonOperator,
    /// How many of how many points.
    pub(super) points: (DatapointsToAlarm, EvaluationPeriods),
    pub(super) missing: TreatMissingData,
    /// Whether users feel it.
    pub(super) felt: bool,
}

/// Three of five minutes.
pub(super) const MOST: (DatapointsToAlarm, EvaluationPeriods) =
    (DatapointsToAlarm::of::<3>(), EvaluationPeriods::of::<5>());

/// Three minutes in a row.
pub(super) const THREE: (DatapointsToAlarm, EvaluationPeriods) =
    (DatapointsToAlarm::of::<3>(), EvaluationPeriods::of::<3>());

/// Ten minutes in a row.
pub(super) const TEN: (DatapointsToAlarm, EvaluationPeriods) =
    (DatapointsToAlarm::of::<10>(), EvaluationPeriods::of::<10>());

impl Watch {
    /// Three of five minutes above the limit, by the mean.
    pub(super) fn new(
        id: String,
        region: Region,
        says: String,
        metric: Metric,
        limit: Threshold,
    ) -> Self {
        Self {
            id,
            region,
            says,
            metric,
            statistic: Statistic::Average.into(),
            limit,
            comparison: ComparisonOperator::GreaterThan,
            points: MOST,
            missing: TreatMissingData::Missing,
            felt: false,
        }
    }

    /// By another statistic.
    pub(super) fn by(mut self, statistic: impl Into<MetricStatistic>) -> Self {
        self.statistic = statistic.into();
        self
    }

    /// So many of so many points.
    pub(super) const fn points(mut self, points: (DatapointsToAlarm, EvaluationPeriods)) -> Self {
        self.points = points;
        self
    }

    /// All together in a minute; there are no points while nothing happens.
    pub(super) fn counted(mut self) -> Self {
        self.missing = TreatMissingData::NotBreaching;
        self.by(Statistic::Sum)
    }

    /// Users feel it.
    pub(super) const fn felt(mut self) -> Self {
        self.felt = true;
        self
    }

    /// Its alarm, which does nothing yet.
    pub(super) fn alarm(&self) -> Alarm {
        let (datapoints, periods) = self.points;
        Alarm::builder()
            .maybe_alarm_description(AlarmDescription::new(self.says.clone()).ok())
            .metric(self.metric.clone())
            .statistic(self.statistic.clone())
            .period(Period::MINUTE)
            .evaluation_periods(periods)
            .datapoints_to_alarm(datapoints)
            .threshold(self.limit)
            .comparison_operator(self.comparison)
            .treat_missing_data(self.missing)
            .build()
    }

    /// Its graph, with a line at the limit.
    pub(super) fn graph(&self) -> MetricWidget {
        let line = MetricLine::of(self.metric.clone(), self.statistic.clone());
        MetricWidget::of(self.region, [line]).titled(self.id.as_str()).line(LIMIT, self.limit)
    }
}
