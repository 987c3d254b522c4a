use serde_json::{Value, json};

use super::*;
use crate::{
    resource::properties_of,
    services::cloudwatch::{
        DimensionName, ExtendedStatistic, MetricName, Namespace, Period, Statistic,
    },
};

fn late() -> Alarm {
    let metric = Metric::new(
        Namespace::literal("AWS/ApplicationELB"),
        MetricName::literal("TargetResponseTime"),
    );
    Alarm::builder()
        .alarm_name(AlarmName::literal("late"))
        .metric(metric.of(DimensionName::literal("LoadBalancer"), "app/front/1"))
        .statistic(ExtendedStatistic::P99)
        .period(Period::MINUTE)
        .evaluation_periods(EvaluationPeriods::of::<5>())
        .threshold(2)
        .comparison_operator(ComparisonOperator::GreaterThan)
        .alarm_actions([ActionArn::literal("arn:aws:sns:us-east-1:123456789012:alerts")])
        .build()
}

#[test]
fn has_the_shape_of_cloudformation() {
    let tree = json!({
        "AlarmName": "late",
        "Namespace": "AWS/ApplicationELB",
        "MetricName": "TargetResponseTime",
        "Dimensions": [{ "Name": "LoadBalancer", "Value": "app/front/1" }],
        "ExtendedStatistic": "p99",
        "Period": 60,
        "EvaluationPeriods": 5,
        "DatapointsToAlarm": 5,
        "Threshold": 2.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "missing",
        "ActionsEnabled": true,
        "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:alerts"],
        "OKActions": [],
        "InsufficientDataActions": [],
        "Tags": [],
    });
    assert_eq!(Value::Object(properties_of(&late())), tree);
    assert_eq!(serde_json::from_value::<Alarm>(tree).unwrap(), late());
}

#[test]
fn plain_statistics_stand_under_another_name() {
    let alarm = Alarm { statistic: Statistic::Sum.into(), ..late() };
    let tree = properties_of(&alarm);
    assert_eq!(tree.get("Statistic"), Some(&json!("Sum")));
    assert_eq!(tree.get("ExtendedStatistic"), None);
    assert_eq!(serde_json::from_value::<Alarm>(Value::Object(tree)).unwrap(), alarm);
}

#[test]
fn tells_what_aws_refuses() {
    assert!(late().faults().is_empty());
    let topic = |n: usize| {
        Input::from(ActionArn::new(format!("arn:aws:sns:us-east-1:123456789012:a{n}")).unwrap())
    };
    let bad = Alarm {
        ok_actions: (0..6).map(topic).collect(),
        evaluation_periods: EvaluationPeriods::of::<1441>(),
        datapoints_to_alarm: DatapointsToAlarm::of::<1442>(),
        ..late()
    };
    let faults: Vec<String> = bad.faults().iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "it has 6 actions for one state, and AWS takes 5",
            "1442 of 1441 points cannot be beyond the threshold",
            "it looks at 86460 seconds, and with this period AWS looks at 86400 at most",
        ]
    );
    let week = Alarm {
        period: Period::minutes::<60>(),
        evaluation_periods: EvaluationPeriods::of::<168>(),
        ..late()
    };
    assert!(week.faults().is_empty());
}

#[test]
fn tags_have_calls_of_their_own() {
    let tagged = Alarm { tags: Tags::new().with("a", "b"), ..late() };
    assert!(!late().differs_from(&tagged));
    assert_eq!(Alarm::calls(&Operation::Update(&late(), &tagged)), 1);
    let other = Alarm { actions_enabled: false, ..late() };
    assert_eq!(Alarm::calls(&Operation::Update(&tagged, &other)), 2);
}
