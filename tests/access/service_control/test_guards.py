"""Every guard both ways: what it has to stop, and what has to go on working."""

import pytest

from secure_bedrock.access.service_control.keys import NoApiKeys
from secure_bedrock.access.service_control.models import (
    GuardrailRequired,
    NoNewModels,
    OnlyModels,
)
from secure_bedrock.access.service_control.perimeter import OnlyVpcEndpoints
from secure_bedrock.access.service_control.regions import OnlyRegions
from secure_bedrock.access.service_control.tampering import NoTampering, OnlyDataRetention

INVOKE, STREAM = "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"
BATCH, MANTLE = "bedrock:CreateModelInvocationJob", "bedrock-mantle:CreateInference"
OWN = "arn:aws:bedrock:eu-west-1:111122223333"
PROJECT = "arn:aws:bedrock-mantle:eu-west-1:111122223333:project/default"
CLAUDE, LLAMA = "anthropic.claude-x-v1:0", "meta.llama-x-v1:0"
GUARDRAIL = f"{OWN}:guardrail/gr1"
EU = f"{OWN}:inference-profile/eu.{CLAUDE}"


def model(name=CLAUDE, region="eu-west-1"):
    return f"arn:aws:bedrock:{region}::foundation-model/{name}"


CLAUDE_ONLY = [OnlyModels(models=("anthropic.claude-*",))]


@pytest.mark.parametrize("action", [INVOKE, STREAM, BATCH])
def test_only_models_stops_other_models(passes, action):
    assert not passes(CLAUDE_ONLY, action, model(LLAMA))
    assert not passes(CLAUDE_ONLY, action, model(LLAMA, "us-east-1"))
    assert not passes(CLAUDE_ONLY, action, model(LLAMA, ""))


@pytest.mark.parametrize("action", [INVOKE, STREAM, BATCH])
def test_only_models_lets_the_chosen_models_work(passes, action):
    assert passes(CLAUDE_ONLY, action, model())
    assert passes(CLAUDE_ONLY, action, model(region="eu-west-3"))


def test_trap_only_models_does_not_break_profiles_and_routers(passes):
    for kind in ("inference-profile/eu.x", "application-inference-profile/a", "prompt-router/r"):
        assert passes(CLAUDE_ONLY, INVOKE, f"{OWN}:{kind}"), kind
    assert not passes(CLAUDE_ONLY, INVOKE, model(LLAMA), profile=f"{OWN}:inference-profile/eu.x")


def test_only_models_does_not_break_following_a_batch_job(passes):
    assert passes(CLAUDE_ONLY, BATCH, f"{OWN}:model-invocation-job/j")
    assert passes(CLAUDE_ONLY, "bedrock:GetFoundationModel", model(LLAMA))


@pytest.mark.parametrize(
    "kind",
    [
        "provisioned-model/p",
        "custom-model-deployment/d",
        "imported-model/i",
        "marketplace/model-endpoint/all-access",
    ],
)
def test_trap_only_models_stops_models_that_are_not_foundation_models(passes, kind):
    assert not passes(CLAUDE_ONLY, INVOKE, f"{OWN}:{kind}")
    owned = [OnlyModels(models=("anthropic.claude-*",), owned_models=True)]
    assert passes(owned, INVOKE, f"{OWN}:{kind}")


def test_trap_only_models_covers_mantle(passes):
    assert not passes(CLAUDE_ONLY, MANTLE, PROJECT, mantle=CLAUDE)
    some = [OnlyModels(models=("anthropic.claude-*",), mantle_models=("openai.gpt-oss-*",))]
    assert passes(some, MANTLE, PROJECT, mantle="openai.gpt-oss-120b")
    assert not passes(some, MANTLE, PROJECT, mantle="qwen.qwen3")
    assert not passes(some, MANTLE, PROJECT)


NEEDED = [GuardrailRequired(guardrails=(GUARDRAIL,), except_roles=("service/Agents*",))]


@pytest.mark.parametrize(
    "arn",
    [model(), model(LLAMA, "us-east-1"), f"{OWN}:provisioned-model/p", f"{OWN}:imported-model/i"],
)
def test_guardrail_required_stops_calls_without_it(passes, arn):
    for guardrail in (None, GUARDRAIL, f"{OWN}:guardrail/other:1"):
        assert not passes(NEEDED, INVOKE, arn, guardrail=guardrail)
    assert passes(NEEDED, INVOKE, arn, guardrail=f"{GUARDRAIL}:7")


