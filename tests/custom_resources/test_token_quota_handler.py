"""A token quota through its life, against moto's table, IAM, Amazon S3 and Amazon SNS."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from botocore.exceptions import ClientError
from moto import mock_aws

from secure_bedrock import (
    DenyOverQuota,
    InvocationLogs,
    QuotaLimit,
    QuotaPeriod,
    QuotaSubject,
    TokenQuota,
)
from secure_bedrock.cost.token_quota_permissions import DENIED_ACTIONS
from secure_bedrock.custom_resources.assets.handlers import quota_settlement
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.quota_denials import PREFIX
from secure_bedrock.custom_resources.assets.handlers.quota_ledger import Ledger
from secure_bedrock.custom_resources.assets.handlers.token_quota import BrokenBatchError, Quota
from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "123456789012"
NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.strftime("%Y-%m-%dT00:00:00Z")
MODEL = "amazon.nova-lite-v1:0"
PROFILE = "abcdef123456"
KEY = [("pk", "HASH"), ("sk", "RANGE")]
SERVICES = ("dynamodb", "iam", "s3", "sns", "sqs")


@pytest.fixture(scope="module")
def emulated():
    with mock_aws():
        clients = {name: boto3.client(name, region_name="us-east-1") for name in SERVICES}
        clients["dynamodb"].create_table(
            TableName="quota",
            KeySchema=[{"AttributeName": n, "KeyType": kind} for n, kind in KEY],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in KEY],
            BillingMode="PAY_PER_REQUEST",
        )
        for role in ("App", "Other", "Outside"):
            clients["iam"].create_role(RoleName=role, AssumeRolePolicyDocument="{}")
        clients["s3"].create_bucket(Bucket="prices")
        clients["s3"].create_bucket(Bucket="large")
        price = {"regions": [], "input": "1000000", "output": "2000000", "cache_read": "500000"}
        table = {"prices": {MODEL: [price]}, "profiles": {}, "geographies": ["eu"]}
        clients["s3"].put_object(Bucket="prices", Key="p.json", Body=json.dumps(table))
        yield clients


class World:
    """What a quota sees and does; calls are recorded and may be made to fail."""

    def __init__(self, clients):
        self.clients = {name: Recorded(clients[name], self) for name in SERVICES}
        self.calls, self.faults = [], {}
        self.number = 0
        self.messages = []
        self.settings = {
            "quota": "q",
            "account": ACCOUNT,
            "partition": "aws",
            "table": "quota",
            "topic": "arn:aws:sns:us-east-1:123456789012:alerts",
            "bucket": "large",
            "prices": {"bucket": "prices", "key": "p.json"},
            "limits": [a_limit("PRINCIPAL", 100)],
            "deny": {"roles": ["App", "Other"], "dry_run": False, "actions": ["bedrock:Invoke*"]},
            "profiles": [[PROFILE, "search", f"eu.{MODEL}"]],
        }
        self.report = None

    def run(self, event):
        patience = Patience(5, sleep=lambda _: None, now=iter(range(10_000)).__next__)
        quota = Quota(self.settings, self.clients, patience)
        self.report = quota.report.counts
        quota.run(event)

    def log(self, *messages, kind="DATA_MESSAGE"):
        self.run(batch(*messages, kind=kind))

    def use(self, tokens, who="App/ann", **changes):
        self.number += 1
        record = a_record(f"r-{self.number}", tokens, who) | changes
        self.log(json.dumps(record))
        return record

    def used(self, counter):
        return Ledger(self.clients["dynamodb"], "quota").amount(counter)

    def policies(self, role="App"):
        iam = self.clients["iam"]
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        return [
            iam.get_role_policy(RoleName=role, PolicyName=n)["PolicyDocument"]["Statement"][0]
            for n in names
        ]

    def told(self):
        return [message.splitlines()[-1] for message in self.messages]


class Recorded:
    def __init__(self, client, world):
        self.unrecorded, self._world = client, world

    def __getattr__(self, name):
        def call(**parameters):
            self._world.calls.append(name)
            if fault := self._world.faults.get(name):
                raise ClientError({"Error": {"Code": fault}}, name)
            if name == "publish":
                assert len(parameters["Subject"]) <= 100
                return self._world.messages.append(parameters["Message"])
            return getattr(self.unrecorded, name)(**parameters)

        return call


def a_limit(per, most, unit="TOKENS", period="DAY", **changes):
    return {
        "id": f"{per}-{unit}-{period}",
        "per": per,
        "unit": unit,
        "most": str(most),
        "period": period,
        "only": [],
        "warn_percent": 80,
        "whole_role": False,
    } | changes


def a_record(request, tokens, who="App/ann"):
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": NOW.isoformat(),
        "accountId": ACCOUNT,
        "region": "eu-west-1",
        "requestId": request,
        "modelId": f"eu.{MODEL}",
        "identity": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{who}"},
        "input": {"inputTokenCount": tokens},
        "output": {"outputTokenCount": 0, "outputBodyJson": {}},
    }


def batch(*messages, kind="DATA_MESSAGE"):
    events = [{"id": str(n), "timestamp": 0, "message": m} for n, m in enumerate(messages)]
    data = json.dumps({"messageType": kind, "logEvents": events}).encode()
    return {"awslogs": {"data": base64.b64encode(gzip.compress(data)).decode()}}


@pytest.fixture
def world(emulated):
    yield World(emulated)
    for item in emulated["dynamodb"].scan(TableName="quota")["Items"]:
        emulated["dynamodb"].delete_item(TableName="quota", Key={n: item[n] for n, _ in KEY})
    for role in ("App", "Other", "Outside"):
        for name in emulated["iam"].list_role_policies(RoleName=role)["PolicyNames"]:
            emulated["iam"].delete_role_policy(RoleName=role, PolicyName=name)


def test_below_the_limit_nobody_is_told_or_denied(world):
    world.use(79)
    assert (world.told(), world.policies()) == ([], [])


def test_before_the_limit_the_topic_is_warned_once(world):
    for tokens in (80, 5, 5):
        world.use(tokens)
    assert world.told() == ["Nobody is denied yet."]
    assert world.messages[0].startswith("Principal arn:aws:sts::")
    assert "80 percent" in world.messages[0]


def test_at_the_limit_the_session_alone_is_denied_until_the_period_ends(world):
    world.use(100)
    midnight = (NOW + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
    (statement,) = world.policies()
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {
        "DateLessThan": {"aws:CurrentTime": midnight},
        "StringLike": {"aws:userid": "*:ann"},
    }
    assert world.told() == [f"Denied until {midnight}."]


def test_other_sessions_of_the_role_stay_as_they_are(world):
    world.use(100, "App/ann")
    world.use(99, "App/bob")
    assert [s["Condition"]["StringLike"]["aws:userid"] for s in world.policies()] == ["*:ann"]


def test_a_replayed_batch_counts_denies_and_tells_nothing_again(world):
    record = world.use(100)
    world.log(json.dumps(record), json.dumps(record))
    counter = f"PRINCIPAL-TOKENS-DAY#{record['identity']['arn']}#{TODAY}"
    assert world.used(counter) == 100
    assert (world.report["Records"], world.report["Repeated"]) == (0, 2)
    assert len(world.messages) == len(world.policies()) == 1


@pytest.mark.parametrize("step", ["get_item", "put_item", "publish"])
def test_a_run_that_died_after_counting_is_made_good_by_its_repetition(world, step, monkeypatch):
    record = a_record("r-1", 100)
    world.faults[step] = "InternalServerError"
    with pytest.raises(ClientError):
        world.log(json.dumps(record))
    world.faults.clear()
    monkeypatch.setattr(quota_settlement.Once, "_claim", lambda *_: True)  # half a minute passed
    world.log(json.dumps(record))
    assert len(world.policies()) == 1
    assert world.report["Repeated"] == 1
    assert len(world.messages) == 1


def test_the_prompt_cache_counts(world):
    usage = {"inputTokens": 1, "outputTokens": 1, "cacheReadInputTokens": 98}
    world.use(1, output={"outputTokenCount": 1, "outputBodyJson": {"usage": usage}})
    assert len(world.policies()) == 1


def test_a_body_in_the_bucket_is_read(world):
    body = json.dumps({"usage": {"cacheReadInputTokens": 99}}).encode()
    for key, content in (("plain", body), ("zipped", gzip.compress(body))):
        world.clients["s3"].put_object(Bucket="large", Key=key, Body=content)
    for number, key in enumerate(("plain", "zipped")):
        output = {"outputTokenCount": 1, "outputBodyS3Path": f"s3://large/{key}"}
        world.use(0, f"App/user{number}", output=output)
    assert len(world.policies()) == 2
    assert world.report["Problems"] == 0


@pytest.mark.parametrize(
    ("key", "content"),
    [("cut", gzip.compress(b'{"usage": 1}')[:-9]), ("half", b'{"usage"'), ("absent", None)],
)
def test_a_body_that_cannot_be_read_is_a_problem_and_the_rest_counts(world, key, content):
    if content:
        world.clients["s3"].put_object(Bucket="large", Key=key, Body=content)
    world.use(100, output={"outputTokenCount": 1, "outputBodyS3Path": f"s3://large/{key}"})
    assert world.report["BodyNotRead"] == 1
    assert len(world.policies()) == 1


def test_no_other_bucket_is_read_because_a_record_names_it(world):
    world.use(1, output={"outputTokenCount": 1, "outputBodyS3Path": "s3://prices/p.json"})
    assert (world.report["BodyNotRead"], world.calls.count("get_object")) == (1, 1)


def test_dollars_are_counted_to_the_last_digit(world):
    world.settings["limits"] = [a_limit("MODEL", "2.5", "US_DOLLARS")]
    output = {"outputTokenCount": 1, "outputBodyJson": {"usage": {"cacheReadInputTokens": 1}}}
    world.use(0, output=output)
    assert world.used(f"MODEL-US_DOLLARS-DAY#{MODEL}#{TODAY}") == Decimal("2.5")
    assert world.told()[0].startswith("Denied until")


def test_a_model_without_a_price_is_a_problem_and_not_free(world):
    world.settings["limits"] = [a_limit("PRINCIPAL", 1, "US_DOLLARS"), a_limit("PRINCIPAL", 9)]
    world.use(9, modelId="new.model-v1:0")
    assert world.report["NoPrice"] == world.report["Problems"] == 1
    assert len(world.policies()) == 1


def test_a_role_s_limit_denies_each_session_that_goes_on(world):
    world.settings["limits"] = [a_limit("ROLE", 100)]
    for who in ("App/ann", "App/bob", "App/cat"):
        world.use(60, who)
    denied = [s["Condition"]["StringLike"]["aws:userid"] for s in world.policies()]
    assert sorted(denied) == ["*:bob", "*:cat"]


def test_a_whole_role_is_denied_only_when_the_limit_says_so(world):
    world.settings["limits"] = [a_limit("ROLE", 100, whole_role=True)]
    world.use(60, "App/ann")
    world.use(60, "App/bob")
    (statement,) = world.policies()
    assert set(statement["Condition"]) == {"DateLessThan"}
    assert world.policies("Other") == []


def test_a_project_s_limit_denies_its_profiles_only(world):
    world.settings["limits"] = [a_limit("PROJECT", 100)]
    arn = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:application-inference-profile/{PROFILE}"
    world.use(200)
    world.use(50, modelId=arn)
    world.use(50, modelId=PROFILE)
    (statement,) = world.policies()
    own = f"arn:aws:bedrock:*:{ACCOUNT}:application-inference-profile/{PROFILE}"
    assert statement["Resource"] == [own]


def test_a_model_s_limit_counts_every_way_to_it_and_denies_the_model(world):
    world.settings["limits"] = [a_limit("MODEL", 100)]
    for name in (MODEL, f"eu.{MODEL}", f"global.{MODEL}", PROFILE):
        world.use(25, modelId=name)
    (statement,) = world.policies()
    assert f"arn:aws:bedrock:*::foundation-model/{MODEL}" in statement["Resource"]


def test_a_limit_for_some_counts_nobody_else(world):
    world.settings["limits"] = [a_limit("ROLE", 10, only=["Other"])]
    world.use(50, "App/ann")
    world.use(50, "Other/bob")
    assert (len(world.policies("App")), len(world.policies("Other"))) == (0, 1)


def test_a_dry_run_says_who_would_be_denied_and_denies_nobody(world):
    world.settings["deny"]["dry_run"] = True
    for _ in range(3):
        world.use(100)
    assert [text[:27] for text in world.told()] == ["Dry run: would be denied un"]
    assert "put_role_policy" not in world.calls


def test_without_denials_the_topic_is_told_once(world):
    world.settings["deny"] = None
    for _ in range(3):
        world.use(100)
    assert world.told() == ["Denials are off."]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("Outside/eve", "role Outside is none of the roles of the quota"),
        ("App/***************", "the name of the session is masked in the log"),
    ],
)
def test_who_cannot_be_denied_is_told_once_and_raises_the_alarm(world, who, why):
    world.use(100, who)
    assert (world.told(), world.report["NotDenied"]) == ([f"Not denied: {why}."], 1)
    world.use(100, who)
    assert (len(world.messages), world.report["NotDenied"]) == (1, 0)
    assert world.policies() == world.policies("Outside") == []


def test_users_and_sessions_of_other_accounts_are_counted_and_not_denied(world):
    world.use(100, identity={"arn": f"arn:aws:iam::{ACCOUNT}:user/ann"})
    world.use(100, identity={"arn": "arn:aws:sts::999999999999:assumed-role/App/ann"})
    world.use(100, identity={})
    assert [text[:11] for text in world.told()] == ["Not denied:"] * 3
    assert world.policies() == []


def test_masked_names_are_a_problem_and_still_count_for_the_role(world):
    world.settings["limits"] = [a_limit("ROLE", 100)]
    world.use(100, "App/*****")
    assert world.report["MaskedIdentity"] == 1
    assert world.used(f"ROLE-TOKENS-DAY#App#{TODAY}") == 100


@pytest.mark.parametrize("code", ["LimitExceeded", "UnmodifiableEntity", "NoSuchEntity"])
def test_a_denial_that_iam_refuses_is_told_and_tried_again_later(world, code, monkeypatch):
    world.faults["put_role_policy"] = code
    world.use(100)
    assert code in world.told()[0]
    assert world.report["NotDenied"] == 1
    world.faults.clear()
    monkeypatch.setattr(quota_settlement.Once, "_claim", lambda *_: True)
    world.use(1)
    assert len(world.policies()) == 1


def test_a_denial_that_somebody_took_away_is_not_put_back(world):
    world.use(100)
    (name,) = world.clients["iam"].list_role_policies(RoleName="App")["PolicyNames"]
    world.clients["iam"].delete_role_policy(RoleName="App", PolicyName=name)
    world.use(100)
    assert world.policies() == []


@pytest.mark.parametrize("off", [timedelta(days=-30), timedelta(hours=1), timedelta(days=400)])
def test_a_wrong_clock_is_a_problem_and_the_use_counts_now(world, off):
    record = world.use(100, timestamp=(NOW + off).isoformat())
    assert world.report["SkewedClock"] == 1
    assert world.used(f"PRINCIPAL-TOKENS-DAY#{record['identity']['arn']}#{TODAY}") == 100


def test_a_late_record_counts_in_its_own_period_and_denies_nobody_now(world):
    world.use(100, timestamp=(NOW - timedelta(days=2)).isoformat())
    assert world.told() == ["The period is over: no denial."]
    assert world.policies() == []


def test_unreadable_events_are_counted_and_the_others_settled(world):
    good = json.dumps(a_record("r-9", 100))
    world.log(good[:-30], "{", "null", good)
    assert (world.report["Unreadable"], world.report["Problems"]) == (3, 3)
    assert len(world.policies()) == 1


def test_an_unknown_schema_is_a_problem_and_still_counts(world):
    world.use(100, schemaVersion="7.0")
    assert world.report["UnknownSchema"] == 1
    assert len(world.policies()) == 1


@pytest.mark.parametrize(
    "data",
    [
        base64.b64encode(gzip.compress(b'{"messageType": "DATA_MESSAGE"')).decode(),
        batch("{}")["awslogs"]["data"][:40],
        base64.b64encode(gzip.compress(b"{}" * 400)[:-12]).decode(),
        "no base64!",
        base64.b64encode(gzip.compress(b"[]")).decode(),
        base64.b64encode(gzip.compress(b'{"messageType": "X", "logEvents": 1}')).decode(),
    ],
)
def test_a_broken_batch_fails_the_run_so_that_it_is_kept(world, data, capsys):
    with pytest.raises(BrokenBatchError):
        world.run({"awslogs": {"data": data}})
    assert json.loads(capsys.readouterr().out)["BrokenBatch"] == 1


def test_a_control_message_is_no_use(world):
    world.log("CWL CONTROL MESSAGE: Checking health", kind="CONTROL_MESSAGE")
    assert world.report["Problems"] == 0


def test_counts_are_written_as_embedded_metrics(world, capsys):
    world.use(100)
    line = json.loads(capsys.readouterr().out)
    (embedded,) = line["_aws"]["CloudWatchMetrics"]
    assert embedded["Namespace"] == "SecureBedrock/TokenQuota"
    assert embedded["Dimensions"] == [["Quota"]]
    assert {m["Name"] for m in embedded["Metrics"]} >= {"Records", "Denied"}
    assert (line["Quota"], line["Records"], line["Denied"]) == ("q", 1, 1)


def ended(world):
    """As if the periods of all denials had ended."""
    table = world.clients["dynamodb"].unrecorded
    for item in table.scan(TableName="quota")["Items"]:
        if item["pk"]["S"] == "deny":
            table.put_item(TableName="quota", Item=item | {"until": {"N": "1"}})


def test_the_sweep_takes_away_what_has_ended_and_nothing_else(world):
    own = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    world.clients["iam"].put_role_policy(RoleName="App", PolicyName="own", PolicyDocument=document)
    world.use(100, "App/ann")
    ended(world)
    world.use(100, "App/bob")
    world.run({"sweep": True})
    world.run({"sweep": True})
    names = world.clients["iam"].list_role_policies(RoleName="App")["PolicyNames"]
    assert [name.startswith(PREFIX) for name in sorted(names)] == [False, True]


def test_a_sweep_that_fails_for_one_role_goes_on_and_then_fails(world):
    world.use(100, "App/ann")
    ended(world)
    world.faults["delete_role_policy"] = "ServiceFailure"
    with pytest.raises(Exception, match="denials of App are still there"):
        world.run({"sweep": True})
    world.faults.clear()
    world.run({"sweep": True})
    assert world.policies() == []


def test_a_deleted_stack_leaves_no_denial_behind(world, monkeypatch):
    answers = []
    module = "secure_bedrock.custom_resources.assets.handlers.protocol._deliver"
    monkeypatch.setattr(module, lambda _url, body, _sleep: answers.append(json.loads(body)))
    world.use(100)
    event = {"StackId": "s", "RequestId": "r", "LogicalResourceId": "l", "ResponseURL": "u"}
    world.run(event | {"RequestType": "Create"})
    assert len(world.policies()) == 1
    world.run(event | {"RequestType": "Delete", "PhysicalResourceId": "bedrock-token-quota"})
    assert world.policies() == []
    assert [answer["Status"] for answer in answers] == ["SUCCESS"] * 2


ACTIONS = {
    "delete_item": {"dynamodb:DeleteItem"},
    "delete_role_policy": {"iam:DeleteRolePolicy"},
    "get_item": {"dynamodb:GetItem"},
    "get_object": {"s3:GetObject"},
    "publish": {"sns:Publish"},
    "put_item": {"dynamodb:PutItem"},
    "put_role_policy": {"iam:PutRolePolicy"},
    "query": {"dynamodb:Query"},
    "transact_write_items": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "update_item": {"dynamodb:UpdateItem"},
}
OF_THE_SERVICE = {"sqs:SendMessage"}
"""What AWS Lambda does with the function's role: it keeps batches that failed."""


