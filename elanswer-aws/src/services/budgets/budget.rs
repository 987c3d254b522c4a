//! `AWS::Budgets::Budget` over the SDK.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html>.
//! Every call names the account: the credentials tell it for what is made, the ARN of a budget for
//! all else. AWS answers filters as they were given: those by tags as `CostFilters`.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use aws_sdk_budgets::{Client, error::BuildError, types};
use elanswer_core::{
    Dollars, Handler, Input, Place, Set, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::budgets::{
        Budget, BudgetArn, BudgetLimit, BudgetName, BudgetOutputs, ComparisonOperator, CostFilters,
        EmailAddress, Notification, NotificationType, NotificationWithSubscribers, Subscriber,
        Threshold, ThresholdType, TopicArn,
    },
};

use super::{SERVICE, failed};
use crate::{
    clients::Clients,
    error::{exec_error, gone_is_fine, missing, none_if_gone},
};

/// Handles budgets over the SDK.
#[derive(Debug)]
pub struct BudgetHandler(Clients);

impl From<Clients> for BudgetHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn internal(error: impl ToString) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

fn named(arn: &str) -> Result<BudgetArn, ExecError> {
    BudgetArn::new(arn).map_err(internal)
}

/// What somebody else changed in a way that is not modelled.
#[expect(clippy::needless_pass_by_value, reason = "texts are made for it")]
fn strange(operation: &'static str, what: impl ToString) -> ExecError {
    let message = format!("the budget has what elanswer does not know: {}", what.to_string());
    ExecError::new(ErrorKind::Internal, message).with_operation(SERVICE, operation)
}

/// The budget of a request, without its notifications.
#[expect(deprecated, reason = "CloudFormation has the filters so, and AWS answers them so")]
pub(super) fn budget_to_sdk(budget: &Budget, name: &str) -> Result<types::Budget, BuildError> {
    let limit = types::Spend::builder()
        .amount(budget.budget_limit.amount.to_string())
        .unit("USD")
        .build()?;
    let filters = budget.cost_filters.to_map().into_iter();
    let filters: HashMap<_, Vec<_>> =
        filters.map(|(name, values)| (name, values.into_iter().collect())).collect();
    types::Budget::builder()
        .budget_name(name)
        .budget_type(types::BudgetType::Cost)
        .time_unit(types::TimeUnit::Monthly)
        .budget_limit(limit)
        .set_cost_filters(Some(filters).filter(|filters| !filters.is_empty()))
        .build()
}

pub(super) fn notification_to_sdk(it: Notification) -> Result<types::Notification, BuildError> {
    types::Notification::builder()
        .notification_type(match it.notification_type {
            NotificationType::Actual => types::NotificationType::Actual,
            NotificationType::Forecasted => types::NotificationType::Forecasted,
        })
        .comparison_operator(match it.comparison_operator {
            ComparisonOperator::EqualTo => types::ComparisonOperator::EqualTo,
            ComparisonOperator::GreaterThan => types::ComparisonOperator::GreaterThan,
            ComparisonOperator::LessThan => types::ComparisonOperator::LessThan,
        })
        .threshold(f64::from(it.threshold.get()))
        .threshold_type(match it.threshold_type {
            ThresholdType::AbsoluteValue => types::ThresholdType::AbsoluteValue,
            ThresholdType::Percentage => types::ThresholdType::Percentage,
        })
        .build()
}

pub(super) fn notification(it: &types::Notification) -> Result<Notification, ExecError> {
    const CALL: &str = "DescribeNotificationsForBudget";
    let (kind, operator) = (it.notification_type(), it.comparison_operator());
    // No fraction, and never more than the threshold's own range.
    let threshold = format!("{}", it.threshold()).parse::<Threshold>();
    Ok(Notification {
        notification_type: match kind {
            types::NotificationType::Actual => NotificationType::Actual,
            types::NotificationType::Forecasted => NotificationType::Forecasted,
            other => return Err(strange(CALL, format!("notifications of {other}"))),
        },
        comparison_operator: match operator {
            types::ComparisonOperator::EqualTo => ComparisonOperator::EqualTo,
            types::ComparisonOperator::GreaterThan => ComparisonOperator::GreaterThan,
            types::ComparisonOperator::LessThan => ComparisonOperator::LessThan,
            other => return Err(strange(CALL, format!("notifications when {other}"))),
        },
        threshold: threshold
            .map_err(|_| strange(CALL, format!("a notification at {}", it.threshold())))?,
        threshold_type: match it.threshold_type() {
            None | Some(types::ThresholdType::Percentage) => ThresholdType::Percentage,
            Some(types::ThresholdType::AbsoluteValue) => ThresholdType::AbsoluteValue,
            Some(other) => return Err(strange(CALL, format!("notifications at {other}"))),
        },
    })
}

