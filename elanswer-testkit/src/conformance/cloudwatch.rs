//! Cases of Amazon CloudWatch.

use elanswer_core::{
    Architecture, Input, Region, Resource, Tags,
    services::cloudwatch::{
        ActionArn, Alarm, AlarmDescription, AlarmName, AlarmRule, AlarmWidget, Area,
        ComparisonOperator, CompositeAlarm, Dashboard, DashboardBody, DashboardName,
        DatapointsToAlarm, DimensionName, EvaluationPeriods, ExtendedStatistic, Metric, MetricLine,
        MetricName, MetricWidget, Namespace, Period, Statistic, TextWidget, TreatMissingData, Unit,
        Widget,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "cloudwatch_alarm",
        kind: Alarm::SCHEMA.kind,
        made: || with(busy(NAME)),
        updated: Some(|| {
            let metric = Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal("Reads"))
                .of(DimensionName::literal("EngineName"), "postgres")
                .of(DimensionName::literal("DBInstanceIdentifier"), "orders");
            with(Alarm {
                alarm_description: Some(AlarmDescription::literal("The database reads much.")),
                metric,
                statistic: Statistic::Sum.into(),
                period: Period::minutes::<5>(),
                evaluation_periods: EvaluationPeriods::of::<2>(),
                datapoints_to_alarm: DatapointsToAlarm::of::<2>(),
                threshold: (-1).into(),
                comparison_operator: ComparisonOperator::LessThanOrEqualTo,
                actions_enabled: false,
                alarm_actions: [ALERTS.into(), PAGES.into()].into(),
                ok_actions: [Input::from(PAGES)].into(),
                insufficient_data_actions: [Input::from(ALERTS)].into(),
                tags: Tags::new().with("Name", "renamed"),
                ..busy(NAME)
            })
        }),
        replaced: Some(|| with(busy(OTHER))),
    },
    Case {
        name: "cloudwatch_alarm_of_every_property",
        kind: Alarm::SCHEMA.kind,
        made: || {
            with(Alarm {
                statistic: ExtendedStatistic::P99.into(),
                datapoints_to_alarm: DatapointsToAlarm::of::<2>(),
                treat_missing_data: TreatMissingData::NotBreaching,
                unit: Some(Unit::Percent),
                ..busy(NAME)
            })
        },
        updated: Some(|| {
            with(Alarm {
                statistic: ExtendedStatistic::literal("p99.9").into(),
                treat_missing_data: TreatMissingData::Breaching,
                ..busy(NAME)
            })
        }),
        replaced: Some(|| {
            with(Alarm { treat_missing_data: TreatMissingData::Ignore, ..busy(OTHER) })
        }),
    },
    Case {
        name: "cloudwatch_composite_alarm",
        kind: CompositeAlarm::SCHEMA.kind,
        made: || over(NAME, |a, b| a.or(b), |it| it),
        updated: Some(|| {
            over(
                NAME,
                |a, b| a.and(b.negated()),
                |it| CompositeAlarm {
                    alarm_description: Some(AlarmDescription::literal("Users feel it.")),
                    actions_enabled: false,
                    alarm_actions: [ALERTS.into(), PAGES.into()].into(),
                    ok_actions: [Input::from(PAGES)].into(),
                    insufficient_data_actions: [Input::from(ALERTS)].into(),
                    tags: Tags::new().with("Name", "renamed"),
                    ..it
                },
            )
        }),
        replaced: Some(|| over(OTHER, |a, b| a.or(b), |it| it)),
    },
    Case {
        name: "cloudwatch_dashboard",
        kind: Dashboard::SCHEMA.kind,
        made: || showing("elanswer-conformance", "## Database", &["CPUUtilization"]),
        updated: Some(|| {
            showing("elanswer-conformance", "## The database", &["CPUUtilization", "Reads"])
        }),
        replaced: Some(|| showing("elanswer-conformance-2", "## Database", &["CPUUtilization"])),
    },
];

const NAME: AlarmName = AlarmName::literal("elanswer conformance");
const OTHER: AlarmName = AlarmName::literal("elanswer conformance/2");
const ALERTS: ActionArn = ActionArn::literal("arn:aws:sns:us-east-1:123456789012:alerts");
const PAGES: ActionArn = ActionArn::literal("arn:aws:sns:us-east-1:123456789012:pages");

fn with(alarm: Alarm) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", alarm);
    arch
}

fn busy(name: AlarmName) -> Alarm {
    let metric = Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal("CPUUtilization"))
        .of(DimensionName::literal("DBInstanceIdentifier"), "orders");
    Alarm::builder()
        .alarm_name(name)
        .metric(metric)
        .statistic(Statistic::Average)
        .period(Period::MINUTE)
        .evaluation_periods(EvaluationPeriods::of::<3>())
        .threshold(80)
        .comparison_operator(ComparisonOperator::GreaterThan)
        .alarm_actions([ALERTS])
        .build()
}

/// An alarm over two others, whose names elanswer makes up.
fn over(
    name: AlarmName,
    rule: impl FnOnce(AlarmRule, AlarmRule) -> AlarmRule,
    change: impl FnOnce(CompositeAlarm) -> CompositeAlarm,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let [a, b] = ["a", "b"].map(|id| {
        let child = arch.resource(id, Alarm { alarm_name: None, ..busy(NAME) });
        AlarmRule::alarm(&child)
    });
    let it = CompositeAlarm::builder().alarm_name(name).alarm_rule(rule(a, b)).build();
    arch.resource("it", change(it));
    arch
}

/// A dashboard with a text, graphs of a database and the state of an alarm that is made with it.
fn showing(name: &'static str, text: &str, metrics: &[&'static str]) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let alarm = arch.resource("alarm", Alarm { alarm_name: None, ..busy(NAME) });
    let lines = metrics.iter().map(|name| {
        let metric = Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal(name))
            .of(DimensionName::literal("DBInstanceIdentifier"), "orders");
        MetricLine::of(metric, ExtendedStatistic::P99).labelled(*name)
    });
    let graph = MetricWidget::of(Region::UsEast1, lines).titled("Load").line("much", 80);
    let body = DashboardBody::of([
        Widget::new(Area::at::<0, 0>().sized::<24, 1>(), TextWidget::of(text)),
        Widget::new(Area::at::<0, 1>().sized::<12, 6>(), graph),
        Widget::new(Area::at::<12, 1>().sized::<12, 6>(), AlarmWidget::of([alarm.arn()])),
    ]);
    let it = Dashboard::builder().dashboard_name(DashboardName::literal(name));
    arch.resource("it", it.dashboard_body(body).build());
    arch
}
