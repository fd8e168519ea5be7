import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from secure_bedrock import AlertTopic, BedrockKmsKeys, FoundationModel, ModelAccess
from secure_bedrock.access.guardrail_requirement import WithoutGuardrail
from secure_bedrock.data.provisioned_purchase import Commitment, CustomModel, HourlyPrice
from secure_bedrock.data.provisioned_throughput import ProvisionedThroughput
from secure_bedrock.testing import assert_secure

MODEL = FoundationModel("amazon.nova-lite-v1:0:24k")
CUSTOM = (
    "arn:aws:bedrock:eu-west-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdef123456"
)
TYPE = "Custom::BedrockProvisionedThroughput"
PRICE = HourlyPrice(usd=24.5, model_units=2)


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def buy(env_stack):
    def of(**changed):
        wanted = {"name": "chat", "model": MODEL, "price": PRICE} | changed
        wanted.setdefault("encryption_key", kms.Key(env_stack, "Key", enable_key_rotation=True))
        return ProvisionedThroughput(env_stack, "Capacity", **wanted)

    return of


def bought(stack):
    (found,) = Template.from_stack(stack).find_resources(TYPE).values()
    return found


def statements(stack):
    policies = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    return {
        each.get("Sid", "?"): each
        for policy in policies
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
    }


def test_defaults(env_stack, buy, snapshot):
    buy()
    assert Template.from_stack(env_stack).to_json() == snapshot


def test_there_is_no_capacity_without_a_price(env_stack):
    with pytest.raises(TypeError, match="price"):
        ProvisionedThroughput(env_stack, "Capacity", name="chat", model=MODEL)


def test_the_price_says_what_is_bought(env_stack, buy):
    capacity = buy(price=HourlyPrice(usd=10, model_units=3, commitment=Commitment.SIX_MONTHS))
    properties = bought(env_stack)["Properties"]
    assert (properties["ModelUnits"], properties["Commitment"]) == ("3", "SixMonths")
    assert capacity.price.committed_usd == 10 * 730 * 6
    (note,) = [e.data for e in capacity.node.metadata if "price" in e.type]
    assert note == "10.00 USD an hour, 7300.00 USD a month, 43800.00 USD in any case"


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ({"usd": 0, "model_units": 1}, "usd is 0: write the price of an hour"),
        ({"usd": float("nan"), "model_units": 1}, "usd is nan: write the price"),
        ({"usd": 1, "model_units": 0}, "model_units is 0: buy 1 or more"),
    ],
)
def test_a_price_that_is_none_is_refused(price, message):
    with refused(message):
        HourlyPrice(**price)


@pytest.mark.parametrize(
    ("commitment", "policy"), [(Commitment.HOURLY, "Delete"), (Commitment.ONE_MONTH, "Retain")]
)
def test_costs_end_with_the_stack_unless_they_are_committed(env_stack, buy, commitment, policy):
    buy(price=HourlyPrice(usd=1, model_units=1, commitment=commitment))
    assert bought(env_stack)["DeletionPolicy"] == policy


def test_the_handler_buys_capacity_for_this_model_only(env_stack, buy):
    buy()
    arn = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0:24k"
    assert statements(env_stack)["Buy"]["Resource"] == arn


def test_the_handler_changes_and_ends_only_what_its_stack_bought(env_stack, buy):
    buy()
    own = statements(env_stack)["OwnCapacity"]
    mark = {"aws:ResourceTag/secure-bedrock:stack": {"Ref": "AWS::StackId"}}
    assert own["Condition"] == {"StringEquals": mark}
    assert [a[8:14] for a in own["Action"]] == ["Delete", "Update"]


def test_the_key_of_a_custom_model_is_used_through_bedrock_only(env_stack, buy):
    key = kms.Key(env_stack, "ModelKey")
    buy(model=CustomModel(arn=CUSTOM, encryption_key=key))
    found = statements(env_stack)
    via = {"kms:ViaService": "bedrock.eu-west-1.amazonaws.com"}
    assert found["ModelKey"]["Condition"] == {"StringEquals": via}
    assert found["ChangeModel"]["Resource"] == CUSTOM


def test_a_custom_model_of_another_region_is_refused(buy):
    with refused("is in us-east-1, this stack in eu-west-1: buy its capacity in a stack in us-ea"):
        buy(model=CustomModel(arn=CUSTOM.replace("eu-west-1", "us-east-1")))


@pytest.mark.parametrize("name", ["", "a" * 64, "a--b", "a b", "ü"])
def test_a_name_aws_refuses_is_refused(buy, name):
    with refused(f"Test/Capacity: name {name!r} must have 1 to 63"):
        buy(name=name)


def test_something_that_is_no_custom_model_is_refused():
    with refused("is not an ARN of kind custom-model"):
        CustomModel(arn="arn:aws:bedrock:eu-west-1:111122223333:imported-model/abcdef123456")


def test_callers_are_granted_the_capacity(env_stack, buy):
    role = cdk.aws_iam.Role(
        env_stack, "Role", assumed_by=cdk.aws_iam.ServicePrincipal("lambda.amazonaws.com")
    )
    reason = WithoutGuardrail(reason="a test of the grant")
    access = ModelAccess(env_stack, "Access", models=[buy().model], guardrail=reason)
    access.grant_invoke(role).assert_success()
    policies = Template.from_stack(env_stack).find_resources("AWS::IAM::Policy")
    (policy,) = policies.values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"]["Fn::GetAtt"][1] == "ProvisionedModelArn"
    assert "bedrock:InvokeModel" in statement["Action"]


@pytest.fixture(scope="module")
def watched():
    app = cdk.App()
    stack = cdk.Stack(
        app, "Capacity", env=cdk.Environment(account="111122223333", region="eu-west-1")
    )
    keys = BedrockKmsKeys(stack, "Keys", environment="test")
    topic = AlertTopic(stack, "Alerts", encryption_key=keys.notifications).topic
    ProvisionedThroughput(
        stack, "C", name="c", model=MODEL, price=PRICE, encryption_key=keys.logs, alarm_topic=topic
    )
    return stack


def test_throttling_and_idleness_are_told(watched):
    alarms = Template.from_stack(watched).find_resources("AWS::CloudWatch::Alarm").values()
    by_metric = {each["Properties"]["MetricName"]: each["Properties"] for each in alarms}
    assert by_metric["InvocationThrottles"]["TreatMissingData"] == "notBreaching"
    idle = by_metric["Invocations"]
    assert (idle["TreatMissingData"], idle["Period"] * idle["EvaluationPeriods"]) == (
        "breaching",
        86400,
    )
    assert all(each["AlarmActions"] for each in by_metric.values())


def test_it_is_secure_in_every_profile(watched):
    assert_secure(watched, profile=["strict", "residency", "agentic"])
