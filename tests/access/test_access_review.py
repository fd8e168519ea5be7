import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from secure_bedrock.access.access_review import AccessReview, Analyzers
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.custom_resources.assets.handlers.access_review import Review
from secure_bedrock.policy import Policy, Request, evaluate

LITE = "amazon.nova-lite-v1:0"
OWN = "arn:aws:bedrock:eu-west-1:111122223333"


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def make(env_stack, guardrail):
    key = kms.Key(env_stack, "Key")
    given = {
        "models": [InferenceProfile(f"eu.{LITE}"), InferenceProfile(f"global.{LITE}")],
        "bucket": s3.Bucket(env_stack, "Bucket", encryption_key=key),
        "topic": sns.Topic(env_stack, "Topic", master_key=key),
        "encryption_key": key,
        "guardrail": guardrail,
    }

    def review(**properties):
        return AccessReview(env_stack, "Review", **given | properties)

    return review


@pytest.fixture
def settings(env_stack, resources):
    """What the function is handed, with references written as their logical ids."""

    def read():
        (rule,) = resources(env_stack, "AWS::Events::Rule").values()
        (target,) = rule["Properties"]["Targets"]
        text = "".join(
            p if isinstance(p, str) else next(iter(p.values()))
            for p in target["Input"]["Fn::Join"][1]
        )
        return json.loads(text)

    return read


def test_two_analyzers_are_made(make, env_stack, resources):
    make()
    found = resources(env_stack, "AWS::AccessAnalyzer::Analyzer").values()
    by_type = {each["Properties"]["Type"]: each["Properties"] for each in found}
    assert set(by_type) == {"ACCOUNT", "ACCOUNT_UNUSED_ACCESS"}
    configuration = by_type["ACCOUNT_UNUSED_ACCESS"]["AnalyzerConfiguration"]
    assert configuration == {"UnusedAccessConfiguration": {"UnusedAccessAge": 90}}


def test_analyzers_that_are_there_already_are_left_out(make, env_stack, resources):
    make(analyzers=Analyzers(external=False, unused_after_days=None))
    assert resources(env_stack, "AWS::AccessAnalyzer::Analyzer") == {}


def test_it_runs_every_week(make, env_stack, resources):
    make()
    ((name, rule),) = resources(env_stack, "AWS::Events::Rule").items()
    assert rule["Properties"]["ScheduleExpression"] == "rate(7 days)"
    (permission,) = resources(env_stack, "AWS::Lambda::Permission").values()
    assert permission["Properties"]["Principal"] == "events.amazonaws.com"
    assert permission["Properties"]["SourceArn"] == {"Fn::GetAtt": [name, "Arn"]}


def test_it_runs_every_day_in_the_grammar_of_rates(make, env_stack, resources):
    make(every_days=1)
    (rule,) = resources(env_stack, "AWS::Events::Rule").values()
    assert rule["Properties"]["ScheduleExpression"] == "rate(1 day)"


def test_it_asks_about_everything_a_call_is_authorised_for(make, settings):
    make()
    models = settings()["models"]
    profile = f"{OWN}:inference-profile/eu.{LITE}"
    assert models[f"eu.{LITE}"] == [
        {"resources": [profile], "context": {}},
        {
            "resources": [f"arn:aws:bedrock:eu-west-1::foundation-model/{LITE}"],
            "context": {"bedrock:InferenceProfileArn": profile},
        },
    ]
    assert models[f"global.{LITE}"][-1]["context"]["aws:RequestedRegion"] == "unspecified"
    assert "any other foundation model" in models


def test_it_asks_with_the_version_of_the_guardrail_that_callers_use(make, settings, guardrail):
    make()
    assert settings()["guardrail"] == f"{guardrail.guardrail_arn}:3"


def test_the_function_understands_what_it_is_handed(make, settings):
    make()
    puts, messages = [], []
    empty = {"Roles": [], "Users": []}
    clients = {
        "iam": SimpleNamespace(list_roles=lambda: empty, list_users=lambda: empty),
        "s3": SimpleNamespace(put_object=lambda **given: puts.append(given)),
        "sns": SimpleNamespace(publish=lambda **given: messages.append(given)),
    }
    patience = SimpleNamespace(call=lambda operation, **given: operation(**given), left=lambda: 9)
    Review(settings(), clients, patience, datetime(2026, 11, 23, tzinfo=UTC)).run()
    assert puts[0]["Key"].startswith("access-reviews/")
    assert messages[0]["TopicArn"].startswith("Topic")


