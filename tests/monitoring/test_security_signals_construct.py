import json
import re
from types import SimpleNamespace

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match, Template

from secure_bedrock import CallSignals, SecuritySignals, Signal, ThreatResponse
from secure_bedrock.catalog.security_behaviours import BEHAVIOURS
from secure_bedrock.catalog.security_log_signals import LOG_SIGNALS
from secure_bedrock.catalog.security_signals import CHANGES
from secure_bedrock.emulator.event_patterns import matches
from secure_bedrock.testing import assert_secure

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-111122223333"


@pytest.fixture
def make(app):
    """A stack with signals, in the Region that IAM reports to."""

    def build(region="us-east-1", **properties):
        environment = cdk.Environment(account="111122223333", region=region)
        synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        stack = cdk.Stack(app, "Test", env=environment, synthesizer=synthesizer)
        key = kms.Key(stack, "Key", enable_key_rotation=True)
        topic = sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True)
        known = {name: value(stack) for name, value in properties.items() if callable(value)}
        given = {"topic": topic, "encryption_key": key} | properties | known
        return stack, SecuritySignals(stack, "Signals", **given)

    return build


def group(stack):
    return logs.LogGroup(stack, "Group", encryption_key=kms.Key(stack, "LogKey"))


def imported_key(stack):
    return [kms.Key.from_key_arn(stack, "Imported", KEY)]


def found(stack, kind):
    return Template.from_stack(stack).find_resources(kind)


def properties(stack, kind):
    return [each["Properties"] for each in found(stack, kind).values()]


def function_settings(stack):
    functions = properties(stack, "AWS::Lambda::Function")
    (one,) = [f for f in functions if f["Handler"] == "handlers.signal_calls.handler"]
    return json.dumps(one["Environment"]["Variables"]["SETTINGS"])


def test_the_defaults(make, snapshot):
    assert Template.from_stack(make()[0]).to_json() == snapshot


@pytest.mark.parametrize("profile", ["strict", "residency", "agentic"])
def test_everything_on_keeps_our_rules(make, profile):
    stack, _ = make(log_group=group, keys=imported_key)
    assert_secure(stack, profile=profile)


def test_there_is_a_rule_for_every_change_and_one_for_calls(make):
    stack, signals = make()
    assert set(signals.rules) == {each.signal for each in CHANGES}
    assert len(found(stack, "AWS::Events::Rule")) == len(CHANGES) + 1


def test_calls_that_only_read_are_delivered_too(make):
    rules = properties(make()[0], "AWS::Events::Rule")
    states = [rule["State"] for rule in rules]
    assert states.count("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") == 1
    (calls,) = [rule for rule in rules if rule["State"] != "ENABLED"]
    assert "InvokeModel" in json.dumps(calls["EventPattern"])


def test_a_message_is_text_that_bears_gaps(make):
    rules = properties(make()[0], "AWS::Events::Rule")
    templates = [
        t["InputTransformer"] for r in rules for t in r["Targets"] if "InputTransformer" in t
    ]
    assert len(templates) == len(CHANGES)
    for each in templates:
        lines = each["InputTemplate"].split("\n")
        assert all(line[0] == line[-1] == '"' and '"' not in line[1:-1] for line in lines)
        taken = set(re.findall(r"<(\w+)>", each["InputTemplate"]))
        assert taken == set(each["InputPathsMap"])


def test_keys_are_watched_by_id_and_arn(make, pytestconfig):
    stack, signals = make(keys=imported_key)
    assert Signal.KEY_CHANGED in signals.rules
    rules = properties(stack, "AWS::Events::Rule")
    (pattern,) = [r["EventPattern"] for r in rules if "DisableKey" in json.dumps(r)]
    folder = pytestconfig.rootpath / "tests/monitoring/events/cloudtrail"
    events = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    told = {name for name, event in events.items() if matches(pattern, event)}
    assert told == {"key-disabled", "key-scheduled-for-deletion"}


def test_only_eventbridge_and_alarms_may_publish(make):
    (policy,) = properties(make()[0], "AWS::SNS::TopicPolicy")
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    services = {statement["Principal"]["Service"] for statement in allowed}
    assert services == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}


def test_the_function_knows_every_behaviour(make):
    text = function_settings(make()[0])
    assert all(f'\\"{signal}\\"' in text or str(signal) in text for signal in BEHAVIOURS)
    assert len(text) < 4_000


