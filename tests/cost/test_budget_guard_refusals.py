import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.billing import REGIONS_WITHOUT_BUDGETS
from secure_bedrock.cost.anomaly import CostAnomalyDetection
from secure_bedrock.cost.budget_guard import BudgetGuard
from secure_bedrock.cost.coverage import BedrockAndMarketplace, NamedServices
from secure_bedrock.cost.stop import BudgetStop
from secure_bedrock.cost.thresholds import BudgetThreshold

ADDRESSES = [f"person{n}@example.com" for n in range(11)]
HALF = BudgetThreshold(percent=50)


def at(percent):
    return {"thresholds": [BudgetThreshold(percent=percent)]}


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"monthly_limit_usd": 0}, "monthly_limit_usd 0 is no amount"),
        ({"monthly_limit_usd": -5}, "monthly_limit_usd -5 is no amount"),
        ({"monthly_limit_usd": float("nan")}, "monthly_limit_usd nan is no amount"),
        ({"monthly_limit_usd": float("inf")}, "monthly_limit_usd inf is no amount"),
        ({"emails": ADDRESSES}, "11 addresses given, a notification takes 10"),
        ({"emails": ["nobody"]}, "'nobody' is no e-mail address"),
        ({"emails": ["a@example.com\n"]}, r"'a@example.com\\n' is no e-mail address"),
        ({"emails": ["a@example.com", "A@example.com"]}, "'a@example.com' is given twice"),
        ({"thresholds": []}, "0 thresholds given, a budget takes 1 to 5"),
        ({"thresholds": [BudgetThreshold(percent=n) for n in range(1, 7)]}, "6 thresholds given"),
        (at(float("nan")), "threshold nan is out of range"),
        (at(0.09), "threshold 0.09 is out of range"),
        (at(1_000_000_001), "threshold 1000000001 is out of range"),
        ({"thresholds": [HALF, HALF]}, "threshold 50 ACTUAL is given twice"),
        ({"coverage": NamedServices(names=[])}, "counts nothing"),
        ({"coverage": NamedServices(names=[" Amazon Bedrock"])}, "matches no line of a bill"),
        ({"coverage": NamedServices(names=["A", "A"])}, "'A' is given twice"),
        ({"coverage": BedrockAndMarketplace(more_services=[""])}, "matches no line of a bill"),
        ({"stop_at": BudgetStop(roles=[])}, "0 roles to stop given"),
        ({"anomaly": CostAnomalyDetection()}, "anomaly detection has no threshold"),
        ({"anomaly": CostAnomalyDetection(threshold_usd=0)}, "threshold_usd 0 is out of range"),
        ({"anomaly": CostAnomalyDetection(threshold_usd=float("inf"))}, "threshold_usd inf is out"),
        ({"anomaly": CostAnomalyDetection(threshold_percent=-1)}, "threshold_percent -1 is out"),
        (
            {"anomaly": CostAnomalyDetection(threshold_usd=1, monitor_arn="default")},
            "monitor_arn 'default' is no anomaly monitor",
        ),
    ],
)
def test_bad_input_is_one_line_with_the_path(stack, properties, problem):
    values = {"monthly_limit_usd": 1, "emails": ADDRESSES[:1]} | properties
    with pytest.raises(ValueError, match=f"^Test/Guard: .*{problem}") as refusal:
        BudgetGuard(stack, "Guard", **values)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("percent", [0.1, 1_000_000_000])
def test_thresholds_at_the_ends_of_the_range_are_accepted(stack, percent):
    BudgetGuard(stack, "Guard", monthly_limit_usd=1, **at(percent))


def test_five_thresholds_and_ten_addresses_are_accepted(stack):
    five = [BudgetThreshold(percent=n) for n in range(1, 6)]
    BudgetGuard(stack, "Guard", monthly_limit_usd=1, thresholds=five, emails=ADDRESSES[:10])


def in_region(app, region):
    env = cdk.Environment(account="111122223333", region=region)
    return cdk.Stack(app, "Test", env=env)


@pytest.mark.parametrize("region", sorted(REGIONS_WITHOUT_BUDGETS))
def test_trap_9_a_region_without_budgets_is_refused(app, region):
    with pytest.raises(ValueError, match=f"^Test/Guard: .* no budgets in {region}: .* us-east-1"):
        BudgetGuard(in_region(app, region), "Guard", monthly_limit_usd=1)


def test_trap_9_china_has_no_bedrock(app):
    with pytest.raises(ValueError, match=r"^Test/Guard: Region cn-north-1 has no Amazon Bedrock"):
        BudgetGuard(in_region(app, "cn-north-1"), "Guard", monthly_limit_usd=1)


def test_a_role_of_another_account_is_refused(env_stack):
    foreign = iam.Role.from_role_arn(env_stack, "Foreign", "arn:aws:iam::444455556666:role/Foreign")
    with pytest.raises(ValueError, match=r"^Test/Guard: role Test/Foreign is in account 4444"):
        BudgetGuard(env_stack, "Guard", monthly_limit_usd=1, stop_at=BudgetStop(roles=[foreign]))


def test_a_role_given_twice_is_refused(stack):
    role = iam.Role.from_role_name(stack, "Invoker", "Invoker")
    with pytest.raises(ValueError, match=r"^Test/Guard: role Test/Invoker is to be stopped twice"):
        BudgetGuard(stack, "Guard", monthly_limit_usd=1, stop_at=BudgetStop(roles=[role, role]))
