import re

import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from secure_bedrock.access.call_conditions import CallConditions, Duration
from secure_bedrock.access.guardrail_requirement import WithoutGuardrail
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.catalog.models import FoundationModel, ImportedModel, InferenceProfile

NOVA = FoundationModel("amazon.nova-lite-v1:0")
TITAN = FoundationModel("amazon.titan-embed-text-v2:0")
OPEN = WithoutGuardrail(reason="images of products only")
AFAR = "arn:aws:bedrock:us-east-1:111122223333"


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def access(env_stack, guardrail):
    def make(*models, id="Access", **properties):
        properties.setdefault("guardrail", guardrail)
        return ModelAccess(env_stack, id, models=models, **properties)

    return make


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ([], "Test/Access: models is empty: name at least one model"),
        ([NOVA, NOVA], "is listed twice: remove one"),
        (
            [InferenceProfile("us.amazon.nova-lite-v1:0")],
            "us.amazon.nova-lite-v1:0 cannot be called from eu-west-1, which is outside its",
        ),
        (
            [ImportedModel(arn=f"{AFAR}:imported-model/m1")],
            f"Test/Access: {AFAR}:imported-model/m1 is in us-east-1, this stack in eu-west-1",
        ),
    ],
    ids=["none", "twice", "geography", "region"],
)
def test_models_that_cannot_be_called_are_refused(access, models, message):
    with refused(message):
        access(*models)


def test_a_stack_without_region_skips_what_it_cannot_know(stack, guardrail):
    models = [InferenceProfile("us.amazon.nova-lite-v1:0")]
    assert ModelAccess(stack, "Access", models=models, guardrail=guardrail)


def test_a_guardrail_of_another_region_is_refused(access, guardrail):
    guardrail.guardrail_arn = f"{AFAR}:guardrail/gr1"
    with refused("is in us-east-1, the models are called in eu-west-1"):
        access(NOVA)


def test_a_guardrail_is_not_optional(env_stack):
    with pytest.raises(TypeError, match="guardrail"):
        ModelAccess(env_stack, "Access", models=[NOVA])


def test_going_without_a_guardrail_needs_a_reason():
    with refused("explains nothing: write at least 3 words"):
        WithoutGuardrail(reason="because")


@pytest.mark.parametrize("kind", [iam.User, iam.Group])
def test_users_and_groups_are_refused(access, env_stack, kind):
    with refused("Test/Access: Test/Person is a user or group with long-term credentials"):
        access(NOVA).grant_invoke(kind(env_stack, "Person"))


def test_a_grantee_without_policies_is_refused(access):
    with refused("has no identity policy to add statements to: grant to the role"):
        access(NOVA).grant_invoke(iam.ServicePrincipal("lambda.amazonaws.com"))


def test_invoking_embedding_models_is_another_grant(access, role):
    with refused("Test/Access: grant_invoke has no model to grant: use grant_embed"):
        access(TITAN).grant_invoke(role)
    with refused("Test/Other: grant_embed has no model to grant"):
        access(NOVA, id="Other").grant_embed(role)


def test_batch_and_asynchronous_calls_are_refused_with_a_guardrail(access, env_stack, role):
    guarded = access(NOVA)
    with refused("Test/Access: batch jobs never carry a guardrail"):
        guarded.grant_batch(role, service_role=role)
    with refused("Test/Access: asynchronous invocations never carry a guardrail"):
        guarded.grant_async_invoke(role, output=s3.Bucket(env_stack, "Output"))


def test_a_guarded_role_gets_no_unguarded_use(access, role):
    access(NOVA).grant_invoke(role)
    with refused("Test/Role is denied every invocation without the guardrail"):
        access(NOVA, id="Other", guardrail=OPEN).grant_invoke(role)


def test_an_unguarded_role_gets_no_guarded_use(access, role):
    access(NOVA, guardrail=OPEN).grant_batch(role, service_role=role)
    with refused("Test/Role is denied every invocation without the guardrail"):
        access(NOVA, id="Other").grant_invoke(role)


def test_a_batch_needs_a_foundation_model(access, role):
    imported = ImportedModel(arn="arn:aws:bedrock:eu-west-1:111122223333:imported-model/m1")
    with refused("grant_batch has no model to grant"):
        access(imported, guardrail=OPEN).grant_batch(role, service_role=role)


@pytest.mark.parametrize("values", ["red", []])
def test_a_tag_accepts_a_list_of_values(values):
    with refused("give a list of at least one value"):
        CallConditions(principal_tags={"team": values})


@pytest.mark.parametrize("within", [Duration.seconds(0), Duration.hours(37)])
def test_the_age_of_a_second_factor_has_limits(within):
    with refused("choose 1 second to 36 hours"):
        CallConditions(mfa_within=within)
