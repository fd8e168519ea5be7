import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock.cost.anomaly import CostAnomalyDetection
from secure_bedrock.cost.budget_guard import BudgetGuard
from secure_bedrock.cost.coverage import BedrockAndMarketplace, NamedServices, WholeAccount
from secure_bedrock.cost.stop import BudgetStop
from secure_bedrock.cost.thresholds import BudgetThreshold, SpendKind

EMAIL = "bedrock-alerts@example.com"
EDITION = "Claude 3 Haiku (Amazon Bedrock Edition)"


@pytest.fixture
def guard(stack):
    def build(**properties):
        return BudgetGuard(
            stack, "Guard", **{"monthly_limit_usd": 200, "emails": [EMAIL]} | properties
        )

    return build


@pytest.fixture
def budget(stack, resources):
    def read():
        (found,) = resources(stack, "AWS::Budgets::Budget").values()
        return found["Properties"]

    return read


def role(stack):
    return iam.Role(stack, "Invoker", assumed_by=iam.AccountRootPrincipal())


def warnings(app):
    annotations = cdk.assertions.Annotations.from_stack(app.node.find_child("Test"))
    found = annotations.find_warning("*", cdk.assertions.Match.any_value())
    return [entry.entry.data for entry in found]


def dimensions(expression):
    """Key -> values of every dimension in a filter expression, wherever it is nested."""
    if "Dimensions" in expression:
        return {expression["Dimensions"]["Key"]: expression["Dimensions"]["Values"]}
    nested = [*expression.get("And", []), *expression.get("Or", [])]
    nested += [expression["Not"]] if "Not" in expression else []
    return {k: v for part in nested for k, v in dimensions(part).items()}


def test_defaults(stack, snapshot):
    BudgetGuard(stack, "Guard", monthly_limit_usd=200, emails=[EMAIL])
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_everything(env_stack, snapshot):
    BudgetGuard(
        env_stack,
        "Guard",
        monthly_limit_usd=200,
        emails=[EMAIL],
        stop_at=BudgetStop(roles=[role(env_stack)]),
        anomaly=CostAnomalyDetection(threshold_usd=100),
    )
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def test_marketplace_models_count_by_default(guard, budget):
    guard()
    bedrock_or_marketplace, _ = budget()["Budget"]["FilterExpression"]["And"]
    found = [dimensions(part) for part in bedrock_or_marketplace["Or"]]
    assert found[0]["SERVICE"][0] == "Amazon Bedrock"
    assert found[1] == {"BILLING_ENTITY": ["AWS Marketplace"]}


@pytest.mark.parametrize(
    "coverage", [BedrockAndMarketplace(), WholeAccount(), NamedServices(names=[EDITION])]
)
def test_credits_and_refunds_never_hide_spend(guard, budget, coverage):
    guard(coverage=coverage)
    expression = budget()["Budget"]["FilterExpression"]
    left_out = expression.get("Not") or expression["And"][-1]["Not"]
    assert dimensions(left_out) == {"RECORD_TYPE": ["Credit", "Refund"]}


def test_the_whole_account_is_filtered_by_no_service(guard, budget):
    guard(coverage=WholeAccount())
    assert dimensions(budget()["Budget"]["FilterExpression"]).keys() == {"RECORD_TYPE"}


def test_named_services_count_exactly_those(guard, budget):
    guard(coverage=NamedServices(names=["Amazon Bedrock", EDITION]))
    found = dimensions(budget()["Budget"]["FilterExpression"])
    assert found["SERVICE"] == ["Amazon Bedrock", EDITION]
    assert "BILLING_ENTITY" not in found


def test_further_service_names_are_added(guard, budget):
    guard(coverage=BedrockAndMarketplace(more_services=["Amazon Kendra", "Amazon Bedrock"]))
    names = dimensions(budget()["Budget"]["FilterExpression"])["SERVICE"]
    assert names[-1] == "Amazon Kendra"
    assert len(names) == len(set(names))


def test_named_services_warn_that_new_models_are_missed(app, guard):
    guard(coverage=NamedServices(names=["Amazon Bedrock"]))
    assert ["is not counted" in warning for warning in warnings(app)] == [True]


def test_the_default_coverage_does_not_warn(app, guard):
    guard()
    assert warnings(app) == []


def test_no_address_warns(app, guard):
    guard(emails=[])
    assert ["nobody is told by e-mail" in warning for warning in warnings(app)] == [True]


def test_trap_8_the_budget_has_no_fixed_name(guard, budget):
    guard()
    assert "BudgetName" not in budget()["Budget"]


def test_notification_types_are_those_of_the_thresholds(guard, budget):
    forecast = BudgetThreshold(percent=90, kind=SpendKind.FORECASTED)
    guard(thresholds=[BudgetThreshold(percent=75.5), forecast])
    sent = [n["Notification"] for n in budget()["NotificationsWithSubscribers"]]
    assert [(n["NotificationType"], n["Threshold"]) for n in sent] == [
        ("ACTUAL", 75.5),
        ("FORECASTED", 90),
    ]


def test_every_notification_goes_to_the_topic_and_to_every_address(guard, budget):
    guard(emails=[EMAIL, "second@example.com"])
    for notification in budget()["NotificationsWithSubscribers"]:
        types = [s["SubscriptionType"] for s in notification["Subscribers"]]
        assert types == ["SNS", "EMAIL", "EMAIL"]


def test_a_limit_may_be_a_parameter(stack, guard, budget):
    guard(monthly_limit_usd=cdk.CfnParameter(stack, "Limit", type="Number").value_as_number)
    assert budget()["Budget"]["BudgetLimit"]["Amount"] == {"Ref": "Limit"}


def test_an_address_may_be_a_parameter(stack, guard, budget):
    guard(emails=[cdk.CfnParameter(stack, "Address").value_as_string])
    assert budget()["NotificationsWithSubscribers"][0]["Subscribers"][1]["Address"] == {
        "Ref": "Address"
    }


def test_a_given_key_is_used_and_not_doubled(stack, guard, resources):
    guard(encryption_key=kms.Key(stack, "Mine"))
    assert len(resources(stack, "AWS::KMS::Key")) == 1


def test_the_new_key_can_go_with_the_stack(stack, guard, resources):
    guard(removal_policy=cdk.RemovalPolicy.DESTROY)
    (key,) = resources(stack, "AWS::KMS::Key").values()
    assert key["DeletionPolicy"] == "Delete"
