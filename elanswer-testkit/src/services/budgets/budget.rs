//! `AWS::Budgets::Budget` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html>,
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_UpdateBudget.html>,
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateNotification.html>,
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateSubscriber.html>.
//! Quota: 20,000 budgets per account,
//! <https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html>.
//! Not modelled: what is spent, and so that anybody is told; whether a topic exists and lets AWS
//! Budgets publish.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::budgets::{
        Budget, BudgetArn, BudgetFault, BudgetName, BudgetOutputs, Notification,
        NotificationWithSubscribers, Subscriber,
    },
};

use super::SERVICE;
use crate::{
    api::Api,
    world::{AwsError, World, account},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// What AWS says of a budget, a notification or a subscriber that does not exist.
const UNKNOWN: &str = "NotFoundException";

/// Handles budgets in memory.
#[derive(Debug)]
pub struct BudgetHandler(Api);

impl From<Api> for BudgetHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameterException", message)
}

fn duplicate(what: &str) -> AwsError {
    AwsError::conflict("DuplicateRecordException", format!("the {what} already exists"))
}

/// What AWS refuses in a budget.
fn check(budget: &Budget) -> Result<(), AwsError> {
    match budget.faults().into_iter().next() {
        None => Ok(()),
        Some(BudgetFault::Twice) => Err(duplicate("notification")),
        Some(
            fault @ (BudgetFault::TooManyNotifications(_)
            | BudgetFault::TooManyMailboxes(_)
            | BudgetFault::TooManyTopics(_)),
        ) => Err(AwsError::quota("CreationLimitExceededException", fault.to_string())),
        Some(fault) => Err(invalid(fault.to_string())),
    }
}

/// The ARN of a budget of the account.
fn arn_of(place: &Place, name: &str) -> Result<BudgetArn, AwsError> {
    BudgetArn::new(format!("arn:aws:budgets::{}:budget/{name}", account(place)))
        .map_err(|error| invalid(error.to_string()))
}

/// `CreateBudget`.
fn create_budget(
    world: &mut World,
    request: &Create<Budget>,
) -> Result<Observed<Budget>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = desired.budget_name.as_ref().map_or("", BudgetName::as_str);
    let arn = arn_of(place, name)?;
    if world.get::<Budget>(place, arn.as_str()).is_some() {
        return Err(duplicate(&format!("budget {name}")));
    }
    check(desired)?;
    let used = world.all::<Budget>(place).count();
    world.quotas.check("budgets per account", 20_000, used, "CreationLimitExceededException")?;
    world.insert(request, BudgetOutputs { arn }, "", Duration::ZERO)
}

/// `UpdateBudget`: all but its name and its notifications.
fn update_budget(
    world: &mut World,
    place: &Place,
    arn: &str,
    to: &Budget,
) -> Result<Observed<Budget>, AwsError> {
    edit(world, place, arn, |budget| {
        budget.budget_limit = to.budget_limit;
        budget.cost_filters = to.cost_filters.clone();
        Ok(())
    })
}

/// `CreateNotification`.
fn create_notification(
    world: &mut World,
    place: &Place,
    arn: &str,
    it: NotificationWithSubscribers,
) -> Result<Observed<Budget>, AwsError> {
    edit(world, place, arn, |budget| {
        budget.notifications_with_subscribers.insert(it);
        Ok(())
    })
}

/// `DeleteNotification`.
fn delete_notification(
    world: &mut World,
    place: &Place,
    arn: &str,
    it: Notification,
) -> Result<Observed<Budget>, AwsError> {
    edit(world, place, arn, |budget| {
        let before = budget.notifications_with_subscribers.len();
        budget.notifications_with_subscribers.retain(|found| found.notification != it);
        if before == budget.notifications_with_subscribers.len() {
            return Err(AwsError::not_found(UNKNOWN, "the notification does not exist"));
        }
        Ok(())
    })
}

/// Changes whom a notification is told to.
fn resubscribe(
    world: &mut World,
    place: &Place,
    arn: &str,
    of: Notification,
    f: impl FnOnce(&mut Set<Subscriber>) -> Result<(), AwsError>,
) -> Result<Observed<Budget>, AwsError> {
    edit(world, place, arn, |budget| {
        let all = budget.notifications_with_subscribers.iter();
        let found = all.clone().find(|it| it.notification == of).cloned();
        let mut found =
            found.ok_or_else(|| AwsError::not_found(UNKNOWN, "the notification does not exist"))?;
        budget.notifications_with_subscribers.remove(&found);
        f(&mut found.subscribers)?;
        budget.notifications_with_subscribers.insert(found);
        Ok(())
    })
}