@pytest.fixture
def may(make, env_stack, resources):
    make()
    (found,) = resources(env_stack, "AWS::IAM::ManagedPolicy").values()
    text = json.dumps(found["Properties"]["PolicyDocument"])
    for kind, arn in (("Key", "arn:aws:kms:::key"), ("Bucket", "arn:aws:s3:::reports")):
        text = re.sub(rf'\{{"Fn::GetAtt": \["{kind}\w+", "Arn"\]\}}', f'"{arn}"', text)
    text = re.sub(r'\{"Ref": "Topic\w+"\}', '"arn:aws:sns:::alerts"', text)
    document = json.loads(re.sub(r'\{"Ref": "AWS::Partition"\}', '"aws"', text))
    for statement in document["Statement"]:
        statement["Resource"] = flat(statement["Resource"])
    policy = Policy.from_document(document)

    def ask(action, resource="*", **context):
        named = {key.replace("__", ":"): value for key, value in context.items()}
        request = Request(
            principal="arn:aws:iam::111122223333:role/R",
            action=action,
            resource=resource,
            context=named,
        )
        return evaluate(request, identity=[policy]).allowed

    return ask


def flat(value):
    if isinstance(value, list):
        return [flat(each) for each in value]
    if isinstance(value, dict):
        ((function, argument),) = value.items()
        return "".join(flat(argument[1])) if function == "Fn::Join" else "unknown"
    return value


def test_it_reads_permissions_and_writes_its_report_and_nothing_else(may):
    role = "arn:aws:iam::111122223333:role/App"
    assert may("iam:SimulatePrincipalPolicy", role)
    assert may("iam:ListRoles")
    assert may("s3:PutObject", "arn:aws:s3:::reports/access-reviews/2026/11/23.json")
    assert may("sns:Publish", "arn:aws:sns:::alerts")
    assert not may("s3:PutObject", "arn:aws:s3:::reports/logs/x")
    assert not may("s3:GetObject", "arn:aws:s3:::reports/access-reviews/2026/11/23.json")
    assert not may("iam:AttachRolePolicy", role)
    assert not may("bedrock:InvokeModel", f"arn:aws:bedrock:eu-west-1::foundation-model/{LITE}")


def test_it_uses_the_key_through_the_services_only(may):
    key = "arn:aws:kms:::key"
    assert may("kms:GenerateDataKey", key, kms__ViaService="s3.eu-west-1.amazonaws.com")
    assert may("kms:GenerateDataKey", key, kms__ViaService="sns.eu-west-1.amazonaws.com")
    assert not may("kms:GenerateDataKey", key)
    assert not may("kms:GenerateDataKey", key, kms__ViaService="ec2.eu-west-1.amazonaws.com")


def test_failures_raise_an_alarm(make, env_stack, resources):
    make()
    found = resources(env_stack, "AWS::CloudWatch::Alarm").values()
    watched = {(a["Properties"]["Namespace"], a["Properties"]["MetricName"]) for a in found}
    assert watched == {("AWS/Lambda", "Errors"), ("AWS/Events", "FailedInvocations")}
    ((topic, _),) = resources(env_stack, "AWS::SNS::Topic").items()
    assert all(a["Properties"]["AlarmActions"] == [{"Ref": topic}] for a in found)


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"models": []}, "Test/Review: models is empty"),
        ({"every_days": 0}, "every_days is 0: choose 1 to 90"),
        ({"every_days": 91}, "every_days is 91: choose 1 to 90"),
    ],
)
def test_bad_input_is_refused(make, properties, message):
    with refused(message):
        make(**properties)


@pytest.mark.parametrize("days", [0, 366])
def test_unused_access_has_limits(days):
    with refused(f"unused_after_days is {days}: choose 1 to 365 days"):
        Analyzers(unused_after_days=days)


def test_a_bucket_and_a_topic_without_a_key_are_refused(make, env_stack):
    with refused("the bucket has no customer managed key"):
        make(bucket=s3.Bucket(env_stack, "Plain"))
    env_stack.node.try_remove_child("Review")
    with refused("the topic has no customer managed key"):
        make(topic=sns.Topic(env_stack, "PlainTopic"))


def test_a_model_in_one_region_is_asked_about_directly(make, settings):
    make(models=[FoundationModel(LITE)], guardrail=None)
    arn = f"arn:aws:bedrock:eu-west-1::foundation-model/{LITE}"
    assert settings()["models"][LITE] == [{"resources": [arn], "context": {}}]
    assert settings()["guardrail"] == ""


def test_defaults(make, env_stack, snapshot):
    from aws_cdk.assertions import Template

    make()
    assert Template.from_stack(env_stack).to_json() == snapshot
