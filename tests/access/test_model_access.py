import aws_cdk as cdk
import pytest

from secure_bedrock.access.call_conditions import CallConditions, ServiceTier
from secure_bedrock.access.guardrail_requirement import GuardrailVersions, WithoutGuardrail
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile,
    CustomModelDeployment,
    FoundationModel,
    ImportedModel,
    InferenceProfile,
    PromptRouter,
    ProvisionedModel,
)
from secure_bedrock.policy import Policy, Verdict

NOVA = "amazon.nova-lite-v1:0"
OWN = "arn:aws:bedrock:eu-west-1:111122223333"
GUARDRAIL = f"{OWN}:guardrail/gr1"
PUBLISHED = f"{GUARDRAIL}:3"
INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
OPEN = WithoutGuardrail(reason="images of products only")
FULL_ACCESS = Policy.from_document(
    {"Statement": {"Effect": "Allow", "Action": "bedrock*:*", "Resource": "*"}}
)


def foundation(region, model=NOVA):
    return f"arn:aws:bedrock:{region}::foundation-model/{model}"


@pytest.fixture
def granted(env_stack, role, guardrail, judge):
    def grant(*models, streaming=True, **properties):
        properties.setdefault("guardrail", guardrail)
        access = ModelAccess(env_stack, "Access", models=models, **properties)
        access.grant_invoke(role, streaming=streaming).assert_success()
        return judge(role)

    return grant


def test_a_model_can_be_invoked_with_the_guardrail(granted):
    ask = granted(FoundationModel(NOVA))
    for action in (INVOKE, STREAM):
        assert ask(action, foundation("eu-west-1"), guardrail=PUBLISHED).allowed


def test_what_a_guarded_call_needs_besides_is_granted(granted):
    ask = granted(FoundationModel(NOVA))
    assert ask("bedrock:CountTokens", foundation("eu-west-1")).allowed
    assert ask("bedrock:ApplyGuardrail", GUARDRAIL).allowed
    assert ask("bedrock:GetGuardrail", GUARDRAIL).allowed


def test_nothing_else_is_granted(granted):
    ask = granted(InferenceProfile(f"eu.{NOVA}"))
    actions = {a for s in ask.statements() if s["Effect"] == "Allow" for a in listed(s["Action"])}
    assert actions == {
        INVOKE,
        STREAM,
        "bedrock:ApplyGuardrail",
        "bedrock:CountTokens",
        "bedrock:GetGuardrail",
        "bedrock:GetInferenceProfile",
    }


def listed(value):
    return value if isinstance(value, list) else [value]


def test_a_model_of_another_region_is_not_granted(granted):
    ask = granted(FoundationModel(NOVA))
    refused = ask(INVOKE, foundation("us-east-1"), guardrail=PUBLISHED)
    assert refused.verdict is Verdict.IMPLICITLY_DENIED


def test_streaming_can_be_left_out(granted):
    ask = granted(InferenceProfile(f"eu.{NOVA}"), streaming=False)
    profile = f"{OWN}:inference-profile/eu.{NOVA}"
    assert ask(INVOKE, profile, guardrail=PUBLISHED).allowed
    assert not ask(STREAM, profile, guardrail=PUBLISHED).allowed
    behind = {"guardrail": PUBLISHED, "profile": profile}
    assert not ask(STREAM, foundation("eu-west-3"), **behind).allowed


def test_trap_geographic_profile_needs_models_of_other_regions(granted):
    ask = granted(InferenceProfile(f"eu.{NOVA}"))
    profile = f"{OWN}:inference-profile/eu.{NOVA}"
    assert ask(INVOKE, profile).allowed
    assert ask("bedrock:GetInferenceProfile", profile).allowed
    for region in ("eu-west-1", "eu-north-1", "eu-south-2"):
        behind = {"guardrail": PUBLISHED, "profile": profile, "region": region}
        assert ask(INVOKE, foundation(region), **behind).allowed


def test_trap_the_model_behind_a_profile_is_not_invoked_directly(granted):
    ask = granted(InferenceProfile(f"eu.{NOVA}"))
    assert not ask(INVOKE, foundation("eu-west-1"), guardrail=PUBLISHED).allowed
    other = f"{OWN}:inference-profile/us.{NOVA}"
    assert not ask(INVOKE, foundation("us-east-1"), guardrail=PUBLISHED, profile=other).allowed


def test_trap_global_profile_is_three_resources(granted):
    ask = granted(InferenceProfile(f"global.{NOVA}"))
    profile = f"{OWN}:inference-profile/global.{NOVA}"
    call = {"guardrail": PUBLISHED, "profile": profile}
    assert ask(INVOKE, profile, guardrail=PUBLISHED).allowed
    assert ask(INVOKE, foundation("eu-west-1"), **call, region="eu-west-1").allowed
    assert ask(INVOKE, foundation(""), **call, region="unspecified").allowed


def test_trap_the_model_without_region_is_for_global_calls_only(granted):
    ask = granted(InferenceProfile(f"global.{NOVA}"))
    profile = f"{OWN}:inference-profile/global.{NOVA}"
    call = {"guardrail": PUBLISHED, "profile": profile, "region": "us-east-1"}
    assert not ask(INVOKE, foundation(""), **call).allowed
    assert not ask(INVOKE, foundation("us-east-1"), **call).allowed


def test_trap_application_profile_condition_names_the_application_profile(granted):
    arn = f"{OWN}:application-inference-profile/a1"
    ask = granted(ApplicationInferenceProfile(arn=arn, source=InferenceProfile(f"eu.{NOVA}")))
    system = f"{OWN}:inference-profile/eu.{NOVA}"
    assert ask(INVOKE, arn, guardrail=PUBLISHED).allowed
    assert ask("bedrock:GetInferenceProfile", arn).allowed
    assert ask(INVOKE, foundation("eu-west-3"), guardrail=PUBLISHED, profile=arn).allowed
    assert not ask(INVOKE, system, guardrail=PUBLISHED).allowed
    assert not ask(INVOKE, foundation("eu-west-3"), guardrail=PUBLISHED, profile=system).allowed


