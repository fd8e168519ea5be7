"""The roles of the functions grant what the functions call: no more, no less."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    InvocationLogging,
    Quarantine,
    ResponseMode,
    SecuritySignals,
    ThreatResponse,
)
from secure_bedrock.custom_resources.assets.handlers.response_ledger import Ledger
from secure_bedrock.custom_resources.assets.handlers.signal_calls import Watch

NOW = 1_795_000_000
OWN = "arn:aws:iam::123456789012"
TRUST = '{"Version": "2012-10-17", "Statement": []}'
OF_LAMBDA = {"sqs:SendMessage"}
OF_PUTTING = {"iam:PassRole"}


@pytest.fixture(scope="module")
def template(feature_flags):
    app = cdk.App(context=feature_flags)
    environment = cdk.Environment(account="111122223333", region="us-east-1")
    stack = cdk.Stack(app, "Test", env=environment)
    key = kms.Key(stack, "Key")
    topic = sns.Topic(stack, "Topic", master_key=key)
    dry = ThreatResponse(
        stack, "Dry", topic=topic, encryption_key=key, api_keys=ResponseMode.DRY_RUN
    )
    act = Quarantine(mode=ResponseMode.ACT, within=["role/app", "user/alice"])
    given = {"logging": InvocationLogging(stack, "Logging"), "quarantine": act}
    ThreatResponse(
        stack,
        "Acting",
        topic=topic,
        encryption_key=key,
        enforced_guardrail=type("G", (), {"desired_configuration": {}}),
        **given,
    )
    SecuritySignals(stack, "Signals", topic=topic, encryption_key=key, response=dry)
    return cdk.assertions.Template.from_stack(stack).to_json()["Resources"]


def granted(template, construct):
    """What the function may do besides using keys and writing its log."""
    (policy,) = [
        each
        for name, each in template.items()
        if name.startswith(construct) and "HandlerPermissions" in name
    ]
    found = set()
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        action = statement["Action"]
        found |= {action} if isinstance(action, str) else set(action)
    return {each for each in found if each.split(":")[0] not in {"kms", "logs"}}


def ask(event, id):
    return {"action": "quarantine", "id": id, "identity": event["detail"]["userIdentity"]}


@pytest.fixture
def everything(world, bucket_for_logs):
    bucket_for_logs("ours")
    iam, bedrock = world.clients["iam"], world.clients["bedrock"]
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=TRUST)
    for user in ("alice", "BedrockAPIKey-ab12"):
        iam.create_user(UserName=user)
    made = bedrock.create_guardrail(
        name="g",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig={"wordsConfig": [{"text": "secret"}]},
    )
    bedrock.create_guardrail_version(guardrailIdentifier=made["guardrailId"])
    wanted = {"guardrailIdentifier": made["guardrailArn"], "guardrailVersion": "1"}
    world.settings |= {
        "logging": {"s3Config": {"bucketName": "ours"}},
        "guardrail": wanted,
        "api_keys": "act",
        "quarantine": {
            "hours": 1,
            "dry_run": False,
            "within": [f"{OWN}:role/app", f"{OWN}:user/alice"],
        },
    }
    world.calls.clear()
    return world


def live(world, event_of):
    for name in ("logging-deleted", "enforced-guardrail-deleted", "api-key-created"):
        world.handle(event_of(name), request=name)
    for name in ("invoke-model", "invoke-with-access-key"):
        world.handle(ask(event_of(name), name), request=name)
    world.handle({"action": "expire"}, request="clock", now=NOW + 7_200)
    return set(world.calls)


def test_a_response_that_acts(template, everything, event_of):
    called = live(everything, event_of)
    assert granted(template, "Acting") == called | OF_LAMBDA | OF_PUTTING


def test_a_response_in_a_dry_run(template, everything, event_of):
    everything.settings |= {"logging": None, "guardrail": None, "api_keys": "dry-run"}
    everything.settings["quarantine"]["dry_run"] = True
    called = live(everything, event_of)
    assert granted(template, "Dry") == called | OF_LAMBDA


def test_the_function_of_the_signals(template, calls_of_signals):
    assert granted(template, "Signals") == calls_of_signals | OF_LAMBDA


@pytest.fixture
def calls_of_signals(world, event_of):
    class Lambda:
        def invoke(self, **asked):
            assert json.loads(asked["Payload"])["action"] == "quarantine"
            world.calls.append("lambda:InvokeFunction")

    settings = world.settings | {
        "learning_days": 7,
        "at_least": {"denied-calls": 1, "many-models": 1},
        "break_glass": [],
        "signals": {"denied-calls": {"severity": "high"}, "many-models": {"severity": "high"}},
        "respond": "f",
        "respond_to": ["denied-calls"],
    }
    clients = world.clients | {"lambda": Lambda()}
    for name in ("invoke-denied", "invoke-model", "logging-looked-at"):
        ledger = Ledger(clients["dynamodb"], "ledger", name, NOW)
        Watch(settings, clients, ledger, set()).see(event_of(name))
    return set(world.calls)