pub(super) fn subscriber_to_sdk(who: &Subscriber) -> Result<types::Subscriber, BuildError> {
    let (kind, address) = match who {
        Subscriber::Email(address) => (types::SubscriptionType::Email, Some(address.to_string())),
        Subscriber::Sns(topic) => {
            (types::SubscriptionType::Sns, topic.known().map(ToString::to_string))
        }
    };
    types::Subscriber::builder().subscription_type(kind).set_address(address).build()
}

pub(super) fn subscriber(who: &types::Subscriber) -> Result<Subscriber, ExecError> {
    let strange = |what: String| strange("DescribeSubscribersForNotification", what);
    match who.subscription_type() {
        types::SubscriptionType::Email => EmailAddress::new(who.address())
            .map(Subscriber::Email)
            .map_err(|error| strange(error.to_string())),
        types::SubscriptionType::Sns => TopicArn::new(who.address())
            .map(|topic| Subscriber::Sns(Input::Literal(topic)))
            .map_err(|error| strange(error.to_string())),
        other => Err(strange(format!("subscribers by {other}"))),
    }
}

/// What the answers say of a budget.
#[expect(deprecated, reason = "CloudFormation has the filters so, and AWS answers them so")]
pub(super) fn observed(
    budget: &types::Budget,
    told: Set<NotificationWithSubscribers>,
    tags: Tags,
) -> Result<Budget, ExecError> {
    const CALL: &str = "DescribeBudget";
    if *budget.budget_type() != types::BudgetType::Cost {
        return Err(strange(CALL, format!("the type {}", budget.budget_type())));
    }
    if *budget.time_unit() != types::TimeUnit::Monthly {
        return Err(strange(CALL, format!("the period {}", budget.time_unit())));
    }
    let limit = budget.budget_limit().ok_or_else(|| missing(SERVICE, CALL, "BudgetLimit"))?;
    if limit.unit() != "USD" {
        return Err(strange(CALL, format!("a limit in {}", limit.unit())));
    }
    let amount = limit.amount().parse::<Dollars>().map_err(|error| strange(CALL, error))?;
    let filters: BTreeMap<_, Set<_>> = budget
        .cost_filters()
        .into_iter()
        .flatten()
        .map(|(name, values)| (name.clone(), values.iter().cloned().collect()))
        .collect();
    let name = BudgetName::new(budget.budget_name());
    Ok(Budget::builder()
        .budget_name(name.map_err(|_| missing(SERVICE, CALL, "BudgetName"))?)
        .budget_limit(BudgetLimit::usd(amount))
        .cost_filters(CostFilters::from_map(&filters).map_err(|error| strange(CALL, error))?)
        .notifications_with_subscribers(told)
        .tags(tags.declared())
        .build())
}

fn tags_to_sdk(tags: &Tags) -> Result<Vec<types::ResourceTag>, ExecError> {
    let tags = tags.iter();
    let tags = tags.map(|(key, value)| types::ResourceTag::builder().key(key).value(value).build());
    tags.collect::<Result<_, BuildError>>().map_err(internal)
}

async fn tags(client: &Client, arn: &BudgetArn) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn.as_str()).send().await;
    let tags = answer.map_err(failed("ListTagsForResource"))?.resource_tags.unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// Who is told what.