def test_guardrail_required_does_not_break_profiles_and_embeddings(passes):
    assert passes(NEEDED, INVOKE, EU)
    assert passes(NEEDED, INVOKE, model("amazon.titan-embed-text-v2:0"))
    assert passes(NEEDED, "bedrock:ApplyGuardrail", GUARDRAIL)


def test_guardrail_required_stops_batch_and_mantle(passes):
    assert not passes(NEEDED, BATCH, model())
    assert not passes(NEEDED, MANTLE, PROJECT)


def test_guardrail_required_spares_the_service_roles_named(passes):
    assert passes(NEEDED, INVOKE, model(), role="service/AgentsRole")
    assert passes(NEEDED, BATCH, model(), role="service/AgentsRole")
    assert not passes(NEEDED, INVOKE, model(), role="other/AgentsRole")


EUROPE = [OnlyRegions(regions=("eu-west-1", "eu-central-1"), geographies=("eu",))]


def test_only_regions_stops_other_regions(passes):
    for action in (INVOKE, BATCH, "bedrock:CreateGuardrail", "bedrock-agentcore:CreateGateway"):
        assert not passes(EUROPE, action, region="us-east-1")
        assert passes(EUROPE, action, region="eu-west-1")
    assert not passes(EUROPE, MANTLE, PROJECT, region="us-east-1")


def test_trap_only_regions_does_not_break_geographic_inference(passes):
    assert passes(EUROPE, INVOKE, EU, region="eu-west-1")
    assert passes(EUROPE, INVOKE, model(region="eu-north-1"), region="eu-north-1", profile=EU)
    own = f"{OWN}:application-inference-profile/a"
    assert passes(EUROPE, STREAM, model(region="eu-north-1"), region="eu-north-1", profile=own)


def test_only_regions_stops_other_geographies(passes):
    us = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.x"
    assert not passes(EUROPE, INVOKE, us, region="us-east-1")
    assert not passes(EUROPE, INVOKE, model(region="us-west-2"), region="us-west-2", profile=us)
    far = EU.replace("eu-west-1", "eu-west-3")
    assert not passes(EUROPE, INVOKE, model(region="eu-west-3"), region="eu-west-3", profile=far)


def test_trap_only_regions_stops_global_inference(passes):
    profile = f"{OWN}:inference-profile/global.{CLAUDE}"
    own = f"{OWN}:application-inference-profile/a"
    assert not passes(EUROPE, INVOKE, profile, region="eu-west-1")
    for through in (profile, own):
        assert not passes(EUROPE, INVOKE, model(region=""), region="unspecified", profile=through)


def test_trap_only_regions_does_not_break_guardrail_profiles(passes):
    def profile(geography):
        return (
            f"arn:aws:bedrock:eu-north-1:111122223333:guardrail-profile/{geography}.guardrail.v1:0"
        )

    assert passes(EUROPE, "bedrock:ApplyGuardrail", profile("eu"), region="eu-north-1")
    assert not passes(EUROPE, "bedrock:ApplyGuardrail", profile("us"), region="us-east-1")


def test_only_regions_without_geographies_keeps_models_in_the_regions(passes):
    strict = [OnlyRegions(regions=("eu-west-1",), except_roles=("Central",))]
    north = model(region="eu-north-1")
    assert not passes(strict, INVOKE, north, region="eu-north-1", profile=EU)
    assert passes(strict, INVOKE, model(), region="eu-west-1")
    assert passes(strict, INVOKE, north, region="eu-north-1", role="Central")


def test_only_regions_leaves_other_services_alone(passes):
    assert passes(EUROPE, "s3:GetObject", "arn:aws:s3:::b/k", region="us-east-1")


CREDENTIAL = "iam:CreateServiceSpecificCredential"
USER = "arn:aws:iam::111122223333:user/u"
FOR_BEDROCK = {"iam:ServiceSpecificCredentialServiceName": "bedrock.amazonaws.com"}
AGE = "iam:ServiceSpecificCredentialAgeDays"


@pytest.mark.parametrize("verb", ["Create", "Reset", "Update"])
def test_no_api_keys_stops_long_term_keys(passes, verb):
    action = f"iam:{verb}ServiceSpecificCredential"
    assert not passes([NoApiKeys()], action, USER, context=FOR_BEDROCK)
    other = {"iam:ServiceSpecificCredentialServiceName": "codecommit.amazonaws.com"}
    assert passes([NoApiKeys()], action, USER, context=other)


