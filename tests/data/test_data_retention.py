import aws_cdk as cdk
import pytest

from secure_bedrock import DataResidency, DataRetention, RetentionMode, enforce_residency
from secure_bedrock.policy import Policy, Request, evaluate
from secure_bedrock.testing import assert_secure

CUSTOM = "Custom::BedrockDataRetention"
SERVICES = ("bedrock", "bedrock-mantle")


@pytest.fixture
def may_set(env_stack, resources):
    """Whether the handler's role may set a mode."""

    def decide(service, mode, **options):
        retention = DataRetention(env_stack, "Retention", **options)
        permissions = retention.handler.node.find_child("Permissions").node.default_child
        name = env_stack.get_logical_id(permissions)
        found = resources(env_stack, "AWS::IAM::ManagedPolicy")[name]["Properties"]
        statements = [
            each
            for each in found["PolicyDocument"]["Statement"]
            if "DataRetention" in str(each["Action"])
        ]
        request = Request(
            principal="arn:aws:iam::111122223333:role/Handler",
            action=f"{service}:PutAccountDataRetention",
            resource="*",
            context={f"{service}:DataRetentionMode": mode},
        )
        policy = Policy.from_document({"Version": "2012-10-17", "Statement": statements})
        return evaluate(request, identity=[policy]).allowed

    return decide


def test_defaults(env_stack, snapshot):
    DataRetention(env_stack, "Retention")
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def test_the_default_keeps_nothing(env_stack, one):
    DataRetention(env_stack, "Retention")
    found = one(CUSTOM)
    assert (found["Mode"], found["ReplaceExisting"], found["KeepOnDelete"]) == (
        "none",
        False,
        False,
    )


def test_it_is_clean_in_every_profile(env_stack):
    DataRetention(env_stack, "Retention")
    assert_secure(env_stack, profile=["strict", "residency", "agentic"], unknown="fail")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("mode", "expected"), [("none", True), ("inherit", True)])
def test_the_handler_sets_its_mode_and_takes_it_back(may_set, service, mode, expected):
    assert may_set(service, mode) is expected


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("mode", ["aws_review", "provider_data_share", "default"])
def test_the_handler_sets_no_other_mode(may_set, service, mode):
    assert not may_set(service, mode)


@pytest.mark.parametrize("service", SERVICES)
def test_to_restore_any_mode_it_may_set_any(may_set, service):
    assert may_set(service, "provider_data_share", replace_existing=True)


def test_one_per_environment(env_stack):
    DataRetention(env_stack, "Retention")
    with pytest.raises(ValueError, match=r"^Test/Second: Test/Retention already sets up data ret"):
        DataRetention(env_stack, "Second", mode=RetentionMode.DEFAULT)


def test_a_residency_elsewhere_is_refused(app, env_stack):
    enforce_residency(app, DataResidency.in_regions("us-east-1"))
    with pytest.raises(ValueError, match=r"^Test/Retention: eu-west-1 is outside"):
        DataRetention(env_stack, "Retention")