def statements(stack, *, dry_run):
    key = kms.Key(stack, "K")
    TokenQuota(
        stack,
        "Quota",
        limits=[
            QuotaLimit(per=QuotaSubject.PRINCIPAL, period=QuotaPeriod.DAY, tokens=100),
        ],
        over_limit=DenyOverQuota(
            roles=[iam.Role(stack, "R", assumed_by=iam.AccountRootPrincipal())], dry_run=dry_run
        ),
        invocation_logs=InvocationLogs(
            log_group=logs.LogGroup(stack, "L"), large_bodies=s3.Bucket(stack, "B")
        ),
        topic=sns.Topic(stack, "T", master_key=key),
    )
    found = cdk.assertions.Template.from_stack(stack).to_json()["Resources"]
    (policy,) = [r for name, r in found.items() if "HandlerPermissions" in name]
    return policy["Properties"]["PolicyDocument"]["Statement"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_the_role_grants_exactly_what_the_handler_calls(world, env_stack, dry_run):
    granted = {
        action
        for statement in statements(env_stack, dry_run=dry_run)
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
        if action.split(":")[0] not in {"kms", "logs"}
    }
    world.use(100)
    ended(world)
    world.run({"sweep": True})
    called = set().union(*(ACTIONS[call] for call in world.calls))
    assert granted == (called | OF_THE_SERVICE) - ({"iam:PutRolePolicy"} if dry_run else set())


def test_no_statement_is_for_every_resource(env_stack):
    assert all(s["Resource"] != "*" for s in statements(env_stack, dry_run=False))


FULL = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, name="full"
)
FOUNDATION_MODEL = f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"
OTHER_MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0"
PROFILE_ARN = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:application-inference-profile/{PROFILE}"