@pytest.mark.parametrize(("days", "made"), [("30", True), ("31", False), (None, False)])
def test_trap_no_api_keys_stops_keys_that_never_expire(passes, days, made):
    context = FOR_BEDROCK | ({AGE: days} if days else {})
    assert passes([NoApiKeys(long_term_days=30)], CREDENTIAL, USER, context=context) is made


@pytest.mark.parametrize("prefix", ["bedrock", "bedrock-mantle"])
@pytest.mark.parametrize("kind", ["SHORT_TERM", "LONG_TERM"])
def test_no_api_keys_stops_their_use_on_both_endpoints(passes, prefix, kind):
    action, token = f"{prefix}:CallWithBearerToken", {f"{prefix}:BearerTokenType": kind}
    assert not passes([NoApiKeys()], action, context=token)
    short = passes([NoApiKeys(short_term_use=True)], action, context=token)
    assert short is (kind == "SHORT_TERM")
    assert passes([NoApiKeys(short_term_use=True, long_term_days=1)], action, context=token)


def test_no_api_keys_does_not_touch_signed_calls(passes):
    assert passes([NoApiKeys()], INVOKE, model())


ENDPOINTS = [OnlyVpcEndpoints(vpc_endpoint_ids=("vpce-1",), except_roles=("service/Agents",))]
DIRECT = {"service": "false", "via": "false"}


@pytest.mark.parametrize("action", [INVOKE, STREAM, MANTLE, "bedrock:Retrieve"])
def test_only_vpc_endpoints_stops_calls_from_elsewhere(passes, action):
    assert not passes(ENDPOINTS, action, **DIRECT)
    assert not passes(ENDPOINTS, action, vpce="vpce-2", **DIRECT)
    assert passes(ENDPOINTS, action, vpce="vpce-1", **DIRECT)


def test_only_vpc_endpoints_lets_services_and_their_roles_call(passes):
    assert passes(ENDPOINTS, INVOKE, service="false", via="true")
    assert passes(ENDPOINTS, INVOKE, service="true", via="false")
    assert passes(ENDPOINTS, INVOKE, role="service/Agents", **DIRECT)
    assert passes(ENDPOINTS, "bedrock:CreateGuardrail", **DIRECT)


FIXED = [NoTampering(except_roles=("cdk-*-cfn-exec-role-*",))]


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:DeleteModelInvocationLoggingConfiguration",
        "bedrock:PutModelInvocationLoggingConfiguration",
        "bedrock:UpdateGuardrail",
        "bedrock:DeleteGuardrail",
        "bedrock:DeleteEnforcedGuardrailConfiguration",
    ],
)
def test_no_tampering_leaves_changes_to_the_deployment(passes, action):
    assert not passes(FIXED, action)
    assert passes(FIXED, action, role="cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1")


def test_no_tampering_keeps_our_keys(passes):
    key = "arn:aws:kms:eu-west-1:111122223333:key/k"
    ours = {"aws:ResourceTag/secure-bedrock:purpose": "logs"}
    for action in ("kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:UntagResource"):
        assert not passes(FIXED, action, key, context=ours)
        assert passes(FIXED, action, key)
    assert passes(FIXED, "kms:Decrypt", key, context=ours)


def test_only_data_retention_keeps_the_mode(passes):
    for prefix in ("bedrock", "bedrock-mantle"):
        action, key = f"{prefix}:PutAccountDataRetention", f"{prefix}:DataRetentionMode"
        assert passes([OnlyDataRetention()], action, context={key: "none"})
        assert not passes([OnlyDataRetention()], action, context={key: "provider_data_share"})


def test_trap_only_data_retention_lets_projects_without_a_mode_be_made(passes):
    create, key = "bedrock-mantle:CreateProject", "bedrock-mantle:DataRetentionMode"
    assert passes([OnlyDataRetention()], create, PROJECT)
    assert passes([OnlyDataRetention()], create, PROJECT, context={key: "none"})
    assert not passes([OnlyDataRetention()], create, PROJECT, context={key: "default"})


def test_no_new_models_leaves_them_to_some_roles(passes):
    guards = [NoNewModels(except_roles=("platform/ModelAdmin",))]
    for action in ("bedrock:PutFoundationModelEntitlement", "bedrock:PutUseCaseForModelAccess"):
        assert not passes(guards, action)
        assert passes(guards, action, role="platform/ModelAdmin")
    subscribe = "aws-marketplace:Subscribe"
    assert not passes(guards, subscribe, last="bedrock.amazonaws.com")
    assert passes(guards, subscribe)
    assert passes(guards, INVOKE, model())