def test_a_router_is_invoked_with_the_models_it_chooses(granted):
    arn = f"{OWN}:default-prompt-router/nova:1"
    ask = granted(PromptRouter(arn=arn, models=(FoundationModel(NOVA),)))
    assert ask(INVOKE, arn, guardrail=PUBLISHED).allowed
    assert ask(INVOKE, foundation("eu-west-1"), guardrail=PUBLISHED, router=arn).allowed
    assert not ask(INVOKE, foundation("eu-west-1"), guardrail=PUBLISHED).allowed


@pytest.mark.parametrize(
    "model",
    [
        ProvisionedModel(arn=f"{OWN}:provisioned-model/m1"),
        ImportedModel(arn=f"{OWN}:imported-model/m1"),
        CustomModelDeployment(arn=f"{OWN}:custom-model-deployment/m1"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_trap_models_that_are_not_foundation_models_need_the_guardrail_too(granted, model):
    ask = granted(model)
    assert ask(INVOKE, model.arn, guardrail=PUBLISHED).allowed
    assert ask(INVOKE, model.arn).verdict is Verdict.DENIED


@pytest.mark.parametrize(
    ("identifier", "accepted"),
    [
        (None, False),
        (GUARDRAIL, False),
        (f"{GUARDRAIL}:1", True),
        (f"{GUARDRAIL}:12", True),
        (f"{GUARDRAIL}x:1", False),
        (f"{OWN}:guardrail/other:1", False),
        ("arn:aws:bedrock:eu-west-1:444455556666:guardrail/gr1:1", False),
    ],
)
def test_any_published_version_counts_and_the_draft_does_not(granted, identifier, accepted):
    ask = granted(FoundationModel(NOVA))
    answer = ask(INVOKE, foundation("eu-west-1"), guardrail=identifier)
    assert answer.verdict is (Verdict.ALLOWED if accepted else Verdict.DENIED)


def test_the_version_can_be_pinned(granted):
    ask = granted(FoundationModel(NOVA), guardrail_versions=GuardrailVersions.ONLY_CURRENT)
    assert ask(INVOKE, foundation("eu-west-1"), guardrail=PUBLISHED).allowed
    assert not ask(INVOKE, foundation("eu-west-1"), guardrail=f"{GUARDRAIL}:33").allowed


def test_trap_the_denial_covers_every_region_and_other_permissions(granted):
    ask = granted(FoundationModel(NOVA))
    for region in ("eu-west-1", "us-east-1", ""):
        answer = ask(INVOKE, foundation(region, "other.model"), more=[FULL_ACCESS])
        assert answer.verdict is Verdict.DENIED


def test_trap_batch_and_mantle_are_no_way_around_the_guardrail(granted):
    ask = granted(FoundationModel(NOVA))
    batch = ask("bedrock:CreateModelInvocationJob", foundation("eu-west-1"), more=[FULL_ACCESS])
    project = "arn:aws:bedrock-mantle:eu-west-1:111122223333:project/default"
    mantle = ask("bedrock-mantle:CreateInference", project, more=[FULL_ACCESS])
    assert (batch.verdict, mantle.verdict) == (Verdict.DENIED, Verdict.DENIED)


def test_without_a_guardrail_nothing_is_denied_and_the_reason_is_kept(granted, env_stack):
    ask = granted(FoundationModel(NOVA), guardrail=OPEN)
    assert ask(INVOKE, foundation("eu-west-1")).allowed
    assert {statement["Effect"] for statement in ask.statements()} == {"Allow"}
    noted = env_stack.node.find_child("Access").node.metadata
    assert [entry.data for entry in noted] == ["images of products only"]


@pytest.mark.parametrize(
    ("conditions", "call"),
    [
        (CallConditions(vpc_endpoint_ids=["vpce-1"]), {"vpce": "vpce-1"}),
        (CallConditions(principal_tags={"team": ["red", "blue"]}), {"team": "blue"}),
        (CallConditions(service_tiers=[ServiceTier.FLEX]), {"tier": "flex"}),
        (
            CallConditions(mfa_within=cdk.Duration.hours(1)),
            {"mfa": "true", "mfa_age": "3600"},
        ),
    ],
    ids=["endpoint", "tags", "tier", "mfa"],
)
def test_conditions_have_to_hold(granted, conditions, call):
    ask = granted(InferenceProfile(f"eu.{NOVA}"), conditions=conditions)
    profile = f"{OWN}:inference-profile/eu.{NOVA}"
    assert ask(INVOKE, profile, **call).allowed
    assert ask(INVOKE, profile).verdict is Verdict.IMPLICITLY_DENIED
    wrong = dict.fromkeys(call, "99999")
    assert ask(INVOKE, profile, **wrong).verdict is Verdict.IMPLICITLY_DENIED


def test_the_default_tier_is_also_the_tier_of_calls_that_name_none(granted):
    tiers = CallConditions(service_tiers=[ServiceTier.DEFAULT, ServiceTier.FLEX])
    ask = granted(FoundationModel(NOVA), conditions=tiers)
    model = foundation("eu-west-1")
    assert ask(INVOKE, model, guardrail=PUBLISHED).allowed
    assert ask(INVOKE, model, guardrail=PUBLISHED, tier="flex").allowed
    assert not ask(INVOKE, model, guardrail=PUBLISHED, tier="priority").allowed
