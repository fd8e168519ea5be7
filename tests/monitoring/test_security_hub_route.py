import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import SecurityHubRoute
from secure_bedrock.testing import assert_secure

PRODUCT = "securityhub:eu-west-1:111122223333:product/111122223333/default"


def build(stack, topics=2):
    key = kms.Key(stack, "K", enable_key_rotation=True)
    named = [sns.Topic(stack, f"T{n}", master_key=key, enforce_ssl=True) for n in range(topics)]
    return SecurityHubRoute(stack, "Hub", topics=named, encryption_key=key)


@pytest.fixture(scope="module")
def stack_of_two(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    build(stack)
    return stack


def test_security_hub_route_defaults(env_stack, snapshot):
    build(env_stack, topics=1)
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


@pytest.mark.parametrize("profile", ["baseline", "strict", "residency", "agentic"])
def test_no_rule_finds_anything(stack_of_two, profile):
    assert_secure(stack_of_two, profile=profile)


def test_it_imports_as_the_accounts_own_product_and_no_other(stack_of_two, resources):
    (policy,) = resources(stack_of_two, "AWS::IAM::ManagedPolicy").values()
    statements = {s.get("Sid"): s for s in policy["Properties"]["PolicyDocument"]["Statement"]}
    assert statements["ImportFindings"]["Action"] == "securityhub:BatchImportFindings"
    assert PRODUCT in str(stack_of_two.resolve(statements["ImportFindings"]["Resource"]))


def test_each_topic_is_subscribed_and_may_run_the_function(stack_of_two, resources):
    subscribed = resources(stack_of_two, "AWS::SNS::Subscription").values()
    allowed = resources(stack_of_two, "AWS::Lambda::Permission").values()
    topics = [str(each["Properties"]["TopicArn"]) for each in subscribed]
    sources = [str(each["Properties"]["SourceArn"]) for each in allowed]
    assert len(set(topics)) == 2
    assert sorted(topics) == sorted(sources)


def test_what_could_not_be_handled_is_kept(stack_of_two, resources):
    (function,) = resources(stack_of_two, "AWS::Lambda::Function").values()
    assert "TargetArn" in function["Properties"]["DeadLetterConfig"]


def test_no_topic_is_refused(env_stack):
    with pytest.raises(ValueError, match=r"^Test/Hub: topics is empty: name at least one topic"):
        build(env_stack, topics=0)
