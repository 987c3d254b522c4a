"""What moto does otherwise than AWS with budgets.

- It knows neither their tags, nor the subscribers of their notifications, nor UpdateBudget and
  UpdateNotification.
- A notification may be there twice, be told to any number, and be deleted when it is not there. It
  has no state, and DescribeNotificationsForBudget fails where there is no budget.
"""

import re

from moto.budgets.exceptions import DuplicateRecordException, NotFoundException
from moto.budgets.models import Budget, BudgetsBackend
from moto.budgets.responses import BudgetsResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult

#: How many notifications a budget has at most.
NOTIFICATIONS = 10

#: How many subscribers of a type a notification has at most.
SUBSCRIBERS = {"EMAIL": 10, "SNS": 1}

make_budget = Budget.__init__
add_notification = Budget.add_notification
create_budget = BudgetsResponse.create_budget


def too_many(what):
    return JsonRESTError("CreationLimitExceededException", f"There are too many {what}.")


def without_repeats(subscribers):
    """The same, unless AWS refuses them."""
    for number, who in enumerate(subscribers):
        if who in subscribers[:number]:
            raise DuplicateRecordException("subscriber", who["Address"])
    for kind, most in SUBSCRIBERS.items():
        if sum(who["SubscriptionType"] == kind for who in subscribers) > most:
            raise too_many(f"subscribers of the type {kind}")
    return subscribers


def identity(details):
    """What tells a notification from the others of a budget."""
    return (details["NotificationType"], details["ComparisonOperator"],
            float(details["Threshold"]), details.get("ThresholdType", "PERCENTAGE"))


def notification_of(budget, details):
    for notification in budget.notifications:
        if identity(notification.details) == identity(details):
            return notification
    raise NotFoundException("The notification does not exist.")


def complete(budget, details):
    """The details of a notification that the budget does not have, as AWS answers them."""
    if any(identity(other.details) == identity(details) for other in budget.notifications):
        raise DuplicateRecordException("notification", details["NotificationType"])
    return {"ThresholdType": "PERCENTAGE", **details, "NotificationState": "OK"}


def made_budget(self, asked, told):
    make_budget(self, asked, [])
    self.tags = {}
    for it in told:
        self.add_notification(it["Notification"], it["Subscribers"])


def added_notification(self, details, subscribers):
    details = complete(self, details)
    if len(self.notifications) >= NOTIFICATIONS:
        raise too_many("notifications")
    add_notification(self, details, without_repeats(subscribers))


def delete_notification(self, details):
    self.notifications.remove(notification_of(self, details))


def budget_named(backend, account, name):
    if name not in backend.budgets[account]:
        raise NotFoundException(f"Unable to get budget: {name} - the budget doesn't exist.")
    return backend.budgets[account][name]


def describe_notifications_for_budget(self, account_id, budget_name):
    return budget_named(self, account_id, budget_name).get_notifications()


def created_budget(self):
    answer = create_budget(self)
    name = self._get_param("Budget")["BudgetName"]
    budget = budget_named(self.backend, self._get_param("AccountId"), name)
    set_tags(budget, self._get_param("ResourceTags", []))
    return answer


def update_budget(self):
    asked = self._get_param("NewBudget")
    budget = budget_named(self.backend, self._get_param("AccountId"), asked["BudgetName"])
    asked.setdefault("TimePeriod", budget.budget["TimePeriod"])
    budget.budget = Budget(asked, []).budget
    return EmptyResult()


def budget_asked_for(self):
    return budget_named(self.backend, self._get_param("AccountId"), self._get_param("BudgetName"))


def notification_asked_for(self):
    return notification_of(budget_asked_for(self), self._get_param("Notification"))


def update_notification(self):
    budget = budget_asked_for(self)
    notification = notification_of(budget, self._get_param("OldNotification"))
    notification.details = complete(budget, self._get_param("NewNotification"))
    return EmptyResult()


def describe_subscribers_for_notification(self):
    return ActionResult({"Subscribers": notification_asked_for(self).subscribers})


def create_subscriber(self):
    notification = notification_asked_for(self)
    subscribers = [*notification.subscribers, self._get_param("Subscriber")]
    notification.subscribers = without_repeats(subscribers)
    return EmptyResult()


def others(notification, subscriber):
    """All subscribers but this one."""
    if subscriber not in notification.subscribers:
        raise NotFoundException("The subscriber does not exist.")
    return [who for who in notification.subscribers if who != subscriber]


def update_subscriber(self):
    notification = notification_asked_for(self)
    rest = others(notification, self._get_param("OldSubscriber"))
    notification.subscribers = without_repeats([*rest, self._get_param("NewSubscriber")])
    return EmptyResult()


def delete_subscriber(self):
    """The last one takes the notification along."""
    notification = notification_asked_for(self)
    notification.subscribers = others(notification, self._get_param("Subscriber"))
    if not notification.subscribers:
        budget_asked_for(self).notifications.remove(notification)
    return EmptyResult()


def tagged_budget(self):
    arn = self._get_param("ResourceARN")
    parts = re.fullmatch(r"arn:[^:]+:budgets::(\d{12}):budget/(.+)", arn)
    if parts is None:
        raise JsonRESTError("InvalidParameterException", f"{arn} is not the ARN of a budget.")
    return budget_named(self.backend, *parts.groups())


def set_tags(budget, tags):
    budget.tags.update((tag["Key"], tag["Value"]) for tag in tags)


def list_tags_for_resource(self):
    tags = tagged_budget(self).tags.items()
    return ActionResult({"ResourceTags": [{"Key": key, "Value": value} for key, value in tags]})


def tag_resource(self):
    set_tags(tagged_budget(self), self._get_param("ResourceTags"))
    return EmptyResult()


def untag_resource(self):
    budget = tagged_budget(self)
    for key in self._get_param("ResourceTagKeys"):
        budget.tags.pop(key, None)
    return EmptyResult()


Budget.__init__ = made_budget
Budget.add_notification = added_notification
Budget.delete_notification = delete_notification
BudgetsBackend.describe_notifications_for_budget = describe_notifications_for_budget
BudgetsResponse.create_budget = created_budget
for operation in (
    update_budget, update_notification, describe_subscribers_for_notification, create_subscriber,
    update_subscriber, delete_subscriber, list_tags_for_resource, tag_resource, untag_resource,
):
    setattr(BudgetsResponse, operation.__name__, operation)
