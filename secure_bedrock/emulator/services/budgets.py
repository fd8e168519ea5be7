"""Budgets with their notifications and subscribers. Nothing is spent here, so none ever fires."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_TABLE = "budgets"
_MAX_EMAILS = 10
_NO_SPEND = {"ActualSpend": {"Amount": "0", "Unit": "USD"}}
_END_OF_TIME = datetime(2087, 6, 15, tzinfo=UTC)


@operation("budgets", "CreateBudget")
def create(call: Call) -> Mapping[str, Any]:
    """A budget with its notifications."""
    budget = call.params["Budget"]
    if budget["BudgetName"] in call.table(_TABLE):
        raise error("DuplicateRecordException", f"Budget {budget['BudgetName']} already exists")
    notifications: list[dict[str, Any]] = []
    for each in call.params.get("NotificationsWithSubscribers", []):
        _add_notification(notifications, each["Notification"], each["Subscribers"])
    call.table(_TABLE)[budget["BudgetName"]] = {
        "budget": _complete(budget),
        "notifications": notifications,
        "tags": {tag["Key"]: tag["Value"] for tag in call.params.get("ResourceTags", [])},
        "actions": {},
    }
    return {}


@operation("budgets", "UpdateBudget")
def update(call: Call) -> Mapping[str, Any]:
    """Replace a budget; its notifications stay."""
    new = call.params["NewBudget"]
    record(call, new["BudgetName"])["budget"] = _complete(new)
    return {}


@operation("budgets", "DescribeBudget")
def describe(call: Call) -> Mapping[str, Any]:
    """One budget."""
    return {"Budget": record(call)["budget"]}


@operation("budgets", "DescribeBudgets")
def describe_all(call: Call) -> Mapping[str, Any]:
    """All budgets."""
    return {"Budgets": [each["budget"] for each in call.table(_TABLE).values()]}


@operation("budgets", "DeleteBudget")
def delete(call: Call) -> Mapping[str, Any]:
    """Delete a budget with its notifications and actions."""
    record(call)
    del call.table(_TABLE)[call.params["BudgetName"]]
    return {}


@operation("budgets", "CreateNotification", "DeleteNotification", "DescribeNotificationsForBudget")
def notifications_of(call: Call) -> Mapping[str, Any]:
    """Add, delete or list the notifications of a budget."""
    notifications = record(call)["notifications"]
    if call.operation == "CreateNotification":
        _add_notification(notifications, call.params["Notification"], call.params["Subscribers"])
    elif call.operation == "DeleteNotification":
        notifications.remove(_notification(call))
    else:
        shown = [each["Notification"] | {"NotificationState": "OK"} for each in notifications]
        return {"Notifications": shown}
    return {}


@operation("budgets", "CreateSubscriber", "DeleteSubscriber", "DescribeSubscribersForNotification")
def subscribers_of(call: Call) -> Mapping[str, Any]:
    """Add, delete or list the subscribers of a notification."""
    notification = _notification(call)
    subscribers: list[dict[str, str]] = notification["Subscribers"]
    if call.operation == "DescribeSubscribersForNotification":
        return {"Subscribers": subscribers}
    one = call.params["Subscriber"]
    if call.operation == "CreateSubscriber":
        check_subscribers([*subscribers, one])
        subscribers.append(one)
    elif one in subscribers:
        subscribers.remove(one)
    else:
        raise error("NotFoundException", f"{one} is not a subscriber of this notification")
    return {}


def record(call: Call, name: str | None = None) -> dict[str, Any]:
    """What is kept of the budget that the request names.

    Raises:
        ServiceException: ``NotFoundException``.
    """
    name = name or call.params["BudgetName"]
    if name not in call.table(_TABLE):
        raise error("NotFoundException", f"Budget {name} does not exist")
    found: dict[str, Any] = call.table(_TABLE)[name]
    return found


def records(call: Call) -> list[dict[str, Any]]:
    """What is kept of every budget."""
    return list(call.table(_TABLE).values())


def check_subscribers(subscribers: list[dict[str, str]]) -> None:
    """At most one topic and ten addresses, each once.

    Raises:
        ServiceException: ``InvalidParameterException`` or ``DuplicateRecordException``.
    """
    kinds = [each["SubscriptionType"] for each in subscribers]
    if kinds.count("SNS") > 1 or kinds.count("EMAIL") > _MAX_EMAILS:
        raise error("InvalidParameterException", "At most 1 SNS topic and 10 e-mail addresses")
    if len({each["Address"] for each in subscribers}) < len(subscribers):
        raise error("DuplicateRecordException", "A subscriber is given twice")


def _complete(budget: dict[str, Any]) -> dict[str, Any]:
    if not {"BudgetLimit", "PlannedBudgetLimits", "AutoAdjustData"} & set(budget):
        raise error(
            "InvalidParameterException", "Give a budget limit, planned limits or auto-adjust"
        )
    if {"FilterExpression", "Metrics"} & set(budget) and {"CostFilters", "CostTypes"} & set(budget):
        raise error(
            "InvalidParameterException",
            "FilterExpression and Metrics cannot be combined with CostFilters and CostTypes",
        )
    start = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {
        "TimePeriod": {"Start": start, "End": _END_OF_TIME},
        "CalculatedSpend": _NO_SPEND,
        "LastUpdatedTime": datetime.now(UTC),
        **budget,
    }


def _add_notification(
    notifications: list[dict[str, Any]],
    notification: dict[str, Any],
    subscribers: list[dict[str, str]],
) -> None:
    notification = {"ThresholdType": "PERCENTAGE", **notification}
    if any(each["Notification"] == notification for each in notifications):
        raise error("DuplicateRecordException", "This notification already exists")
    check_subscribers(subscribers)
    notifications.append({"Notification": notification, "Subscribers": subscribers})


def _notification(call: Call) -> dict[str, Any]:
    wanted = {"ThresholdType": "PERCENTAGE", **call.params["Notification"]}
    wanted.pop("NotificationState", None)
    for each in record(call)["notifications"]:
        if each["Notification"] == wanted:
            found: dict[str, Any] = each
            return found
    raise error("NotFoundException", "The budget has no such notification")
