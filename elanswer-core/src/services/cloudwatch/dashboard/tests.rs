use serde_json::json;

use super::*;
use crate::{
    id::ResourceId,
    region::Region,
    resource::properties_of,
    services::{
        cloudwatch::{
            Alarm, DimensionName, ExtendedStatistic, Metric, MetricName, Namespace, Statistic,
        },
        rds::DbInstance,
    },
};

fn cpu() -> Metric {
    let instance = Ref::<DbInstance>::managed(ResourceId::new("db").unwrap());
    Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal("CPUUtilization")).of(
        DimensionName::literal("DBInstanceIdentifier"),
        instance.output::<String>("DBInstanceIdentifier"),
    )
}

fn dashboard() -> Dashboard {
    let alarm = Ref::<Alarm>::managed(ResourceId::new("busy").unwrap());
    let graph = MetricWidget::of(
        Region::EuWest1,
        [
            MetricLine::of(cpu(), Statistic::Average).labelled("mean"),
            MetricLine::of(cpu(), ExtendedStatistic::P99),
        ],
    );
    let body = DashboardBody::of([
        Widget::new(Area::at::<0, 0>().sized::<24, 1>(), TextWidget::of("## Database")),
        Widget::new(Area::at::<0, 1>().sized::<12, 6>(), graph.titled("CPU").line("busy", 80)),
        Widget::new(Area::at::<12, 1>().sized::<12, 6>(), AlarmWidget::of([alarm.arn()])),
    ]);
    let body = body.starting(DashboardStart::literal("-PT6H"));
    Dashboard::builder().dashboard_name(DashboardName::literal("shop")).dashboard_body(body).build()
}

#[test]
fn has_the_shape_that_aws_documents() {
    let database = json!({ "Fn::GetAtt": ["db", "DBInstanceIdentifier"] });
    let tree = json!({
        "DashboardName": "shop",
        "DashboardBody": {
            "start": "-PT6H",
            "widgets": [
                {
                    "type": "text", "x": 0, "y": 0, "width": 24, "height": 1,
                    "properties": { "markdown": "## Database" },
                },
                {
                    "type": "metric", "x": 0, "y": 1, "width": 12, "height": 6,
                    "properties": {
                        "title": "CPU",
                        "region": "eu-west-1",
                        "view": "timeSeries",
                        "stacked": false,
                        "period": 60,
                        "metrics": [
                            [
                                "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", database,
                                { "label": "mean", "stat": "Average" },
                            ],
                            [
                                "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", database,
                                { "stat": "p99" },
                            ],
                        ],
                        "annotations": { "horizontal": [{ "label": "busy", "value": 80.0 }] },
                    },
                },
                {
                    "type": "alarm", "x": 12, "y": 1, "width": 12, "height": 6,
                    "properties": { "alarms": [{ "Fn::GetAtt": ["busy", "Arn"] }] },
                },
            ],
        },
    });
    assert_eq!(Value::Object(properties_of(&dashboard())), tree);
    assert_eq!(serde_json::from_value::<Dashboard>(tree).unwrap(), dashboard());
}

#[test]
fn a_body_is_one_text_and_back() {
    let body = dashboard().dashboard_body;
    let text = body.text().unwrap();
    assert_eq!(DashboardBody::from_text(&text).unwrap(), body);
    assert_eq!(DashboardBody::from_text(&text).unwrap().text().unwrap(), text);
    let spread = serde_json::to_string_pretty(&body).unwrap();
    assert_eq!(DashboardBody::from_text(&spread).unwrap().text().unwrap(), text);
}

#[test]
fn what_others_wrote_is_kept_and_another() {
    let body = dashboard().dashboard_body;
    let mut tree = serde_json::to_value(&body).unwrap();
    tree["variables"] = json!([{ "type": "property" }]);
    tree["widgets"][1]["properties"]["liveData"] = json!(true);
    tree["widgets"][2]["type"] = json!("explorer");
    let read: DashboardBody = serde_json::from_value(tree.clone()).unwrap();
    assert!(read != body && read.other.contains_key("variables"));
    let others = read.widgets.iter().filter(|it| matches!(it, Widget::Other(_))).count();
    assert_eq!(others, 2);
    assert_eq!(serde_json::to_value(&read).unwrap(), tree);
    assert!(DashboardBody::from_text("[]").is_err());
}

#[test]
fn names_and_starts() {
    assert!(DashboardName::new("shop_eu-1").is_ok());
    assert!(DashboardName::new("shop eu").is_err() && DashboardName::new("").is_err());
    assert!(DashboardStart::new("-P7D").is_ok() && DashboardStart::new("yesterday").is_err());
}