def allowed(world, *, session="ann", action="bedrock:InvokeModel", on=FOUNDATION_MODEL, days=0):
    """Whether a session of the role may do it, with the denials that the role has."""
    denials = {"Statement": world.policies()}
    request = Request(
        principal=f"arn:aws:sts::{ACCOUNT}:assumed-role/App/{session}",
        action=action,
        resource=on,
        context={
            "aws:userid": f"AROAEXAMPLEEXAMPLE000:{session}",
            "aws:CurrentTime": (NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    )
    return evaluate(request, identity=[FULL, Policy.from_document(denials, name="d")]).allowed


def test_a_denial_is_for_one_session_for_models_and_until_the_period_ends(world):
    assert allowed(world)
    world.use(100)
    assert not allowed(world)
    assert not allowed(world, action="bedrock:InvokeModelWithResponseStream")
    assert allowed(world, session="bob")
    assert allowed(world, session="ann2")
    assert allowed(world, action="bedrock:ListFoundationModels")
    assert allowed(world, days=1)


def test_a_project_s_denial_leaves_other_ways_open(world):
    world.settings["limits"] = [a_limit("PROJECT", 10)]
    world.use(10, modelId=PROFILE_ARN)
    assert not allowed(world, on=PROFILE_ARN)
    assert allowed(world, on=FOUNDATION_MODEL)


def test_a_model_s_denial_leaves_other_models_open(world):
    world.settings["limits"] = [a_limit("MODEL", 10)]
    world.use(10)
    assert not allowed(world, on=FOUNDATION_MODEL)
    assert not allowed(world, on=FOUNDATION_MODEL.replace("eu-west-1", "eu-north-1"))
    assert allowed(world, on=OTHER_MODEL)


def test_a_whole_role_s_denial_is_for_every_session_of_it(world):
    world.settings["limits"] = [a_limit("ROLE", 10, whole_role=True)]
    world.use(10)
    assert not allowed(world, session="bob")
    assert allowed(world, session="bob", days=1)


def test_all_actions_of_the_construct_are_denied(world):
    world.settings["deny"]["actions"] = list(DENIED_ACTIONS)
    world.use(100)
    for action in ("bedrock:InvokeAgent", "bedrock:CreateModelInvocationJob"):
        assert not allowed(world, action=action, on="*")
    assert not allowed(world, action="bedrock-mantle:CreateInference", on="*")