def test_signals_can_be_left_out(make):
    stack, signals = make(without=[Signal.MANTLE_USED, Signal.LOGGING_OFF])
    assert Signal.LOGGING_OFF not in signals.rules
    assert "mantle-used" not in function_settings(stack)


def test_without_behaviours_there_is_no_function(make):
    stack, signals = make(without=list(BEHAVIOURS))
    assert found(stack, "AWS::Lambda::Function") == {}
    assert signals.alarms == []


def test_numbers_and_break_glass_roles_reach_the_function(make):
    def calls(stack):
        role = iam.Role(stack, "Break", assumed_by=iam.AccountRootPrincipal())
        return CallSignals(denied_calls=44, models=55, learning_days=66, break_glass=[role])

    stack, _ = make(calls=calls)
    text = function_settings(stack)
    assert all(number in text for number in ("44", "55", "66"))
    rules = properties(stack, "AWS::Events::Rule")
    assert any('"Break' in json.dumps(rule["EventPattern"]) for rule in rules)


def test_a_response_is_asked_and_may_be(make):
    def response(stack):
        key = kms.Key(stack, "K2")
        topic = sns.Topic(stack, "T2", master_key=key)
        return ThreatResponse(stack, "Response", topic=topic, encryption_key=key)

    stack, _ = make(response=response)
    assert "logging-scouted" in function_settings(stack)
    policies = found(stack, "AWS::IAM::ManagedPolicy")
    (own,) = [p for name, p in policies.items() if name.startswith("Signals")]
    statements = {s.get("Sid"): s for s in own["Properties"]["PolicyDocument"]["Statement"]}
    resource = statements["AskForQuarantine"]["Resource"]
    assert resource["Fn::GetAtt"][0].startswith("ResponseFunctionHandler")


def test_without_a_response_nobody_is_asked(make):
    stack, _ = make()
    assert "lambda:InvokeFunction" not in json.dumps(found(stack, "AWS::IAM::ManagedPolicy"))


def test_records_have_a_filter_each_and_an_alarm_where_it_makes_sense(make):
    stack, signals = make(log_group=group)
    filters = properties(stack, "AWS::Logs::MetricFilter")
    metrics = {f["MetricTransformations"][0]["MetricName"]: f["FilterPattern"] for f in filters}
    assert metrics == {str(each.signal): each.pattern for each in LOG_SIGNALS}
    alarms = [a for a in properties(stack, "AWS::CloudWatch::Alarm") if a["Namespace"] != "AWS/SQS"]
    assert {a["MetricName"]: a["Threshold"] for a in alarms} == {
        str(each.signal): each.at_least for each in LOG_SIGNALS if each.at_least
    }
    assert len(signals.alarms) == len(alarms) + 1


def test_an_alarm_watches_what_its_filter_counts(make):
    stack, _ = make(log_group=group)
    written = {
        (t["MetricNamespace"], t["MetricName"])
        for each in properties(stack, "AWS::Logs::MetricFilter")
        for t in each["MetricTransformations"]
    }
    alarms = [a for a in properties(stack, "AWS::CloudWatch::Alarm") if a["Namespace"] != "AWS/SQS"]
    assert all((a["Namespace"], a["MetricName"]) in written for a in alarms)
    assert not any("Dimensions" in alarm for alarm in alarms)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_what_iam_reports_elsewhere_is_said(make, region):
    stack, signals = make(region=region)
    pattern = Match.string_like_regexp("api-key-created is not told")
    warned = Annotations.from_stack(stack).find_warning("*", pattern)
    assert (Signal.API_KEY_CREATED in signals.rules) == (not warned) == (region == "us-east-1")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"calls": CallSignals(learning_days=91)}, "learning_days is 91: choose 0 to 90"),
        ({"calls": CallSignals(denied_calls=0)}, "denied_calls is 0: choose 1 to 1000"),
        ({"calls": CallSignals(models=1)}, "models is 1: choose 2 to 1000"),
        ({"without": list(Signal)}, "without names every signal"),
        (
            {"keys": lambda s: [kms.Key.from_key_arn(s, f"K{n}", KEY) for n in range(7)]},
            "7 keys: name at most 6",
        ),
        (
            {
                "calls": CallSignals(quarantine_on=[Signal.LOGGING_OFF]),
                "response": lambda _: SimpleNamespace(function_arn="arn"),
            },
            "quarantine_on has logging-off, which no function tells",
        ),
    ],
)
def test_what_is_refused(make, given, message):
    with pytest.raises(ValueError, match=r"^Test/Signals: ") as refused:
        make(**given)
    assert message in str(refused.value)
