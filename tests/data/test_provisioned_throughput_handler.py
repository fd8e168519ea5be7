import re
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError
from secure_bedrock.custom_resources.assets.handlers.provisioned_throughput import (
    NOT_BOUGHT,
    Operations,
)
from secure_bedrock.data.provisioned_purchase import CustomModel, HourlyPrice
from secure_bedrock.data.provisioned_throughput import ProvisionedThroughput
from secure_bedrock.emulator.services import install

STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/S/0a1b2c3d"
CUSTOM = (
    "arn:aws:bedrock:eu-west-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdef12345"
)
CAPACITY = {"Name": "chat", "ModelId": "amazon.nova-lite-v1:0", "ModelUnits": "2", "Commitment": ""}


class Capacity:
    """An emulated account whose calls are recorded, and the handler's operations on it."""

    def __init__(self, bedrock, watched):
        self.bedrock = bedrock
        self.calls, self.faults, self.slept = [], {}, []
        self.time = datetime.now(UTC)
        self.operations = Operations(
            watched,
            Patience(30, sleep=self.slept.append, now=lambda: sum(self.slept)),
            self.slept.append,
            lambda: self.time,
        )

    def send(self, request_type, physical_id=None, *, request="r1", logical="L", **changed):
        event = {
            "StackId": STACK,
            "LogicalResourceId": logical,
            "RequestId": request,
            "PhysicalResourceId": physical_id,
            "ResourceProperties": CAPACITY | changed,
        }
        return self.operations.by_type()[request_type](event)

    @property
    def owned(self):
        return self.bedrock.list_provisioned_model_throughputs()["provisionedModelSummaries"]

    def before_call(self, model, **_):
        self.calls.append(model.name)
        if self.faults.get(model.name):
            code = self.faults[model.name].pop()
            error = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {}}
            return AWSResponse(None, 400, {}, None), error
        return None


@pytest.fixture(scope="module")
def clients():
    install()
    return boto3.client("bedrock"), boto3.client("bedrock")


@pytest.fixture
def capacity(clients):
    account, events = Capacity(*clients), clients[1].meta.events
    events.register_first("before-call", account.before_call)
    with mock_aws():
        yield account
    events.unregister("before-call", account.before_call)


def refused(text):
    return pytest.raises(RefusedError, match=re.escape(text))


def test_capacity_is_bought_and_waited_for(capacity):
    answer = capacity.send("Create")
    (bought,) = capacity.owned
    assert answer.physical_id == bought["provisionedModelArn"] == answer.data["ProvisionedModelArn"]
    assert (bought["desiredModelUnits"], bought["provisionedModelName"]) == (2, "chat")
    assert answer.data["Status"] == "InService"
    assert capacity.slept


def test_running_a_create_twice_buys_once(capacity):
    first = capacity.send("Create")
    assert capacity.send("Create") == first
    assert len(capacity.owned) == 1


def test_a_create_that_died_after_the_purchase_goes_on_with_it(capacity):
    capacity.faults["GetProvisionedModelThroughput"] = [
        "ValidationException",
        "ResourceNotFoundException",
    ]
    with pytest.raises(Exception, match="ValidationException"):
        capacity.send("Create")
    answer = capacity.send("Create")
    assert [each["provisionedModelArn"] for each in capacity.owned] == [answer.physical_id]
    assert capacity.calls.count("CreateProvisionedModelThroughput") == 1


def test_capacity_of_somebody_else_is_neither_used_nor_removed(capacity):
    foreign = capacity.send("Create", logical="Other").physical_id
    with refused("exists already and this resource did not buy it: choose another name"):
        capacity.send("Create", request="r2")
    capacity.send("Delete", NOT_BOUGHT)
    capacity.send("Delete", foreign)
    assert len(capacity.owned) == 1


def test_capacity_that_nobody_tagged_stays_somebody_elses(capacity):
    capacity.bedrock.create_provisioned_model_throughput(
        provisionedModelName="chat", modelId=CAPACITY["ModelId"], modelUnits=1
    )
    with refused("did not buy it"):
        capacity.send("Create")


def test_throttled_calls_are_repeated(capacity):
    capacity.faults["CreateProvisionedModelThroughput"] = ["ThrottlingException"]
    capacity.send("Create")
    assert capacity.calls.count("CreateProvisionedModelThroughput") == 2


