import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_kms as kms

from secure_bedrock import BedrockKmsKeys, KeyPurpose
from secure_bedrock.encryption.keys import KeyOperation

KEY = "AWS::KMS::Key"


@pytest.fixture
def keys(env_stack):
    return BedrockKmsKeys(env_stack, "Keys", environment="prod")


@pytest.fixture
def statements(resources):
    def of(stack):
        (key,) = resources(stack, KEY).values()
        return {s.get("Sid", "Default"): s for s in key["Properties"]["KeyPolicy"]["Statement"]}

    return of


def test_defaults(stack, snapshot):
    keys = BedrockKmsKeys(stack, "Keys", environment="prod")
    for purpose in KeyPurpose:
        keys.key(purpose)
    assert assertions.Template.from_stack(stack).to_json() == snapshot


def test_nothing_is_created_until_asked_for(keys, resources):
    assert resources(cdk.Stack.of(keys), KEY) == {}


def test_a_key_is_created_once(keys, resources):
    assert keys.logs is keys.key(KeyPurpose.LOGS)
    assert len(resources(cdk.Stack.of(keys), KEY)) == 1


def test_logical_ids_do_not_depend_on_the_order_of_asking(resources):
    def ids(purposes):
        stack = cdk.Stack(cdk.App(), "Test")
        keys = BedrockKmsKeys(stack, "Keys", environment="prod")
        for purpose in purposes:
            keys.key(purpose)
        return set(resources(stack, KEY))

    assert ids(list(KeyPurpose)) == ids(reversed(list(KeyPurpose)))


def test_alias_and_tags_carry_environment_and_purpose(keys, resources):
    _ = keys.guardrails
    stack = cdk.Stack.of(keys)
    (alias,) = resources(stack, "AWS::KMS::Alias").values()
    (key,) = resources(stack, KEY).values()
    assert alias["Properties"]["AliasName"] == "alias/secure-bedrock/prod/guardrails"
    assert key["Properties"]["Tags"] == [
        {"Key": "secure-bedrock:environment", "Value": "prod"},
        {"Key": "secure-bedrock:purpose", "Value": "guardrails"},
    ]


def test_keys_rotate_and_are_retained_by_default(keys, resources):
    _ = keys.guardrails
    (key,) = resources(cdk.Stack.of(keys), KEY).values()
    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["Properties"]["RotationPeriodInDays"] == 365
    assert key["Properties"]["PendingWindowInDays"] == 30
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_rotation_window_and_removal_can_be_chosen(env_stack, resources):
    keys = BedrockKmsKeys(
        env_stack,
        "Keys",
        environment="dev",
        rotation_period=cdk.Duration.days(90),
        pending_window=cdk.Duration.days(7),
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    _ = keys.logs
    (key,) = resources(env_stack, KEY).values()
    assert key["Properties"]["RotationPeriodInDays"] == 90
    assert key["Properties"]["PendingWindowInDays"] == 7
    assert key["DeletionPolicy"] == "Delete"


def test_guardrails_key_names_no_service(keys, statements):
    _ = keys.guardrails
    assert set(statements(cdk.Stack.of(keys))) == {"Default"}


def test_logs_key_names_the_regional_logs_service_and_bedrock(keys, statements):
    _ = keys.logs
    found = statements(cdk.Stack.of(keys))
    assert found["CloudWatchLogs"]["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert found["BedrockInvocationLogs"]["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert set(found) == {"Default", "CloudWatchLogs", "BedrockInvocationLogs"}


def test_trap_1_logs_key_names_groups_by_pattern_so_that_no_cycle_can_arise(keys, statements):
    _ = keys.logs
    assert statements(cdk.Stack.of(keys))["CloudWatchLogs"]["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:log-group:*"
        }
    }


def test_trap_1_eventbridge_gets_no_condition_and_the_others_do(keys, statements):
    _ = keys.notifications
    found = statements(cdk.Stack.of(keys))
    unconditional = {sid for sid, statement in found.items() if "Condition" not in statement}
    assert unconditional == {"Default", "TopicPublisherEventbridge"}
    assert {s["Principal"].get("Service") for s in found.values()} - {None} == {
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
        "budgets.amazonaws.com",
        "costalerts.amazonaws.com",
    }


def test_trap_14_knowledge_key_names_the_vector_indexing_service(keys, statements):
    _ = keys.knowledge
    statement = statements(cdk.Stack.of(keys))["S3VectorsIndexing"]
    assert statement["Principal"] == {"Service": "indexing.s3vectors.amazonaws.com"}
    assert statement["Action"] == "kms:Decrypt"
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}