async fn told(
    client: &Client,
    arn: &BudgetArn,
) -> Result<Set<NotificationWithSubscribers>, ExecError> {
    let call = client.describe_notifications_for_budget().account_id(arn.account());
    let pages = call.budget_name(arn.name()).into_paginator().items().send();
    let all = pages.try_collect().await.map_err(failed("DescribeNotificationsForBudget"))?;
    let mut told = Set::new();
    for it in all {
        let of = notification(&it)?;
        // Without the state that AWS answers: it takes a notification by what it is.
        let it = notification_to_sdk(of).map_err(internal)?;
        let call = client.describe_subscribers_for_notification().account_id(arn.account());
        let pages = call.budget_name(arn.name()).notification(it).into_paginator().items().send();
        let all = pages.try_collect().await;
        let all = all.map_err(failed("DescribeSubscribersForNotification"))?;
        let subscribers = all.iter().map(subscriber).collect::<Result<_, _>>()?;
        told.insert(NotificationWithSubscribers { notification: of, subscribers });
    }
    Ok(told)
}

async fn look(
    client: &Client,
    arn: &BudgetArn,
) -> Result<Option<(Observed<Budget>, Tags)>, ExecError> {
    let call = client.describe_budget().account_id(arn.account()).budget_name(arn.name());
    let answer = none_if_gone(call.send().await.map_err(failed("DescribeBudget")))?;
    let Some(budget) = answer.and_then(|answer| answer.budget) else { return Ok(None) };
    let Some(told) = none_if_gone(told(client, arn).await)? else { return Ok(None) };
    let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
    let outputs = BudgetOutputs { arn: arn.clone() };
    Ok(Some((Observed::ready(observed(&budget, told, tags.clone())?, outputs), tags)))
}

async fn read_one(client: &Client, arn: &str) -> Result<Option<Observed<Budget>>, ExecError> {
    let found = look(client, &named(arn)?).await?;
    Ok(found.map(|(budget, _)| budget))
}

/// Changes who is told what, from one to the other.
async fn renotify(
    client: &Client,
    arn: &BudgetArn,
    request: &Update<Budget>,
) -> Result<(), ExecError> {
    let (account, name) = (arn.account(), arn.name());
    let (from, to) = (request.current.subscribers(), request.desired.subscribers());
    let all = from.keys().chain(to.keys());
    let sdk = all.map(|it| Ok((*it, notification_to_sdk(*it)?)));
    let sdk: BTreeMap<Notification, types::Notification> =
        sdk.collect::<Result<_, BuildError>>().map_err(internal)?;
    for (_, of) in sdk.iter().filter(|(it, _)| !to.contains_key(it)) {
        let call = client.delete_notification().account_id(account).budget_name(name);
        let deleted = call.notification(of.clone()).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteNotification")))?;
    }
    for (it, told) in &to {
        let Some(of) = sdk.get(it) else { continue };
        let Some(before) = from.get(it) else {
            let told = told.iter().map(subscriber_to_sdk).collect::<Result<_, _>>();
            let call = client.create_notification().account_id(account).budget_name(name);
            let call = call.notification(of.clone());
            let call = call.set_subscribers(Some(told.map_err(internal)?));
            call.send().await.map_err(failed("CreateNotification"))?;
            continue;
        };
        // The new ones first: a notification is always told to somebody.
        for who in told.difference(before) {
            let who = subscriber_to_sdk(who).map_err(internal)?;
            let call = client.create_subscriber().account_id(account).budget_name(name);
            let call = call.notification(of.clone()).subscriber(who);
            call.send().await.map_err(failed("CreateSubscriber"))?;
        }
        for who in before.difference(told) {
            let who = subscriber_to_sdk(who).map_err(internal)?;
            let call = client.delete_subscriber().account_id(account).budget_name(name);
            let deleted = call.notification(of.clone()).subscriber(who).send().await;
            gone_is_fine(deleted.map_err(failed("DeleteSubscriber")))?;
        }
    }
    Ok(())
}

async fn retag(
    client: &Client,
    arn: &BudgetArn,
    request: &Update<Budget>,
) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    if !set.is_empty() {
        let call = client.tag_resource().resource_arn(arn.as_str());
        let call = call.set_resource_tags(Some(tags_to_sdk(&set)?));
        call.send().await.map_err(failed("TagResource"))?;
    }
    if !remove.is_empty() {
        let call = client.untag_resource().resource_arn(arn.as_str());
        let call = call.set_resource_tag_keys(Some(remove));
        call.send().await.map_err(failed("UntagResource"))?;
    }
    Ok(())
}

