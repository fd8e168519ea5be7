import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import BedrockKmsKeys, KeyPurpose

RULE = "AWS::Events::Rule"


@pytest.fixture
def keys(env_stack):
    return BedrockKmsKeys(env_stack, "Keys", environment="prod")


@pytest.fixture
def topic(keys, env_stack):
    return sns.Topic(env_stack, "Topic", master_key=keys.notifications, enforce_ssl=True)


def test_every_key_gets_a_rule_whenever_it_is_asked_for(keys, topic, resources):
    _ = keys.logs
    keys.alarm_on_disable_and_deletion(topic)
    _ = keys.guardrails
    rules = resources(cdk.Stack.of(keys), RULE)
    assert {id.removeprefix("Keys")[:6] for id in rules} == {"LogsEv", "Guardr", "Notifi"}


def test_rule_matches_exactly_one_key_by_id_and_by_arn(env_stack, topic, resources):
    arn = "arn:aws:kms:eu-west-1:111122223333:key/12345678-0000-0000-0000-123456789012"
    own = BedrockKmsKeys(
        env_stack,
        "Own",
        environment="own",
        existing={KeyPurpose.GUARDRAILS: kms.Key.from_key_arn(env_stack, "K", arn)},
    )
    own.alarm_on_disable_and_deletion(topic)
    _ = own.guardrails
    (rule,) = resources(env_stack, RULE).values()
    assert rule["Properties"]["EventPattern"]["detail"]["$or"] == [
        {"resources": {"ARN": [arn]}},
        {"requestParameters": {"keyId": [arn, arn.split("/")[1]]}},
    ]


def test_rule_watches_disabling_deletion_and_policy_changes(keys, topic, resources):
    keys.alarm_on_disable_and_deletion(topic)
    (rule,) = resources(cdk.Stack.of(keys), RULE).values()
    assert set(rule["Properties"]["EventPattern"]["detail"]["eventName"]) >= {
        "DisableKey",
        "ScheduleKeyDeletion",
        "PutKeyPolicy",
    }


def test_topic_policy_lets_eventbridge_publish(keys, topic, resources):
    keys.alarm_on_disable_and_deletion(topic)
    (policy,) = resources(cdk.Stack.of(keys), "AWS::SNS::TopicPolicy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    publishers = [s for s in statements if s["Principal"] == {"Service": "events.amazonaws.com"}]
    assert [(s["Action"], "Condition" in s) for s in publishers] == [("sns:Publish", False)]


def test_key_of_another_topic_is_opened_to_eventbridge(keys, env_stack, resources):
    _ = keys.guardrails
    other = kms.Key(env_stack, "Other")
    keys.alarm_on_disable_and_deletion(sns.Topic(env_stack, "T", master_key=other))
    policies = {
        id: str(key["Properties"]["KeyPolicy"])
        for id, key in resources(env_stack, "AWS::KMS::Key").items()
    }
    assert [id[:5] for id, text in policies.items() if "events.amazonaws.com" in text] == ["Other"]


def test_two_topics_are_two_targets_of_one_rule(keys, topic, env_stack, resources):
    second = sns.Topic(env_stack, "Second", master_key=keys.notifications)
    for target in (topic, second, topic):
        keys.alarm_on_disable_and_deletion(target)
    (rule,) = resources(env_stack, RULE).values()
    assert len(rule["Properties"]["Targets"]) == 2


def test_topic_without_a_key_is_refused(keys, env_stack):
    plain = sns.Topic(env_stack, "Plain")
    with pytest.raises(ValueError, match=r"^Test/Keys: the topic Test/Plain is not encrypted"):
        keys.alarm_on_disable_and_deletion(plain)


def test_imported_topic_is_accepted(keys, env_stack, resources):
    _ = keys.guardrails
    imported = sns.Topic.from_topic_arn(
        env_stack, "Imported", "arn:aws:sns:eu-west-1:111122223333:alerts"
    )
    keys.alarm_on_disable_and_deletion(imported)
    assert len(resources(env_stack, RULE)) == 1