def test_existing_key_is_used_as_it_is(env_stack, resources):
    own = kms.Key(env_stack, "Own")
    keys = BedrockKmsKeys(
        env_stack, "Keys", environment="prod", existing={KeyPurpose.GUARDRAILS: own}
    )
    assert keys.guardrails is own
    assert resources(env_stack, "AWS::KMS::Alias") == {}


def test_existing_key_of_the_app_is_opened_to_the_services(env_stack, statements):
    own = kms.Key(env_stack, "Own")
    keys = BedrockKmsKeys(env_stack, "Keys", environment="prod", existing={KeyPurpose.LOGS: own})
    _ = keys.logs
    assert "CloudWatchLogs" in statements(env_stack)


def test_imported_key_draws_a_warning_that_says_what_it_must_allow(env_stack):
    imported = kms.Key.from_key_arn(
        env_stack,
        "Own",
        f"arn:aws:kms:eu-west-1:111122223333:key/{'0' * 8}-0000-0000-0000-{'0' * 12}",
    )
    keys = BedrockKmsKeys(
        env_stack, "Keys", environment="prod", existing={KeyPurpose.KNOWLEDGE: imported}
    )
    _ = keys.knowledge
    found = assertions.Annotations.from_stack(env_stack).find_warning(
        "*", assertions.Match.string_like_regexp("must allow indexing.s3vectors.amazonaws.com")
    )
    assert len(found) == 1


def test_metric_counts_the_requests_of_one_key_and_operation(keys):
    metric = keys.metric_successful_requests(KeyPurpose.LOGS, KeyOperation.DECRYPT)
    assert (metric.namespace, metric.metric_name) == ("AWS/KMS", "SuccessfulRequest")
    assert metric.dimensions == {"KeyArn": keys.logs.key_arn, "Operation": "Decrypt"}


@pytest.mark.parametrize("environment", ["", "a b", "-dev", "a" * 33, "prod/eu", "prod\n"])
def test_environment_outside_the_charset_is_refused(stack, environment):
    with pytest.raises(ValueError, match=r"^Test/Keys: environment .* use 1 to 32 letters"):
        BedrockKmsKeys(stack, "Keys", environment=environment)


@pytest.mark.parametrize("environment", ["a", "A_b-1", "0", "a" * 32])
def test_environment_within_the_charset_is_accepted(stack, environment):
    assert BedrockKmsKeys(stack, "Keys", environment=environment).environment == environment


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("rotation_period", 89),
        ("rotation_period", 2561),
        ("pending_window", 6),
        ("pending_window", 31),
    ],
)
def test_days_outside_the_limits_are_refused(stack, name, days):
    with pytest.raises(ValueError, match=rf"^Test/Keys: {name} is {days} days: AWS KMS allows"):
        BedrockKmsKeys(stack, "Keys", environment="prod", **{name: cdk.Duration.days(days)})


def test_part_of_a_day_is_refused(stack):
    with pytest.raises(ValueError, match=r"pending_window is 7\.5 days"):
        BedrockKmsKeys(stack, "Keys", environment="prod", pending_window=cdk.Duration.hours(180))


def test_second_key_with_the_same_alias_is_refused(env_stack, app):
    other = cdk.Stack(app, "Other", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    _ = BedrockKmsKeys(env_stack, "Keys", environment="prod").logs
    again = BedrockKmsKeys(other, "Keys", environment="prod")
    with pytest.raises(ValueError, match=r"alias/secure-bedrock/prod/logs is already .* Test/Keys"):
        _ = again.logs


def test_same_alias_in_another_region_is_accepted(env_stack, app):
    other = cdk.Stack(app, "Other", env=cdk.Environment(account="111122223333", region="us-east-1"))
    _ = BedrockKmsKeys(env_stack, "Keys", environment="prod").logs
    assert BedrockKmsKeys(other, "Keys", environment="prod").logs


def test_same_alias_twice_in_a_stack_without_region_is_refused(stack):
    _ = BedrockKmsKeys(stack, "One", environment="prod").logs
    with pytest.raises(ValueError, match="already created"):
        _ = BedrockKmsKeys(stack, "Two", environment="prod").logs
