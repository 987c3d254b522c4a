//! What AWS refuses of alarms and dashboards.

use elanswer_core::{
    Architecture, Input, Region,
    executor::ErrorKind,
    operations::{apply, destroy},
    services::cloudwatch::{
        ActionArn, Alarm, AlarmName, AlarmRule, Area, ComparisonOperator, CompositeAlarm,
        Dashboard, DashboardBody, DashboardName, DatapointsToAlarm, EvaluationPeriods, Metric,
        MetricName, Namespace, Period, Statistic, TextWidget, Widget,
    },
};

use crate::MockAws;

const TOPIC: ActionArn = ActionArn::literal("arn:aws:sns:us-east-1:123456789012:alerts");

fn late(name: &'static str) -> Alarm {
    let metric = Metric::new(Namespace::literal("Shop"), MetricName::literal("Latency"));
    Alarm::builder()
        .alarm_name(AlarmName::literal(name))
        .metric(metric)
        .statistic(Statistic::Maximum)
        .period(Period::MINUTE)
        .evaluation_periods(EvaluationPeriods::of::<3>())
        .comparison_operator(ComparisonOperator::GreaterThan)
        .threshold(2)
        .alarm_actions([TOPIC])
        .build()
}

fn over(name: &'static str, rule: AlarmRule) -> CompositeAlarm {
    CompositeAlarm::builder().alarm_name(AlarmName::literal(name)).alarm_rule(rule).build()
}

/// What AWS answers to what `describe` describes: codes and messages.
async fn refusals(
    aws: &MockAws,
    name: &str,
    describe: impl FnOnce(&mut Architecture),
) -> Vec<String> {
    let mut arch = Architecture::new(name, Region::UsEast1);
    describe(&mut arch);
    let report = apply(&arch, aws).unchecked().await.unwrap();
    let errors = report.failures.iter().map(|failure| &failure.error);
    errors.map(|error| format!("{:?} {}", error.kind(), error.message())).collect()
}

#[tokio::test(start_paused = true)]
async fn an_alarm_of_somebody_else_is_not_overwritten() {
    let aws = MockAws::new();
    let first = refusals(&aws, "one", |arch| _ = arch.resource("it", late("late"))).await;
    assert!(first.is_empty(), "{first:?}");
    let expected = format!("{:?} another alarm is called `late`", ErrorKind::Conflict);
    let second = refusals(&aws, "two", |arch| _ = arch.resource("it", late("late"))).await;
    assert_eq!(second, std::slice::from_ref(&expected));
    let rule = AlarmRule::alarm(AlarmName::literal("late"));
    let third = refusals(&aws, "three", |arch| _ = arch.resource("it", over("late", rule))).await;
    assert_eq!(third, [expected]);
    let alarms = aws.objects::<Alarm>();
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].tags.get("elanswer:stack"), Some("one"));
}

#[tokio::test(start_paused = true)]
async fn an_alarm_looks_at_a_day_at_most_and_at_topics_of_its_region() {
    let aws = MockAws::new();
    let found = refusals(&aws, "shop", |arch| {
        let periods = EvaluationPeriods::of::<1441>();
        let long = Alarm {
            evaluation_periods: periods,
            datapoints_to_alarm: DatapointsToAlarm::of::<1>(),
            ..late("long")
        };
        arch.resource("a", long);
        let topic = ActionArn::literal("arn:aws:sns:eu-west-1:123456789012:alerts");
        let far = Alarm { ok_actions: [Input::from(topic)].into(), ..late("far") };
        arch.resource("b", far);
    })
    .await;
    let expected = [
        "Invalid it looks at 86460 seconds, and with this period AWS looks at 86400 at most",
        "Invalid Invalid region eu-west-1 specified. Only us-east-1 is supported.",
    ];
    assert_eq!(found, expected);
}

#[tokio::test(start_paused = true)]
async fn what_a_rule_names_exists_and_stays() {
    let aws = MockAws::new();
    let found = refusals(&aws, "shop", |arch| {
        let rule = AlarmRule::alarm(AlarmName::literal("gone"));
        arch.resource("it", over("any", rule));
    })
    .await;
    let expected = "Invalid Could not save the composite alarm as alarms [gone] in the alarm rule do not exist";
    assert_eq!(found, [expected]);

    let first = refusals(&aws, "one", |arch| _ = arch.resource("it", late("late"))).await;
    assert!(first.is_empty(), "{first:?}");
    let second = refusals(&aws, "two", |arch| {
        let rule = AlarmRule::alarm(AlarmName::literal("late"));
        arch.resource("it", over("any", rule));
    })
    .await;
    assert!(second.is_empty(), "{second:?}");
    let report = destroy("one", &aws).await.unwrap();
    let error = &report.failures[0].error;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Dependency, Some("ValidationError")));
}

#[tokio::test(start_paused = true)]
async fn alarms_over_alarms_come_after_them_and_go_before_them() {
    let aws = MockAws::new();
    let describe = |second: &'static str| {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let a = arch.resource("a", late("first"));
        let b = arch.resource("b", late(second));
        let rule = AlarmRule::alarm(&a).or(AlarmRule::ok(&b).negated());
        let inner = arch.resource("inner", over("inner", rule));
        arch.resource("outer", over("outer", AlarmRule::alarm(&inner)));
        arch
    };
    for second in ["second", "renamed"] {
        let report = apply(&describe(second), &aws).unchecked().await.unwrap();
        assert!(report.is_complete(), "{report}");
    }
    let rules = aws.objects::<CompositeAlarm>();
    let rules: Vec<String> = rules.iter().map(|it| it.resource.alarm_rule.to_string()).collect();
    assert_eq!(rules, [r#"ALARM("first") OR NOT OK("renamed")"#, r#"ALARM("inner")"#]);
    let report = destroy("shop", &aws).await.unwrap();
    assert!(report.is_complete() && aws.inventory().is_empty(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_dashboard_of_somebody_else_is_not_overwritten() {
    let aws = MockAws::new();
    let showing = |text: &str| {
        let widget = Widget::new(Area::at::<0, 0>(), TextWidget::of(text));
        Dashboard::builder()
            .dashboard_name(DashboardName::literal("shop"))
            .dashboard_body(DashboardBody::of([widget]))
            .build()
    };
    let first = refusals(&aws, "one", |arch| _ = arch.resource("it", showing("mine"))).await;
    assert!(first.is_empty(), "{first:?}");
    // Dashboards are of no Region.
    let second = refusals(&aws, "two", |arch| {
        arch.in_region(Region::EuWest1, |scope| _ = scope.resource("it", showing("yours")));
    })
    .await;
    assert_eq!(second, ["Conflict another dashboard is called `shop`"]);
    let many = refusals(&aws, "three", |arch| {
        let widget = Widget::new(Area::at::<0, 0>(), TextWidget::of("again"));
        let body = DashboardBody::of(std::iter::repeat_n(widget, 501));
        arch.resource("it", Dashboard::builder().dashboard_body(body).build());
    })
    .await;
    assert_eq!(
        many,
        ["Invalid The dashboard body is invalid: 501 widgets, at most 500 are allowed"]
    );
}
