//! The life of a budget over the wire: no server knows the subscribers of a notification.

use elanswer_core::{
    Dollars, Handler, Place, Region, ResourceId, Tags,
    executor::{Deletion, ErrorKind},
    handler::{Create, Delete, Update},
    services::budgets::{
        Budget, BudgetLimit, BudgetName, ComparisonOperator, CostFilters, EmailAddress,
        Notification, NotificationType, Subscriber, Threshold, ThresholdType, TopicArn,
    },
    tags::Ownership,
};
use serde_json::json;

use super::{
    BudgetHandler,
    budget::{
        budget_to_sdk, notification, notification_to_sdk, observed, subscriber, subscriber_to_sdk,
    },
};
use crate::replay::{answer, calls, clients, refusal};

const ARN: &str = "arn:aws:budgets::123456789012:budget/shop";
const CALLER: &str = r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"#;
const BUDGET: &str = r#"{"Budget": {"BudgetName": "shop", "BudgetLimit": {"Amount": "500.0", "Unit": "USD"}, "CostFilters": {"TagKeyValue": ["user:team$web"]}, "CostTypes": {"IncludeTax": true}, "TimeUnit": "MONTHLY", "TimePeriod": {"Start": 1767225600, "End": 3706473600}, "CalculatedSpend": {"ActualSpend": {"Amount": "1.2", "Unit": "USD"}}, "BudgetType": "COST"}}"#;
const NOTIFICATIONS: &str = r#"{"Notifications": [{"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0, "ThresholdType": "PERCENTAGE", "NotificationState": "OK"}]}"#;
const SUBSCRIBERS: &str =
    r#"{"Subscribers": [{"SubscriptionType": "EMAIL", "Address": "ops@example.com"}]}"#;
const TAGS: &str = r#"{"ResourceTags": [{"Key": "elanswer:stack", "Value": "shop"}, {"Key": "elanswer:resource", "Value": "it"}, {"Key": "elanswer:incarnation", "Value": "1"}]}"#;

fn mail(address: &str) -> Subscriber {
    Subscriber::email(EmailAddress::new(address).unwrap())
}

fn budget() -> Budget {
    let told = Notification::actual(Threshold::of::<80>()).to([mail("ops@example.com")]);
    Budget::builder()
        .budget_name(BudgetName::literal("shop"))
        .budget_limit(BudgetLimit::usd(Dollars::whole(500)))
        .cost_filters(CostFilters::tags([("team", "web")]))
        .notifications_with_subscribers([told])
        .build()
}

#[test]
fn what_is_sent_is_read() {
    let it = budget();
    let sent = budget_to_sdk(&it, "shop").unwrap();
    let told = it.notifications_with_subscribers.clone();
    assert_eq!(observed(&sent, told, Tags::new()).unwrap(), it);
    for it in [
        Notification::forecasted(Threshold::of::<120>()),
        Notification {
            notification_type: NotificationType::Actual,
            comparison_operator: ComparisonOperator::LessThan,
            threshold: Threshold::of::<10>(),
            threshold_type: ThresholdType::AbsoluteValue,
        },
    ] {
        assert_eq!(notification(&notification_to_sdk(it).unwrap()).unwrap(), it);
    }
    let topic = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:spending");
    for who in [mail("ops@example.com"), Subscriber::topic(topic)] {
        assert_eq!(subscriber(&subscriber_to_sdk(&who).unwrap()).unwrap(), who);
    }
}

#[test]
fn what_is_not_modelled_is_not_read_as_something_else() {
    let mut sent = notification_to_sdk(Notification::actual(Threshold::of::<80>())).unwrap();
    sent.threshold = 79.5;
    assert_eq!(notification(&sent).unwrap_err().kind(), ErrorKind::Internal);
    let mut sent = budget_to_sdk(&budget(), "shop").unwrap();
    sent.time_unit = aws_sdk_budgets::types::TimeUnit::Quarterly;
    let error = observed(&sent, [].into(), Tags::new()).unwrap_err();
    assert!(error.to_string().contains("QUARTERLY"), "{error}");
}

