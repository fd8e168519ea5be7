"""AWS Budgets."""

from collections.abc import Mapping
from typing import Any

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list, without
from secure_bedrock.verification.reading import Deployed, Reading, reader
from secure_bedrock.verification.values import Json

_ALWAYS = ("BudgetType", "FilterExpression", "Metrics", "CostFilters", "TimeUnit")
_MATCH_EQUAL = {"MatchOptions": ["EQUALS"]}


@reader("AWS::Budgets::Budget", ids=["Id"])
def read_budget(aws: Aws, budget: Deployed) -> Reading:
    """Limit and filter of a budget, and whom it notifies."""
    budgets = aws.client("budgets")
    name = {"AccountId": aws.account, "BudgetName": budget.id}
    found = budgets.describe_budget(**name, ShowFilterExpression=True)["Budget"]
    claimed = budget.claim["Budget"]
    read = pick(found, *_ALWAYS, *(key for key in claimed if key != "BudgetLimit"))
    read["BudgetLimit"] = _money(found.get("BudgetLimit", {}))
    arn = f"arn:{aws.partition}:budgets::{aws.account}:budget/{budget.id}"
    tags = budgets.list_tags_for_resource(ResourceARN=arn).get("ResourceTags")
    return Reading(
        properties={
            "Budget": without(read, _MATCH_EQUAL),
            "NotificationsWithSubscribers": _notifications(aws, budgets, name),
        },
        if_claimed={"ResourceTags": tag_list(tags)},
        claim={"Budget": without(claimed, _MATCH_EQUAL)},
    )


@reader("AWS::Budgets::BudgetsAction")
def read_action(aws: Aws, action: Deployed) -> Reading:
    """What a budget does at its threshold."""
    identifier = action.id.split("|")[0]
    found = aws.client("budgets").describe_budget_action(
        AccountId=aws.account, BudgetName=action.claim["BudgetName"], ActionId=identifier
    )["Action"]
    threshold = found["ActionThreshold"]
    return Reading(
        properties={
            **pick(
                found,
                "ActionType",
                "ApprovalModel",
                "BudgetName",
                "Definition",
                "ExecutionRoleArn",
                "NotificationType",
            ),
            "ActionThreshold": {
                "Type": threshold["ActionThresholdType"],
                "Value": threshold["ActionThresholdValue"],
            },
            "Subscribers": [
                pick(each, "Address", Type="SubscriptionType") for each in found["Subscribers"]
            ],
        },
        attributes={"ActionId": identifier},
        unreadable={"ResourceTags": "tags of a budget action are not read"},
    )


def _money(spend: Mapping[str, str]) -> dict[str, Json]:
    """The API writes amounts as text, with decimals of its own choice."""
    return {**spend, "Amount": float(spend["Amount"])} if "Amount" in spend else {}


def _notifications(
    aws: Aws,
    budgets: Any,  # noqa: ANN401 - a client
    name: Mapping[str, str],
) -> list[Json]:
    return [
        {
            "Notification": pick(
                notification, "ComparisonOperator", "NotificationType", "Threshold", "ThresholdType"
            ),
            "Subscribers": budgets.describe_subscribers_for_notification(
                **name,
                Notification={k: v for k, v in notification.items() if k != "NotificationState"},
            )["Subscribers"],
        }
        for notification in aws.pages(
            "budgets", "describe_notifications_for_budget", "Notifications", **name
        )
    ]
