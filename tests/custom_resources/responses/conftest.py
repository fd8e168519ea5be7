# ruff: noqa: N803 - boto3's own names of parameters
import copy
import json
import re
from pathlib import Path

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.sns.models import sns_backends

from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.response_handler import Responder
from secure_bedrock.custom_resources.assets.handlers.response_ledger import Ledger
from secure_bedrock.emulator.services import install

ACCOUNT = "123456789012"  # moto's
RECORDED = Path(__file__).parents[2] / "monitoring/events/cloudtrail"
NOW = 1_795_000_000
TABLE = "ledger"


class KilledError(BaseException):
    """The function ends here, and nothing of it catches this."""


class FakeDynamo:
    """The conditional writes of Amazon DynamoDB that the ledger uses; compared with moto's."""

    def __init__(self):
        self.items = {}
        self.shelf = {}

    def update_item(self, *, Key, UpdateExpression, **more):
        names, values = more["ExpressionAttributeNames"], more.get("ExpressionAttributeValues", {})
        key = (Key["id"]["S"], Key["of"]["S"])
        old = self.items.get(key)
        condition = more.get("ConditionExpression")
        if condition and not holds(condition, old or {}, names, values):
            answer = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "no"}}
            if more.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and old:
                answer["Item"] = copy.deepcopy(old)
            raise ClientError(answer, "UpdateItem")
        item = copy.deepcopy(old) if old else copy.deepcopy(Key)
        update(item, UpdateExpression, names, values)
        self.items[key] = item
        return {"Attributes": copy.deepcopy(item)}

    def get_item(self, *, Key, **_):
        item = self.items.get((Key["id"]["S"], Key["of"]["S"]))
        return {"Item": copy.deepcopy(item)} if item else {}

    def put_item(self, *, Item, **_):
        key = (Item["id"]["S"], Item["of"]["S"])
        self.shelf.setdefault(key[1].partition("#")[0] + "#", []).append(key)
        self.items[key] = copy.deepcopy(Item)
        return {}

    def delete_item(self, *, Key, **_):
        self.items.pop((Key["id"]["S"], Key["of"]["S"]), None)
        return {}

    def query(self, *, ExpressionAttributeValues, **_):
        begins = ExpressionAttributeValues[":begins"]["S"]
        shelf = self.shelf.get(begins, [])
        return {"Items": [copy.deepcopy(self.items[key]) for key in shelf if key in self.items]}


def holds(condition, item, names, values):
    """Only the conditions that the ledger writes: names, values, OR, AND, parentheses."""

    def term(match):
        absent, name, operator, value = match.groups()
        if absent:
            return str(names[absent] not in item)
        found = item.get(names[name])
        if found is None:
            return "False"
        ((kind, left),) = found.items()
        right = values[value][kind]
        left, right = (int(left), int(right)) if kind == "N" else (left, right)
        return str({"=": left == right, "<": left < right, ">": left > right}[operator])

    text = re.sub(r"attribute_not_exists\((#\w+)\)|(#\w+) ([=<>]) (:\w+)", term, condition)
    assert re.fullmatch(r"(True|False|AND|OR|[() ])+", text), condition
    return eval(text.replace("AND", "and").replace("OR", "or"))  # noqa: S307 - five words


def update(item, expression, names, values):
    for clause, body in re.findall(r"(SET|REMOVE|ADD) (.*?)(?= SET | REMOVE | ADD |$)", expression):
        for part in re.split(r", (?=#)", body):
            if clause == "REMOVE":
                item.pop(names[part], None)
            elif clause == "ADD":
                name, value = part.split()
                held = item.setdefault(names[name], {"SS": []})["SS"]
                held += [each for each in values[value]["SS"] if each not in held]
            else:
                name, value = part.split(" = ")
                keep = re.fullmatch(r"if_not_exists\((#\w+), (:\w+)\)", value)
                if keep:
                    item.setdefault(names[keep[1]], values[keep[2]])
                else:
                    item[names[name]] = values[value]


