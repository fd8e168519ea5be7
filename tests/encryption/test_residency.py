import aws_cdk as cdk
import pytest
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3

from secure_bedrock import (
    GUARDRAIL_PROFILES,
    BedrockEndpoints,
    DataResidency,
    FoundationModel,
    GuardrailSet,
    GuardrailSpec,
    InferenceProfile,
    InvocationLogging,
    ModelAccess,
    ProjectProfile,
    WithoutGuardrail,
    enforce_residency,
)

EU = DataResidency.in_geography("eu")
IRELAND = DataResidency.in_regions("eu-west-1")
FREE = WithoutGuardrail(reason="residency is what is tested")
NOVA = "amazon.nova-lite-v1:0"


def american(app):
    return cdk.Stack(app, "Us", env=cdk.Environment(account="111122223333", region="us-east-1"))


def problems(app):
    """What the synth says."""
    try:
        app.synth()
    except RuntimeError as error:
        return str(error)
    return ""


def guardrail(stack, region="eu-west-1"):
    profile = f"arn:aws:bedrock:{region}:111122223333:guardrail-profile/eu.guardrail.v1:0"
    bedrock.CfnGuardrail(
        stack,
        "Theirs",
        name="theirs",
        blocked_input_messaging="no",
        blocked_outputs_messaging="no",
        cross_region_config={"guardrailProfileArn": profile},
    )


def test_models_outside_are_refused_where_they_are_named(app, env_stack):
    enforce_residency(app, EU)
    with pytest.raises(ValueError, match=r"^Test/Access: inference profile global\.amazon"):
        ModelAccess(
            env_stack, "Access", models=[InferenceProfile(f"global.{NOVA}")], guardrail=FREE
        )


def test_projects_outside_are_refused(app, env_stack):
    enforce_residency(app, IRELAND)
    with pytest.raises(ValueError, match=r"^Test/Project: inference profile eu\.amazon"):
        ProjectProfile(
            env_stack, "Project", project="search", models=[InferenceProfile(f"eu.{NOVA}")]
        )


def test_endpoints_for_models_outside_are_refused(app, env_stack):
    enforce_residency(app, EU)
    vpc = ec2.Vpc(env_stack, "Vpc", max_azs=2)
    with pytest.raises(ValueError, match=r"^Test/Endpoints: inference profile global\.amazon"):
        BedrockEndpoints(
            env_stack, "Endpoints", vpc=vpc, models=[InferenceProfile(f"global.{NOVA}")]
        )


def test_models_inside_are_accepted(app, env_stack):
    enforce_residency(app, EU)
    models = [FoundationModel(NOVA), InferenceProfile(f"eu.{NOVA}")]
    ModelAccess(env_stack, "Access", models=models, guardrail=FREE)
    assert problems(app) == ""


def test_a_guardrail_that_is_evaluated_outside_is_refused(app, env_stack):
    enforce_residency(app, IRELAND)
    spec = GuardrailSpec().on_standard_tier(GUARDRAIL_PROFILES["eu"])
    with pytest.raises(ValueError, match=r"^Test/Set/chat: guardrail profile eu\.guardrail\.v1:0"):
        GuardrailSet(env_stack, "Set", guardrails={"chat": spec})


def test_logs_outside_are_refused(app):
    enforce_residency(app, EU)
    with pytest.raises(ValueError, match=r"^Us/Logging: us-east-1 is outside the data residency"):
        InvocationLogging(american(app), "Logging")


def test_a_residency_of_one_stack_leaves_the_others_alone(app, env_stack):
    enforce_residency(env_stack, EU)
    InvocationLogging(american(app), "Logging")
    assert problems(app) == ""


def test_resources_of_other_libraries_are_found_at_synth(app, env_stack):
    enforce_residency(app, IRELAND)
    guardrail(env_stack)
    assert "Test/Theirs: guardrail profile eu.guardrail.v1:0 evaluates" in problems(app)


def test_a_guardrail_of_another_library_may_stay(app, env_stack):
    enforce_residency(app, EU)
    guardrail(env_stack)
    assert problems(app) == ""


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (f"global.{NOVA}", "runs in any Region"),
        (f"us.{NOVA}", "also runs in us-east-1"),
        (
            f"arn:aws:bedrock:eu-west-1:111122223333:inference-profile/us.{NOVA}",
            "also runs in us-east-1",
        ),
        (f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}", "us-east-1 is outside"),
    ],
)
def test_models_in_resources_of_other_libraries_are_found(app, env_stack, model, why):
    enforce_residency(app, EU)
    bedrock.CfnAgent(env_stack, "Agent", agent_name="theirs", foundation_model=model)
    assert why in problems(app)


def test_stacks_that_keep_data_outside_are_found(app):
    enforce_residency(app, EU)
    s3.Bucket(american(app), "Bucket")
    assert "Us: us-east-1 is outside the data residency eu" in problems(app)


def test_stacks_that_keep_no_data_may_be_anywhere(app):
    enforce_residency(app, EU)
    cdk.aws_sns.Topic(american(app), "Topic")
    assert problems(app) == ""


def test_a_stack_without_region_is_told_so(app, stack):
    enforce_residency(app, EU)
    s3.Bucket(stack, "Bucket")
    assert "Test: keeps data in a Region that is known at deployment only" in problems(app)


def test_the_same_residency_twice_is_one(app, env_stack):
    enforce_residency(app, EU)
    enforce_residency(env_stack, EU)
    assert problems(app) == ""


def test_two_residencies_are_refused(app, env_stack):
    enforce_residency(app, EU)
    with pytest.raises(ValueError, match="Test: the data residency is eu already, not eu-west-1"):
        enforce_residency(env_stack, IRELAND)