/// `CreateSubscriber`.
fn create_subscriber(
    world: &mut World,
    place: &Place,
    arn: &str,
    of: Notification,
    who: &Subscriber,
) -> Result<Observed<Budget>, AwsError> {
    resubscribe(world, place, arn, of, |subscribers| {
        if subscribers.insert(who.clone()) { Ok(()) } else { Err(duplicate("subscriber")) }
    })
}

/// `DeleteSubscriber`: the last one of a notification stays.
fn delete_subscriber(
    world: &mut World,
    place: &Place,
    arn: &str,
    of: Notification,
    who: &Subscriber,
) -> Result<Observed<Budget>, AwsError> {
    resubscribe(world, place, arn, of, |subscribers| {
        if subscribers.remove(who) {
            Ok(())
        } else {
            Err(AwsError::not_found(UNKNOWN, "the subscriber does not exist"))
        }
    })
}

/// Changes a budget in a way that AWS does not refuse.
fn edit(
    world: &mut World,
    place: &Place,
    arn: &str,
    f: impl FnOnce(&mut Budget) -> Result<(), AwsError>,
) -> Result<Observed<Budget>, AwsError> {
    let mut budget = world.require::<Budget>(place, arn, UNKNOWN)?.resource.clone();
    f(&mut budget)?;
    check(&budget)?;
    world.change::<Budget>(place, arn, "", Duration::ZERO, |it| it.resource = budget)
}

impl BudgetHandler {
    /// `GetCallerIdentity`: every call to AWS Budgets names the account.
    async fn arn(&self, request: &Create<Budget>) -> Result<BudgetArn, ExecError> {
        let name = request.desired.budget_name.as_ref().map_or("", BudgetName::as_str);
        let place = &request.place;
        self.0.call("sts", "GetCallerIdentity", place, |_| arn_of(place, name)).await
    }

    /// `DescribeBudget`, `DescribeNotificationsForBudget` and `ListTagsForResource`, and
    /// `DescribeSubscribersForNotification` for each notification.
    async fn look(&self, place: &Place, arn: &str) -> Result<Option<Observed<Budget>>, ExecError> {
        let arns = [arn.to_owned()];
        let mut found = self.0.read::<Budget>(SERVICE, "DescribeBudget", place, &arns).await;
        let Some(found) = found.pop().transpose()?.flatten() else { return Ok(None) };
        let nothing = |_: &mut World| Ok(());
        self.0.call(SERVICE, "DescribeNotificationsForBudget", place, nothing).await?;
        for _ in &found.resource.notifications_with_subscribers {
            self.0.call(SERVICE, "DescribeSubscribersForNotification", place, nothing).await?;
        }
        self.0.call(SERVICE, "ListTagsForResource", place, nothing).await?;
        Ok(Some(found))
    }

