//! The life of a subscription over the wire: no server keeps its threshold.

use elanswer_core::{
    Dollars, Handler, Place, Ref, Region, ResourceId,
    executor::{Deletion, ErrorKind},
    handler::{Create, Delete, Update},
    services::{
        budgets::EmailAddress,
        ce::{AnomalySubscription, AnomalyThreshold, Frequency, Subscriber, SubscriptionName},
    },
    tags::Ownership,
};

use super::{
    AnomalySubscriptionHandler,
    anomaly_subscription::{observed, to_sdk},
};
use crate::replay::{answer, calls, clients, refusal};

const ARN: &str = "arn:aws:ce::123456789012:anomalysubscription/s1";
const ONE: &str = r#"{"AnomalySubscriptions": [{"SubscriptionArn": "arn:aws:ce::123456789012:anomalysubscription/s1", "AccountId": "123456789012", "SubscriptionName": "ops", "MonitorArnList": ["arn:aws:ce::123456789012:anomalymonitor/m1"], "Frequency": "DAILY", "Threshold": 100.0, "ThresholdExpression": {"Dimensions": {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": ["100"]}}, "Subscribers": [{"Address": "ops@example.com", "Type": "EMAIL", "Status": "CONFIRMED"}]}]}"#;
const TAGS: &str = r#"{"ResourceTags": [{"Key": "elanswer:stack", "Value": "shop"}, {"Key": "elanswer:resource", "Value": "it"}, {"Key": "elanswer:incarnation", "Value": "1"}]}"#;

fn subscription() -> AnomalySubscription {
    AnomalySubscription::builder()
        .subscription_name(SubscriptionName::literal("ops"))
        .monitors([Ref::existing("arn:aws:ce::123456789012:anomalymonitor/m1")])
        .frequency(Frequency::Daily)
        .threshold(AnomalyThreshold::at_least(Dollars::whole(100)))
        .subscribers([Subscriber::Email(EmailAddress::literal("ops@example.com"))])
        .build()
}

#[test]
fn another_expression_is_not_taken_for_a_threshold() {
    let mut sent = to_sdk(&subscription()).unwrap();
    sent.subscription_arn = Some(ARN.to_owned());
    let tags = elanswer_core::Tags::new();
    assert_eq!(observed(&sent, tags.clone()).unwrap().resource, subscription());
    let mut expression = sent.threshold_expression.clone().unwrap();
    expression.not = Some(Box::new(expression.clone()));
    sent.threshold_expression = Some(expression);
    assert_eq!(observed(&sent, tags).unwrap_err().kind(), ErrorKind::Internal);
}

#[tokio::test]
async fn a_life_over_the_wire() {
    let (clients, http) = clients(vec![
        answer(200, format!(r#"{{"SubscriptionArn": "{ARN}"}}"#)),
        answer(200, ONE),
        answer(200, TAGS),
        answer(200, ONE),
        answer(200, TAGS),
        answer(200, ONE),
        answer(200, TAGS),
        answer(200, format!(r#"{{"SubscriptionArn": "{ARN}"}}"#)),
        answer(200, "{}"),
        refusal("UnknownSubscriptionException"),
        refusal("UnknownSubscriptionException"),
    ]);
    let handler = AnomalySubscriptionHandler::from(clients);
    let place = Place::new(Region::UsEast1);
    let resource = ResourceId::new("it").unwrap();
    let create = Create {
        place: place.clone(),
        desired: subscription(),
        ownership: Ownership { stack: "shop".to_owned(), resource, incarnation: 1 },
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    let made = handler.create(&create).await.unwrap();
    let ids = [ARN.to_owned()];
    let seen = handler.read(&place, &ids).await.remove(0).unwrap().unwrap();
    assert_eq!(seen.resource, subscription());
    let found = handler.find(&create).await.unwrap().unwrap();
    assert_eq!(found.outputs, made.outputs);
    let weekly = AnomalySubscription { frequency: Frequency::Weekly, ..subscription() };
    let update = Update {
        place: place.clone(),
        identifier: ARN.to_owned(),
        current: subscription(),
        desired: weekly.clone(),
        outputs: made.outputs.clone(),
        ownership: create.ownership.clone(),
        token: "1".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    assert_eq!(handler.update(&update).await.unwrap().resource, weekly);
    let delete = Delete {
        place: place.clone(),
        identifier: ARN.to_owned(),
        current: weekly,
        outputs: made.outputs,
        token: "2".repeat(32),
    };
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    assert!(handler.read(&place, &ids).await.remove(0).unwrap().is_none());

    let calls = calls(&http);
    let names: Vec<&str> = calls.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "CreateAnomalySubscription",
            "GetAnomalySubscriptions",
            "ListTagsForResource",
            "GetAnomalySubscriptions",
            "ListTagsForResource",
            "GetAnomalySubscriptions",
            "ListTagsForResource",
            "UpdateAnomalySubscription",
            "DeleteAnomalySubscription",
            "DeleteAnomalySubscription",
            "GetAnomalySubscriptions",
        ]
    );
    let sent = &calls[0].1;
    assert_eq!(sent["ResourceTags"].as_array().map(Vec::len), Some(create.tags().iter().count()));
    assert_eq!(
        sent["AnomalySubscription"]["ThresholdExpression"]["Dimensions"]["Values"][0],
        "100"
    );
    assert_eq!(calls[7].1["Frequency"], "WEEKLY");
}