def test_a_quota_of_none_is_reported_as_it_is(capacity):
    capacity.faults["CreateProvisionedModelThroughput"] = ["ServiceQuotaExceededException"]
    with pytest.raises(Exception, match="ServiceQuotaExceededException"):
        capacity.send("Create")
    assert capacity.owned == []


def test_capacity_ends_with_its_resource(capacity):
    arn = capacity.send("Create").physical_id
    capacity.send("Delete", arn)
    assert capacity.owned == []
    assert capacity.send("Delete", arn).physical_id == arn


def test_a_failed_create_is_cleaned_up_by_name(capacity):
    capacity.send("Create")
    capacity.send("Delete", NOT_BOUGHT)
    assert capacity.owned == []


def test_a_commitment_cannot_be_deleted_and_stays(capacity):
    arn = capacity.send("Create", Commitment="OneMonth").physical_id
    with refused("AWS bills it until then and does not let it be deleted, so it stays"):
        capacity.send("Delete", arn)
    assert len(capacity.owned) == 1
    assert "DeleteProvisionedModelThroughput" not in capacity.calls


def test_a_commitment_that_is_over_can_be_deleted(capacity):
    arn = capacity.send("Create", Commitment="OneMonth").physical_id
    capacity.time += timedelta(days=31)
    with refused("ConflictException"):  # the emulated service keeps its own time
        capacity.send("Delete", arn)
    assert "DeleteProvisionedModelThroughput" in capacity.calls


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"ModelUnits": "3"}, "the number of model units of provisioned throughput chat"),
        ({"Commitment": "SixMonths"}, "the commitment of provisioned throughput chat"),
        ({"Name": "other"}, "the name of provisioned throughput chat"),
    ],
)
def test_what_would_be_a_new_purchase_is_refused(capacity, changed, what):
    arn = capacity.send("Create").physical_id
    with refused(f"{what} cannot be changed: declare the new capacity under another construct id"):
        capacity.send("Update", arn, request="r2", **changed)
    assert len(capacity.owned) == 1


def test_rolling_such_a_change_back_changes_nothing(capacity):
    arn = capacity.send("Create").physical_id
    assert capacity.send("Update", arn, request="r3").physical_id == arn
    assert "UpdateProvisionedModelThroughput" not in capacity.calls


def test_capacity_of_a_custom_model_changes_to_another_one(capacity):
    arn = capacity.send("Create", ModelId=CUSTOM + "6").physical_id
    assert capacity.send("Update", arn, ModelId=CUSTOM + "7").physical_id == arn
    assert capacity.owned[0]["modelArn"] == CUSTOM + "7"


def test_failed_capacity_fails_the_deployment(capacity):
    def fail(parsed, **_):
        parsed.update(status="Failed", failureMessage="no capacity")

    events = capacity.operations.bedrock.meta.events
    events.register("after-call.bedrock.GetProvisionedModelThroughput", fail)
    with refused("failed: no capacity"):
        capacity.send("Create")
    events.unregister("after-call.bedrock.GetProvisionedModelThroughput", fail)
    capacity.send("Delete", NOT_BOUGHT)
    assert capacity.owned == []


def test_the_role_may_do_exactly_what_the_handler_does(capacity, env_stack):
    key = kms.Key(env_stack, "Key")
    price = HourlyPrice(usd=1, model_units=2)
    model = CustomModel(arn=CUSTOM + "6")
    ProvisionedThroughput(env_stack, "C", name="c", model=model, price=price, encryption_key=key)
    arn = capacity.send("Create", ModelId=model.arn).physical_id
    capacity.send("Update", arn, ModelId=CUSTOM + "7")
    capacity.send("Delete", arn)
    (policy,) = Template.from_stack(env_stack).find_resources("AWS::IAM::ManagedPolicy").values()
    named = [s["Action"] for s in policy["Properties"]["PolicyDocument"]["Statement"]]
    granted = {a for each in named for a in ([each] if isinstance(each, str) else each)}
    granted = {a[8:] for a in granted if a.startswith("bedrock:")}
    assert granted == {*capacity.calls, "TagResource"}  # tags of a purchase need it as well
