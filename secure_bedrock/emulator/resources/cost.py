"""AWS Budgets and AWS Cost Explorer."""

from secure_bedrock.emulator.resources.declaration import (
    Each,
    Part,
    ResourceType,
    Tagging,
    call,
    get,
    patch,
    put,
)
from secure_bedrock.emulator.values import Members

_BUDGET_ID: Members = {"AccountId": "$account", "BudgetName": "$id"}
_ACTION_ID: Members = {"AccountId": "$account", "BudgetName": "$id.1", "ActionId": "$id.0"}
_BUDGET_ARN = "arn:${partition}:budgets::${account}:budget/${id}"


def _resource_tags(argument: str, arn: str) -> Tagging:
    return Tagging(
        property="ResourceTags",
        set=call("tag_resource", **{argument: arn}, ResourceTags="$ResourceTags"),
        clear=call("untag_resource", **{argument: arn}, ResourceTagKeys="$keys"),
        read=get("list_tags_for_resource", "@", **{argument: arn}),
    )


_BUDGET_MEMBERS: Members = {"BudgetName": "$name"} | {
    name: f"$Budget.{name}"
    for name in (
        "AutoAdjustData",
        "BillingViewArn",
        "BudgetLimit",
        "BudgetType",
        "CostFilters",
        "CostTypes",
        "FilterExpression",
        "Metrics",
        "PlannedBudgetLimits",
        "TimePeriod",
        "TimeUnit",
    )
}

_BUDGET = ResourceType(
    name="AWS::Budgets::Budget",
    service="budgets",
    name_property="Budget.BudgetName",
    name_length=100,
    create=call(
        "create_budget",
        AccountId="$account",
        Budget=_BUDGET_MEMBERS,
        NotificationsWithSubscribers="$NotificationsWithSubscribers",
    ),
    id="$name",
    update=call("update_budget", AccountId="$account", NewBudget=_BUDGET_MEMBERS),
    delete=call("delete_budget", **_BUDGET_ID),
    parts=(
        Part(
            property="NotificationsWithSubscribers",
            each=True,
            created=True,
            set=call(
                "create_notification",
                **_BUDGET_ID,
                Notification="$item.Notification",
                Subscribers="$item.Subscribers",
            ),
            read=get(
                "describe_subscribers_for_notification",
                "@",
                **_BUDGET_ID,
                Notification="$item.Notification",
            ),
        ),
    ),
    reads=(get("describe_budget", "Budget", **_BUDGET_ID),),
    read_as={"Budget": "@", "NewBudget": "@"},
    unread=frozenset({"AccountId", "NotificationsWithSubscribers"}),
    tagging=_resource_tags("ResourceARN", _BUDGET_ARN),
)

_ACTION_MEMBERS: Members = {
    "ActionThreshold": {
        "ActionThresholdValue": "$ActionThreshold.Value",
        "ActionThresholdType": "$ActionThreshold.Type",
    },
    "Subscribers": Each(
        "$Subscribers", {"SubscriptionType": "$item.Type", "Address": "$item.Address"}
    ),
}

_ACTION = ResourceType(
    name="AWS::Budgets::BudgetsAction",
    service="budgets",
    create=put("create_budget_action", AccountId="$account", **_ACTION_MEMBERS),
    id="${created.ActionId}|${BudgetName}",
    update=patch("update_budget_action", **_ACTION_ID, **_ACTION_MEMBERS),
    delete=call("delete_budget_action", **_ACTION_ID),
    reads=(get("describe_budget_action", "Action", **_ACTION_ID),),
    unread=frozenset({"AccountId"}),
    attributes={"ActionId": "$id.0"},
)

_MONITOR = ResourceType(
    name="AWS::CE::AnomalyMonitor",
    service="ce",
    create=call(
        "create_anomaly_monitor",
        AnomalyMonitor={
            "MonitorName": "$MonitorName",
            "MonitorType": "$MonitorType",
            "MonitorDimension": "$MonitorDimension",
            "MonitorSpecification": "$MonitorSpecification",
        },
    ),
    id="$created.MonitorArn",
    update=put("update_anomaly_monitor", MonitorArn="$id"),
    delete=call("delete_anomaly_monitor", MonitorArn="$id"),
    reads=(get("get_anomaly_monitors", "AnomalyMonitors[0]", MonitorArnList=["$id"]),),
    read_as={"AnomalyMonitor": "@"},
    tagging=_resource_tags("ResourceArn", "$id"),
)

_SUBSCRIPTION = ResourceType(
    name="AWS::CE::AnomalySubscription",
    service="ce",
    create=call(
        "create_anomaly_subscription",
        AnomalySubscription={
            "SubscriptionName": "$SubscriptionName",
            "MonitorArnList": "$MonitorArnList",
            "Subscribers": "$Subscribers",
            "Frequency": "$Frequency",
            "Threshold": "$Threshold",
            "ThresholdExpression": "$ThresholdExpression",
        },
    ),
    id="$created.SubscriptionArn",
    update=put("update_anomaly_subscription", SubscriptionArn="$id"),
    delete=call("delete_anomaly_subscription", SubscriptionArn="$id"),
    reads=(
        get("get_anomaly_subscriptions", "AnomalySubscriptions[0]", SubscriptionArnList=["$id"]),
    ),
    read_as={"AnomalySubscription": "@"},
    tagging=_resource_tags("ResourceArn", "$id"),
)

TYPES = (_BUDGET, _ACTION, _MONITOR, _SUBSCRIPTION)