impl BudgetHandler {
    /// The partition and the account of the credentials.
    async fn caller(&self, place: &Place) -> Result<(String, String), ExecError> {
        let answer = self.0.sts(place.region).get_caller_identity().send().await;
        let answer = answer.map_err(|error| exec_error("sts", "GetCallerIdentity", &[], error))?;
        let partition = answer.arn().and_then(|arn| arn.split(':').nth(1));
        let found = partition.zip(answer.account());
        let (partition, account) =
            found.ok_or_else(|| missing("sts", "GetCallerIdentity", "Account or Arn"))?;
        Ok((partition.to_owned(), account.to_owned()))
    }

    async fn arn(&self, request: &Create<Budget>) -> Result<BudgetArn, ExecError> {
        let (partition, account) = self.caller(&request.place).await?;
        let name = request.desired.budget_name.as_ref().map_or("", BudgetName::as_str);
        named(&format!("arn:{partition}:budgets::{account}:budget/{name}"))
    }
}

#[async_trait]
impl Handler<Budget> for BudgetHandler {
    /// AWS shows one budget at a time with its notifications, and the subscribers of each apart.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Budget>>, ExecError>> {
        let client = self.0.budgets(place.region);
        let looks = identifiers.iter().map(|arn| read_one(&client, arn));
        futures_util::future::join_all(looks).await
    }

    async fn create(&self, request: &Create<Budget>) -> Result<Observed<Budget>, ExecError> {
        let (client, desired) = (self.0.budgets(request.place.region), &request.desired);
        let arn = self.arn(request).await?;
        let told = desired.notifications_with_subscribers.iter().map(|it| {
            let subscribers = it.subscribers.iter().map(subscriber_to_sdk);
            types::NotificationWithSubscribers::builder()
                .notification(notification_to_sdk(it.notification)?)
                .set_subscribers(Some(subscribers.collect::<Result<_, _>>()?))
                .build()
        });
        let told: Vec<_> = told.collect::<Result<_, BuildError>>().map_err(internal)?;
        client
            .create_budget()
            .account_id(arn.account())
            .budget(budget_to_sdk(desired, arn.name()).map_err(internal)?)
            .set_notifications_with_subscribers(Some(told).filter(|told| !told.is_empty()))
            .set_resource_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateBudget"))?;
        Ok(Observed::ready(desired.clone(), BudgetOutputs { arn }))
    }

    async fn find(&self, request: &Create<Budget>) -> Result<Option<Observed<Budget>>, ExecError> {
        let client = self.0.budgets(request.place.region);
        let found = look(&client, &self.arn(request).await?).await?;
        let ours = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(ours.map(|(budget, _)| budget))
    }

    /// Asks every budget for its tags.
    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.0.budgets(place.region);
        let (partition, account) = self.caller(place).await?;
        let pages = client.describe_budgets().account_id(&account).into_paginator().items().send();
        let mut found = Vec::new();
        for budget in pages.try_collect().await.map_err(failed("DescribeBudgets"))? {
            let name = budget.budget_name();
            let arn = named(&format!("arn:{partition}:budgets::{account}:budget/{name}"))?;
            let Some(tags) = none_if_gone(tags(&client, &arn).await)? else { continue };
            if wanted.iter().all(|(key, value)| tags.get(key) == Some(value)) {
                found.push(Tagged { identifier: arn.to_string(), tags });
            }
        }
        Ok(Some(found))
    }

    async fn update(&self, request: &Update<Budget>) -> Result<Observed<Budget>, ExecError> {
        let (client, arn) = (self.0.budgets(request.place.region), named(&request.identifier)?);
        let (from, to) = (&request.current, &request.desired);
        if (&from.budget_limit, &from.cost_filters) != (&to.budget_limit, &to.cost_filters) {
            let budget = budget_to_sdk(to, arn.name()).map_err(internal)?;
            let call = client.update_budget().account_id(arn.account()).new_budget(budget);
            call.send().await.map_err(failed("UpdateBudget"))?;
        }
        renotify(&client, &arn, request).await?;
        retag(&client, &arn, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Budget>) -> Result<Deletion, ExecError> {
        let (client, arn) = (self.0.budgets(request.place.region), named(&request.identifier)?);
        let call = client.delete_budget().account_id(arn.account()).budget_name(arn.name());
        gone_is_fine(call.send().await.map_err(failed("DeleteBudget")))?;
        Ok(Deletion::Gone)
    }
}
