import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock import GuardrailSet
from secure_bedrock.guardrails import presets
from secure_bedrock.monitoring.alert_topic import AlertTopic
from secure_bedrock.monitoring.guardrail_watch import GuardrailWatch


@pytest.fixture
def guardrails(env_stack):
    return GuardrailSet(env_stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT})


@pytest.fixture
def topic(env_stack):
    return AlertTopic(env_stack, "Alerts", encryption_key=kms.Key(env_stack, "Key")).topic


def watch(env_stack, guardrails, topic, **options):
    return GuardrailWatch(
        env_stack, "Watch", guardrails={"chat": guardrails["chat"]}, topic=topic, **options
    )


def test_the_alarm_has_the_exact_dimensions_of_the_published_version(
    env_stack, guardrails, topic, resources
):
    watch(env_stack, guardrails, topic)
    (alarm,) = resources(env_stack, "AWS::CloudWatch::Alarm").values()
    properties = alarm["Properties"]
    assert properties["Namespace"] == "AWS/Bedrock/Guardrails"
    assert properties["MetricName"] == "InvocationsIntervened"
    names = [each["Name"] for each in properties["Dimensions"]]
    assert names == ["GuardrailArn", "GuardrailVersion"]


def test_no_interventions_are_no_alarm(env_stack, guardrails, topic, resources):
    watch(env_stack, guardrails, topic)
    (alarm,) = resources(env_stack, "AWS::CloudWatch::Alarm").values()
    assert alarm["Properties"]["TreatMissingData"] == "notBreaching"


def test_the_number_of_interventions_is_the_threshold(env_stack, guardrails, topic, resources):
    watch(env_stack, guardrails, topic, interventions=3)
    (alarm,) = resources(env_stack, "AWS::CloudWatch::Alarm").values()
    assert alarm["Properties"]["Threshold"] == 3
    assert alarm["Properties"]["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_the_rule_matches_changes_of_guardrails_only(env_stack, guardrails, topic, resources):
    watch(env_stack, guardrails, topic)
    (rule,) = resources(env_stack, "AWS::Events::Rule").values()
    pattern = rule["Properties"]["EventPattern"]
    assert pattern["detail"]["eventName"] == [
        "DeleteEnforcedGuardrailConfiguration",
        "DeleteGuardrail",
        "PutEnforcedGuardrailConfiguration",
        "UpdateGuardrail",
    ]


def test_both_publishers_may_use_topic_and_key(env_stack, guardrails, topic, resources):
    watch(env_stack, guardrails, topic)
    (policy,) = resources(env_stack, "AWS::SNS::TopicPolicy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    services = {s["Principal"]["Service"] for s in statements if "Service" in s["Principal"]}
    assert services == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    key = next(k for n, k in resources(env_stack, "AWS::KMS::Key").items() if n.startswith("Key"))
    sids = {s.get("Sid") for s in key["Properties"]["KeyPolicy"]["Statement"]}
    assert sids >= {"TopicPublisherCloudwatch", "TopicPublisherEventbridge"}


def test_no_guardrail_is_refused(env_stack, topic):
    with pytest.raises(ValueError, match=r"^Test/Watch: guardrails is empty"):
        GuardrailWatch(env_stack, "Watch", guardrails={}, topic=topic)


def test_an_alarm_without_interventions_is_refused(env_stack, guardrails, topic):
    with pytest.raises(ValueError, match=r"^Test/Watch: interventions is 0: use 1 or more"):
        watch(env_stack, guardrails, topic, interventions=0)
