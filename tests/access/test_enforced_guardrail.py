import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.access.enforced_guardrail import EnforcedGuardrail, Guarding
from secure_bedrock.guardrails import presets
from secure_bedrock.guardrails.guardrail_set import GuardrailSet

TYPE = "AWS::Bedrock::EnforcedGuardrailConfiguration"


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


def test_everything_is_looked_at_on_all_models(env_stack, guardrail, snapshot):
    EnforcedGuardrail(env_stack, "Enforced", guardrail=guardrail)
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def test_choices_are_passed_on(env_stack, guardrail, resources):
    EnforcedGuardrail(
        env_stack,
        "Enforced",
        guardrail=guardrail,
        system_prompts=Guarding.SELECTIVE,
        excluded_models=["amazon.titan-embed-text-v2:0"],
    )
    (resource,) = resources(env_stack, TYPE).values()
    properties = resource["Properties"]
    assert properties["SelectiveContentGuarding"]["System"] == "SELECTIVE"
    assert properties["ModelEnforcement"]["ExcludedModels"] == ["amazon.titan-embed-text-v2:0"]


def test_the_version_follows_a_guardrail_set(env_stack, resources):
    specs = {"all": presets.INTERNAL_ASSISTANT}
    chosen = GuardrailSet(env_stack, "Guardrails", guardrails=specs)["all"]
    EnforcedGuardrail(env_stack, "Enforced", guardrail=chosen)
    (resource,) = resources(env_stack, TYPE).values()
    assert resource["Properties"]["GuardrailVersion"] == env_stack.resolve(chosen.guardrail_version)


def test_grants_hold_before_it_is_enforced(env_stack, guardrail, role, judge, resources):
    EnforcedGuardrail(env_stack, "Enforced", guardrail=guardrail).allow(role)
    assert judge(role)("bedrock:ApplyGuardrail", guardrail.guardrail_arn).allowed
    (resource,) = resources(env_stack, TYPE).values()
    assert resource["DependsOn"] == list(resources(env_stack, "AWS::IAM::Policy"))


def test_a_second_one_for_the_same_place_is_refused(env_stack, guardrail):
    EnforcedGuardrail(env_stack, "Enforced", guardrail=guardrail)
    with refused("Test/Again: Test/Enforced already enforces a guardrail in this account"):
        EnforcedGuardrail(env_stack, "Again", guardrail=guardrail)


def test_another_region_has_its_own(app, env_stack, guardrail):
    EnforcedGuardrail(env_stack, "Enforced", guardrail=guardrail)
    env = cdk.Environment(account="111122223333", region="us-east-1")
    assert EnforcedGuardrail(cdk.Stack(app, "US", env=env), "Enforced", guardrail=guardrail)


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"included_models": []}, "included_models is empty"),
        ({"included_models": ["ALL", "x.y"]}, "included_models has ALL beside others"),
        (
            {"included_models": ["x.y"], "excluded_models": ["x.y"]},
            "x.y is included and excluded: choose one",
        ),
    ],
)
def test_models_that_contradict_are_refused(env_stack, guardrail, properties, message):
    with refused(f"Test/Enforced: {message}"):
        EnforcedGuardrail(env_stack, "Enforced", guardrail=guardrail, **properties)


def test_a_draft_is_refused(env_stack, guardrail):
    guardrail.guardrail_version = "DRAFT"
    with refused("version 'DRAFT' cannot be enforced: publish a version"):
        EnforcedGuardrail(env_stack, "Enforced", guardrail=guardrail)


def test_a_region_without_enforcement_is_refused(app, guardrail):
    env = cdk.Environment(account="111122223333", region="me-central-1")
    with refused("me-central-1 has no guardrail enforcement"):
        EnforcedGuardrail(cdk.Stack(app, "ME", env=env), "Enforced", guardrail=guardrail)


def test_users_can_be_allowed_too(env_stack, guardrail, resources):
    user = iam.User(env_stack, "User")
    EnforcedGuardrail(env_stack, "Enforced", guardrail=guardrail).allow(user)
    assert len(resources(env_stack, "AWS::IAM::Policy")) == 1
