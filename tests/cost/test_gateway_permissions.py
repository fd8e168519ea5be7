"""The gateway's function may do what it does: no more, no less."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.cost.gateway import permissions
from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"
PLACE = Place(partition="aws", region="eu-west-1", account=ACCOUNT)
GUARDRAIL = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:guardrail/abcdef123456"
PROFILE = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:inference-profile/eu.amazon.nova-lite-v1:0"
LITE = "arn:aws:bedrock:{}::foundation-model/amazon.nova-lite-v1:0"
PRO = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0"
MODELS = [InferenceProfile("eu.amazon.nova-lite-v1:0"), FoundationModel("amazon.nova-pro-v1:0")]
INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"


class Guardrail:
    guardrail_arn = GUARDRAIL
    guardrail_version = "3"


@pytest.fixture(scope="module")
def allowed():
    statements = [
        *permissions.invoking(MODELS, PLACE),
        permissions.never_without(Guardrail(), PLACE),
    ]
    document = iam.PolicyDocument(statements=statements)
    policy = Policy.from_document(cdk.Stack(cdk.App()).resolve(document))

    def ask(action, resource, **context):
        keys = {f"bedrock:{name}": value for name, value in context.items()}
        role = f"arn:aws:sts::{ACCOUNT}:assumed-role/Gateway/run"
        request = Request(principal=role, action=action, resource=resource, context=keys)
        return evaluate(request, identity=[policy]).allowed

    return ask


@pytest.mark.parametrize("action", [INVOKE, STREAM])
def test_the_models_are_invoked_with_the_guardrail(allowed, action):
    version = {"GuardrailIdentifier": f"{GUARDRAIL}:3"}
    assert allowed(action, PRO, **version)
    assert allowed(action, PROFILE, **version)
    there = LITE.format("eu-central-1")
    assert allowed(action, there, **version, InferenceProfileArn=PROFILE)


@pytest.mark.parametrize("version", [GUARDRAIL, f"{GUARDRAIL}:2", f"{GUARDRAIL}x:3"])
def test_another_version_or_draft_is_denied(allowed, version):
    assert not allowed(INVOKE, PRO, GuardrailIdentifier=version)


def test_no_guardrail_is_denied(allowed):
    assert not allowed(INVOKE, PRO)
    assert not allowed(INVOKE, LITE.format("eu-west-1"), InferenceProfileArn=PROFILE)


def test_a_model_behind_a_profile_is_invoked_through_it_only(allowed):
    assert not allowed(INVOKE, LITE.format("eu-west-1"), GuardrailIdentifier=f"{GUARDRAIL}:3")


def test_other_models_and_other_actions_are_not_allowed(allowed):
    version = {"GuardrailIdentifier": f"{GUARDRAIL}:3"}
    other = PRO.replace("nova-pro", "nova-premier")
    assert not allowed(INVOKE, other, **version)
    assert not allowed("bedrock:CreateModelInvocationJob", PRO, **version)
    assert allowed("bedrock:GetInferenceProfile", PROFILE)
