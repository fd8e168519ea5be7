import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns

from secure_bedrock import GuardrailViolations, InvocationLogging
from secure_bedrock.custom_resources.assets.handlers.guardrail_violations import lines
from secure_bedrock.monitoring.insight_rules import InsightRule
from secure_bedrock.rules import Profile
from secure_bedrock.testing import assert_secure

INTERVENED = {
    "identity": {"arn": "arn:aws:sts::111122223333:assumed-role/app/session"},
    "output": {"outputBodyJson": {"stopReason": "guardrail_intervened"}},
}


def build(stack, **options):
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = sns.Topic(stack, "Alerts", master_key=key, enforce_ssl=True)
    group = logs.LogGroup(stack, "Invocations", encryption_key=key)
    given = {"log_group": group, "encryption_key": key, "topic": topic}
    return GuardrailViolations(stack, "Violations", **given | options)


@pytest.fixture(scope="module")
def violations(feature_flags):
    return build(cdk.Stack(cdk.App(context=feature_flags), "Test"))


@pytest.fixture(scope="module")
def of(violations):
    template = cdk.assertions.Template.from_stack(cdk.Stack.of(violations))

    def properties(kind):
        return [each["Properties"] for each in template.find_resources(kind).values()]

    return properties


def test_defaults(stack, snapshot):
    build(stack)
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_violations_are_kept_encrypted_for_thirteen_months(of, violations):
    stack = cdk.Stack.of(violations)
    found = cdk.assertions.Template.from_stack(stack).find_resources("AWS::Logs::LogGroup")
    log = found[stack.get_logical_id(violations.log_group.node.default_child)]
    assert log["Properties"]["RetentionInDays"] == 400
    assert "KmsKeyId" in log["Properties"]
    assert log["DeletionPolicy"] == "Retain"
    assert of("AWS::Logs::LogGroup")


def test_the_metric_filter_counts_by_fields_that_are_written(of):
    (found,) = of("AWS::Logs::MetricFilter")
    (transformation,) = found["MetricTransformations"]
    assert "DefaultValue" not in transformation
    (line,) = map(json.loads, lines(json.dumps(INTERVENED)))
    fields = [each["Value"].removeprefix("$.") for each in transformation["Dimensions"]]
    assert fields == ["guardrail", "policy"]
    assert set(fields) <= set(line)
    assert found["FilterPattern"] == f'{{ $.schema = "{line["schema"]}" }}'


def test_principals_and_policies_are_ranked_by_fields_that_are_written(of):
    (line,) = map(json.loads, lines(json.dumps(INTERVENED)))
    bodies = [each["RuleBody"]["Fn::Join"][1] for each in of("AWS::CloudWatch::InsightRule")]
    documents = [json.loads("".join(p if isinstance(p, str) else "g" for p in b)) for b in bodies]
    keys = [[key.removeprefix("$.") for key in d["Contribution"]["Keys"]] for d in documents]
    assert keys == [["principal"], ["guardrail", "policy", "category"]]
    assert {key for each in keys for key in each} <= set(line)
    assert {d["LogFormat"] for d in documents} == {"JSON"}


def test_one_principal_with_many_violations_raises_the_alarm(of):
    (alarm,) = (a for a in of("AWS::CloudWatch::Alarm") if "Metrics" in a)
    (metric,) = alarm["Metrics"]
    rules = [each["RuleName"] for each in of("AWS::CloudWatch::InsightRule")]
    assert metric["Expression"] == f'INSIGHT_RULE_METRIC("{rules[0]}", "MaxContributorValue")'
    assert alarm["Threshold"] == 10
    assert alarm["AlarmActions"]


def test_the_function_runs_for_records_in_which_a_guardrail_acted(of):
    (found,) = of("AWS::Logs::SubscriptionFilter")
    words = [word.strip('?"') for word in found["FilterPattern"].split()]
    assert words == ["INTERVENED", "guardrail_intervened", "ANONYMIZED"]
    assert any(word in json.dumps(INTERVENED) for word in words)


def test_only_this_log_group_may_run_the_function(of):
    (found,) = of("AWS::Lambda::Permission")
    assert found["Principal"] == "logs.amazonaws.com"
    assert found["SourceAccount"] == {"Ref": "AWS::AccountId"}
    groups = [part["Ref"] for part in found["SourceArn"]["Fn::Join"][1] if "Ref" in part]
    assert groups[-1].startswith("Invocations")


def test_the_function_writes_to_its_two_log_groups_and_the_queue_only(of):
    (policy,) = of("AWS::IAM::ManagedPolicy")
    actions = [
        action
        for each in policy["PolicyDocument"]["Statement"]
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
        if not action.startswith("kms:")
    ]
    assert sorted(set(actions)) == [
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "sqs:SendMessage",
    ]


def test_what_fails_is_repeated_and_then_kept_in_a_queue(of):
    (config,) = of("AWS::Lambda::EventInvokeConfig")
    assert config["MaximumRetryAttempts"] == 2
    assert "Destination" in config["DestinationConfig"]["OnFailure"]


def test_the_metric_has_the_dimensions_of_the_filter(violations):
    metric = violations.metric_violations("gr1", "ContentPolicy")
    assert (metric.namespace, metric.metric_name) == ("SecureBedrock/Guardrails", "Violations")
    assert [each.name for each in metric.to_metric_config().metric_stat.dimensions] == [
        "Guardrail",
        "Policy",
    ]


@pytest.mark.parametrize("profile", Profile)
def test_together_with_invocation_logging_every_rule_is_kept(feature_flags, profile):
    stack = cdk.Stack(cdk.App(context=feature_flags), "Test")
    logging = InvocationLogging(stack, "Logging")
    build(stack, log_group=logging.log_group, encryption_key=logging.encryption_key)
    assert_secure(stack, profile=profile)


def test_no_attempt_is_refused(stack):
    with pytest.raises(ValueError, match=r"^Test/Violations: attempts is 0: use 1 or more"):
        build(stack, attempts=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keys": []}, "keys has 0 fields: use 1 to 4"),
        ({"keys": ["$.a"] * 5}, "keys has 5 fields"),
        ({"keys": ["principal"]}, r"'principal' is no field: write \$.name.name"),
        ({"keys": ["$.a"], "value": "$"}, r"'\$' is no field"),
    ],
)
def test_a_ranking_needs_fields(stack, options, message):
    group = logs.LogGroup(stack, "Group")
    with pytest.raises(ValueError, match=f"^Test/Rule: {message}"):
        InsightRule(stack, "Rule", log_group=group, **options)