    async fn renotify(&self, request: &Update<Budget>) -> Result<(), ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let (from, to) = (request.current.subscribers(), request.desired.subscribers());
        for it in from.keys().filter(|it| !to.contains_key(it)) {
            self.0
                .call(SERVICE, "DeleteNotification", place, |world| {
                    delete_notification(world, place, arn, *it)
                })
                .await?;
        }
        for (it, told) in &to {
            let Some(before) = from.get(it) else {
                let made = it.to((*told).clone());
                self.0
                    .call(SERVICE, "CreateNotification", place, |world| {
                        create_notification(world, place, arn, made)
                    })
                    .await?;
                continue;
            };
            for who in told.difference(before) {
                self.0
                    .call(SERVICE, "CreateSubscriber", place, |world| {
                        create_subscriber(world, place, arn, *it, who)
                    })
                    .await?;
            }
            for who in before.difference(told) {
                self.0
                    .call(SERVICE, "DeleteSubscriber", place, |world| {
                        delete_subscriber(world, place, arn, *it, who)
                    })
                    .await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Handler<Budget> for BudgetHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Budget>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            answers.push(self.look(place, arn).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Budget>) -> Result<Observed<Budget>, ExecError> {
        self.arn(request).await?;
        self.0
            .call(SERVICE, "CreateBudget", &request.place, |world| create_budget(world, request))
            .await
    }

    async fn find(&self, request: &Create<Budget>) -> Result<Option<Observed<Budget>>, ExecError> {
        let arn = self.arn(request).await?;
        let found = self.look(&request.place, arn.as_str()).await?;
        let world = self.0.world();
        let owned = world.get::<Budget>(&request.place, arn.as_str());
        Ok(found.filter(|_| owned.is_some_and(|it| request.ownership.owns(&it.tags))))
    }

    /// `GetCallerIdentity` and `DescribeBudgets`, and `ListTagsForResource` for each of them.
    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        self.0.call("sts", "GetCallerIdentity", place, |_| Ok(())).await?;
        let all: Vec<(String, Tags)> = self
            .0
            .call(SERVICE, "DescribeBudgets", place, |world| {
                let all = world.all::<Budget>(place);
                Ok(all.map(|(arn, it)| (arn.to_owned(), it.tags.clone())).collect())
            })
            .await?;
        let mut found = Vec::new();
        for (identifier, tags) in all {
            self.0.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
            if wanted.iter().all(|(key, value)| tags.get(key) == Some(value)) {
                found.push(Tagged { identifier, tags });
            }
        }
        Ok(Some(found))
    }

    async fn update(&self, request: &Update<Budget>) -> Result<Observed<Budget>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if (&from.budget_limit, &from.cost_filters) != (&to.budget_limit, &to.cost_filters) {
            self.0
                .call(SERVICE, "UpdateBudget", place, |world| update_budget(world, place, arn, to))
                .await?;
        }
        self.renotify(request).await?;
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Budget>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "DeleteBudget", place, |world| {
                world.remove::<Budget>(place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Dollars, Region, ResourceId,
        services::budgets::{BudgetLimit, EmailAddress, Threshold},
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    const PLACE: Place = Place::new(Region::UsEast1);
    const ARN: &str = "arn:aws:budgets::123456789012:budget/shop";

    fn mail(name: &str) -> Subscriber {
        Subscriber::email(EmailAddress::new(format!("{name}@example.com")).unwrap())
    }

    fn actual(percent: u32) -> Notification {
        Notification::actual(Threshold::new(percent).unwrap())
    }

    fn request(told: impl IntoIterator<Item = NotificationWithSubscribers>) -> Create<Budget> {
        Create {
            place: PLACE,
            desired: Budget::builder()
                .budget_name(BudgetName::literal("shop"))
                .budget_limit(BudgetLimit::usd(Dollars::whole(100)))
                .notifications_with_subscribers(told)
                .build(),
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("budget").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<Budget>();
        world
    }

    #[test]
    fn a_name_is_given_once() {
        let (mut world, request) = (world(), request([]));
        assert_eq!(create_budget(&mut world, &request).unwrap().outputs.arn.as_str(), ARN);
        let error = create_budget(&mut world, &request).unwrap_err();
        assert_eq!(error.code(), "DuplicateRecordException");
    }

    #[test]
    fn notifications_come_and_go() {
        let mut world = world();
        create_budget(&mut world, &request([actual(80).to([mail("a")])])).unwrap();
        let world = &mut world;
        let code = |answer: Result<Observed<Budget>, AwsError>| {
            answer.err().map(|error| error.code().to_owned())
        };
        let again = create_notification(world, &PLACE, ARN, actual(80).to([mail("b")]));
        assert_eq!(code(again).as_deref(), Some("DuplicateRecordException"));
        let made = create_notification(world, &PLACE, ARN, actual(90).to([mail("b")]));
        assert_eq!(made.unwrap().resource.subscribers().len(), 2);
        let last = delete_subscriber(world, &PLACE, ARN, actual(90), &mail("b"));
        assert_eq!(code(last).as_deref(), Some("InvalidParameterException"));
        assert_eq!(code(create_subscriber(world, &PLACE, ARN, actual(90), &mail("c"))), None);
        assert_eq!(code(delete_subscriber(world, &PLACE, ARN, actual(90), &mail("b"))), None);
        assert_eq!(code(delete_notification(world, &PLACE, ARN, actual(90))), None);
        let gone = delete_notification(world, &PLACE, ARN, actual(90));
        assert_eq!(code(gone).as_deref(), Some(UNKNOWN));
        let gone = create_subscriber(world, &PLACE, ARN, actual(90), &mail("c"));
        assert_eq!(code(gone).as_deref(), Some(UNKNOWN));
    }

    #[test]
    fn a_budget_needs_a_limit() {
        let mut request = request([]);
        request.desired.budget_limit = BudgetLimit::usd(Dollars::ZERO);
        let error = create_budget(&mut world(), &request).unwrap_err();
        assert_eq!(error.code(), "InvalidParameterException");
    }
}
