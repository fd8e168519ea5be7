import json

import aws_cdk as cdk
import pytest

from secure_bedrock.cost.anomaly import CostAnomalyDetection
from secure_bedrock.cost.budget_guard import BudgetGuard

MONITOR = "arn:aws:ce::111122223333:anomalymonitor/0a1b2c3d-0000-1111-2222-333344445555"


@pytest.fixture
def subscriptions(stack, resources):
    """Frequency -> properties of the subscription, after a guard was built."""

    def build(emails=("a@example.com",), **detection):
        BudgetGuard(
            stack,
            "Guard",
            monthly_limit_usd=1,
            emails=emails,
            anomaly=CostAnomalyDetection(**detection),
        )
        found = resources(stack, "AWS::CE::AnomalySubscription").values()
        return {r["Properties"]["Frequency"]: r["Properties"] for r in found}

    return build


def impact(kind, value):
    return {
        "Dimensions": {
            "Key": f"ANOMALY_TOTAL_IMPACT_{kind}",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": [value],
        }
    }


def test_trap_10_immediate_goes_to_the_topic_and_daily_to_people(subscriptions):
    found = subscriptions(threshold_usd=100)
    types = {frequency: [s["Type"] for s in p["Subscribers"]] for frequency, p in found.items()}
    assert types == {"IMMEDIATE": ["SNS"], "DAILY": ["EMAIL"]}


def test_without_addresses_only_the_topic_is_told(subscriptions):
    assert subscriptions(emails=(), threshold_usd=100).keys() == {"IMMEDIATE"}


@pytest.mark.parametrize(
    ("detection", "expression"),
    [
        ({"threshold_usd": 100}, impact("ABSOLUTE", "100")),
        ({"threshold_usd": 1e9}, impact("ABSOLUTE", "1000000000")),
        ({"threshold_percent": 40.5}, impact("PERCENTAGE", "40.5")),
        (
            {"threshold_usd": 0.5, "threshold_percent": 40},
            {"Or": [impact("ABSOLUTE", "0.5"), impact("PERCENTAGE", "40")]},
        ),
    ],
)
def test_trap_10_exactly_one_threshold_form_is_written(subscriptions, detection, expression):
    for properties in subscriptions(**detection).values():
        assert json.loads(properties["ThresholdExpression"]) == expression
        assert "Threshold" not in properties


def test_trap_10_an_existing_monitor_is_used_instead_of_a_second_one(
    stack, resources, subscriptions
):
    found = subscriptions(threshold_usd=1, monitor_arn=MONITOR)
    assert resources(stack, "AWS::CE::AnomalyMonitor") == {}
    assert found["IMMEDIATE"]["MonitorArnList"] == [MONITOR]


def test_without_one_a_monitor_of_services_is_created(stack, resources, subscriptions):
    subscriptions(threshold_usd=1)
    (monitor,) = resources(stack, "AWS::CE::AnomalyMonitor").values()
    properties = monitor["Properties"]
    assert (properties["MonitorType"], properties["MonitorDimension"]) == ("DIMENSIONAL", "SERVICE")


def test_trap_10_a_tag_on_the_stack_does_not_replace_monitor_and_subscription(
    stack, resources, subscriptions
):
    cdk.Tags.of(stack).add("team", "ai")
    for properties in subscriptions(threshold_usd=1).values():
        assert "ResourceTags" not in properties
    (monitor,) = resources(stack, "AWS::CE::AnomalyMonitor").values()
    assert "ResourceTags" not in monitor["Properties"]


def test_the_immediate_subscription_waits_for_the_topic_s_policy(stack, resources, subscriptions):
    subscriptions(emails=(), threshold_usd=1)
    (policy,) = resources(stack, "AWS::SNS::TopicPolicy")
    (subscription,) = resources(stack, "AWS::CE::AnomalySubscription").values()
    assert policy in subscription["DependsOn"]