#[tokio::test]
async fn a_life_over_the_wire() {
    let look =
        || [BUDGET, NOTIFICATIONS, SUBSCRIBERS, TAGS].into_iter().map(|body| answer(200, body));
    let mut answers = vec![answer(200, CALLER), answer(200, "{}")];
    answers.extend(look());
    answers.push(answer(200, CALLER));
    answers.extend(look());
    // What the update calls, the delete, and all of it once more without a budget.
    answers.extend((0..6).map(|_| answer(200, "{}")));
    answers.extend([refusal("NotFoundException"), refusal("NotFoundException")]);
    let (clients, http) = clients(answers);
    let handler = BudgetHandler::from(clients);
    let place = Place::new(Region::UsEast1);
    let resource = ResourceId::new("it").unwrap();
    let create = Create {
        place: place.clone(),
        desired: budget(),
        ownership: Ownership { stack: "shop".to_owned(), resource, incarnation: 1 },
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    let made = handler.create(&create).await.unwrap();
    assert_eq!(made.outputs.arn.as_str(), ARN);
    let ids = [ARN.to_owned()];
    let seen = handler.read(&place, &ids).await.remove(0).unwrap().unwrap();
    assert_eq!(seen.resource, budget());
    assert!(handler.find(&create).await.unwrap().is_some());
    let told = [
        Notification::actual(Threshold::of::<80>()).to([mail("finance@example.com")]),
        Notification::forecasted(Threshold::of::<100>()).to([mail("ops@example.com")]),
    ];
    let desired = Budget {
        budget_limit: BudgetLimit::usd(Dollars::whole(600)),
        notifications_with_subscribers: told.into(),
        tags: Tags::new().with("team", "web"),
        ..budget()
    };
    let update = Update {
        place: place.clone(),
        identifier: ARN.to_owned(),
        current: budget(),
        desired: desired.clone(),
        outputs: made.outputs.clone(),
        ownership: create.ownership.clone(),
        token: "1".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    assert_eq!(handler.update(&update).await.unwrap().resource, desired);
    let delete = Delete {
        place: place.clone(),
        identifier: ARN.to_owned(),
        current: desired,
        outputs: made.outputs,
        token: "2".repeat(32),
    };
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    assert!(handler.read(&place, &ids).await.remove(0).unwrap().is_none());

    let calls = calls(&http);
    let names: Vec<&str> = calls.iter().map(|(name, _)| name.as_str()).collect();
    let look = [
        "DescribeBudget",
        "DescribeNotificationsForBudget",
        "DescribeSubscribersForNotification",
        "ListTagsForResource",
    ];
    let mut expected = vec!["-", "CreateBudget"];
    expected.extend(look);
    expected.push("-");
    expected.extend(look);
    expected.extend(["UpdateBudget", "CreateSubscriber", "DeleteSubscriber", "CreateNotification"]);
    expected.extend(["TagResource", "DeleteBudget", "DeleteBudget", "DescribeBudget"]);
    assert_eq!(names, expected);
    let sent = &calls[1].1;
    assert_eq!(sent["AccountId"], "123456789012");
    assert_eq!(sent["Budget"]["BudgetLimit"], json!({"Amount": "500", "Unit": "USD"}));
    assert_eq!(sent["Budget"]["CostFilters"], json!({"TagKeyValue": ["user:team$web"]}));
    let told = &sent["NotificationsWithSubscribers"][0];
    assert_eq!(told["Subscribers"][0]["Address"], "ops@example.com");
    assert_eq!(calls[4].1["Notification"]["Threshold"].as_f64(), Some(80.0));
    assert_eq!(calls[11].1["NewBudget"]["BudgetLimit"]["Amount"], "600");
}