def recorded(name, **changes):
    """An event from its file, in moto's account, with members of its detail changed."""
    text = (RECORDED / f"{name}.json").read_text().replace("111122223333", ACCOUNT)
    event = json.loads(text)
    event["detail"] |= changes
    return event


class World:
    """An emulated account; the calls of the handler are recorded and can fail or be its last."""

    Killed = KilledError

    def __init__(self, clients):
        self.clients = clients
        self.calls = []
        self.changes = []
        self._at = {}
        self._asked, self._done = ("", ""), set()
        self.settings = {
            "table": TABLE,
            "account": ACCOUNT,
            "topic": clients["sns"].create_topic(Name="t")["TopicArn"],
            "deployers": [f"arn:aws:iam::{ACCOUNT}:role/deployer"],
        }
        clients["dynamodb"].create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "id", "KeyType": "HASH"},
                {"AttributeName": "of", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("id", "of")
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    def fail(self, number, how):
        """The call of this number fails: an error code, ``before`` or ``after`` to be killed."""
        self._at[number] = how

    def before_call(self, model, params, **_):
        how = self._at.get(len(self.calls))
        self.calls.append(f"{model.service_model.service_name}:{model.name}")
        self._asked = (model.name, str(params["body"]))
        if how == "before":
            raise KilledError
        if how and how != "after":
            error = {"Error": {"Code": how, "Message": "injected"}, "ResponseMetadata": {}}
            return AWSResponse(None, 400, {}, None), error
        return None

    def after_call(self, http_response, **_):
        """What changed the account is noted; the same policy put again changes nothing."""
        changing = self._asked[0].startswith(("Put", "Delete", "UpdateService"))
        if changing and http_response.status_code < 300 and self._asked not in self._done:
            self._done.add(self._asked)
            self.changes.append(self._asked[0])
        if self._at.get(len(self.calls) - 1) == "after":
            raise KilledError

    def handle(self, event, *, request="r1", now=NOW):
        patience = Patience(25, sleep=lambda _: None, now=iter(range(1_000)).__next__)
        ledger = Ledger(self.clients["dynamodb"], TABLE, request, now, patience)
        Responder(self.settings, self.clients, ledger, patience).handle(event)

    def deliver(self, event, *, request="r1", now=NOW):
        """As AWS Lambda does: up to three attempts of one request, some minutes apart."""
        for attempt in range(3):
            try:
                return self.handle(event, request=request, now=now + 60 * attempt)
            except (KilledError, Exception):  # noqa: BLE001, S112 - whatever ended it
                continue
        raise AssertionError("three attempts failed: the event is in the queue")

    @property
    def messages(self):
        topics = sns_backends[ACCOUNT]["eu-west-1"].topics
        sent = topics[self.settings["topic"]].sent_notifications
        return [json.loads(each[1]) for each in sent]


@pytest.fixture(scope="session")
def aws_clients():
    install()
    names = ("bedrock", "dynamodb", "iam", "sns")
    return {name: boto3.client(name, region_name="eu-west-1") for name in names}


@pytest.fixture
def world(aws_clients):
    with mock_aws():
        made = World(aws_clients)
        for client in aws_clients.values():
            client.meta.events.register_first("before-call", made.before_call)
            client.meta.events.register("after-call", made.after_call)
        made.calls.clear()
        yield made
        for client in aws_clients.values():
            client.meta.events.unregister("before-call", made.before_call)
            client.meta.events.unregister("after-call", made.after_call)


@pytest.fixture(scope="session")
def s3():
    return boto3.client("s3", region_name="eu-west-1")


@pytest.fixture
def bucket_for_logs(s3):
    """Makes a bucket that Amazon Bedrock may write to."""

    def make(name):
        where = {"LocationConstraint": "eu-west-1"}
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{name}/*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
        s3.put_bucket_policy(Bucket=name, Policy=policy)

    return make


@pytest.fixture
def fake_dynamo():
    return FakeDynamo()


@pytest.fixture
def event_of():
    return recorded


@pytest.fixture(scope="session")
def replay_parts():
    return FakeDynamo(), recorded
