"""Every combination of action, resource, guardrail, endpoint and principal against a plain rule.

The expectation knows nothing of policies: it says which combinations a careful administrator wants.
"""

from dataclasses import dataclass
from itertools import product

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.access.call_conditions import CallConditions
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile,
    FoundationModel,
    InferenceProfile,
    ProvisionedModel,
)
from secure_bedrock.policy import Policy, Verdict

OWN = "arn:aws:bedrock:eu-west-1:111122223333"
LITE, PRO, WIDE, MICRO = (
    "amazon.lite-v1:0",
    "vendor.pro-v1",
    "vendor.wide-v1",
    "amazon.micro-v1:0",
)
EU, GLOBAL = f"{OWN}:inference-profile/eu.{PRO}", f"{OWN}:inference-profile/global.{WIDE}"
OWN_PROFILE = f"{OWN}:application-inference-profile/cost1"
PROVISIONED = f"{OWN}:provisioned-model/p1"
MODELS = [
    FoundationModel(LITE),
    InferenceProfile(f"eu.{PRO}"),
    InferenceProfile(f"global.{WIDE}"),
    ApplicationInferenceProfile(arn=OWN_PROFILE, source=FoundationModel(MICRO)),
    ProvisionedModel(arn=PROVISIONED),
]
INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
NO_GUARDRAIL_POSSIBLE = (
    "bedrock:CreateModelInvocationJob",
    "bedrock-mantle:CreateInference",
    "bedrock-mantle:CallWithBearerToken",
)
OTHERS = ("bedrock:CallWithBearerToken", "bedrock:CountTokens")
ACTIONS = (*INVOKE, *NO_GUARDRAIL_POSSIBLE, *OTHERS)
GUARDRAILS = {
    None: False,
    f"{OWN}:guardrail/gr1": False,
    f"{OWN}:guardrail/gr1:3": True,
    f"{OWN}:guardrail/gr1:14": True,
    f"{OWN}:guardrail/gr2:3": False,
    "arn:aws:bedrock:us-east-1:111122223333:guardrail/gr1:3": False,
}
ENDPOINTS = {None: False, "vpce-1": True, "vpce-2": False}
FULL_ACCESS = {"Effect": "Allow", "Action": ["bedrock:*", "bedrock-mantle:*"], "Resource": "*"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """A resource as one authorization of a call names it.

    ``part`` is what it is for this access: the call itself, what follows from it, or neither.
    """

    arn: str
    part: str = "foreign"
    profile: str | None = None
    region: str = "eu-west-1"
    model: bool = True
    counted: bool = False


def foundation(model, region="eu-west-1", **other):
    arn = f"arn:aws:bedrock:{region}::foundation-model/{model}"
    return Target(arn=arn, region=region or "unspecified", **other)


TARGETS = [
    foundation(LITE, part="call", counted=True),
    foundation(LITE, "us-east-1"),
    foundation(LITE, ""),
    Target(arn=EU, part="call", model=False),
    foundation(PRO, counted=True),
    *(foundation(PRO, r, part="after", profile=EU) for r in ("eu-west-3", "eu-north-1")),
    foundation(PRO, part="after", profile=EU, counted=True),
    foundation(PRO, "us-east-1", profile=f"{OWN}:inference-profile/us.{PRO}"),
    Target(arn=GLOBAL, part="call", model=False),
    foundation(WIDE, part="after", profile=GLOBAL, counted=True),
    foundation(WIDE, "", part="after", profile=GLOBAL),
    foundation(WIDE, "us-east-1", profile=GLOBAL),
    foundation(WIDE, "", profile=EU),
    Target(arn=OWN_PROFILE, part="call", model=False),
    foundation(MICRO, part="after", profile=OWN_PROFILE, counted=True),
    foundation(MICRO, counted=True),
    foundation(MICRO, "eu-west-3", profile=OWN_PROFILE),
    Target(arn=PROVISIONED, part="call"),
    Target(arn=f"{OWN}:provisioned-model/p2"),
    Target(arn=f"{OWN}:imported-model/i1"),
    Target(arn=f"{OWN}:custom-model-deployment/d1"),
    Target(arn=f"{OWN}:marketplace/model-endpoint/all-access"),
    Target(arn=f"{OWN}:prompt-router/r1", model=False),
    foundation("other.model-v1"),
    foundation("other.model-v1", "us-west-2"),
]


def granted(action, target, *, guarded, inside):
    """What the grant gives by itself."""
    if action == "bedrock:CountTokens":
        return target.counted
    if action not in INVOKE or target.part == "foreign" or (target.model and not guarded):
        return False
    return inside if target.part == "call" else True


def forbidden(action, target, *, guarded):
    """What stays denied although somebody else gave the role everything."""
    return action in NO_GUARDRAIL_POSSIBLE or (action in INVOKE and target.model and not guarded)


@pytest.fixture(scope="module")
def ask(feature_flags, request):
    stack = cdk.Stack(
        cdk.App(context=feature_flags),
        "Test",
        env=cdk.Environment(account="111122223333", region="eu-west-1"),
    )
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    access = ModelAccess(
        stack,
        "Access",
        models=MODELS,
        guardrail=request.getfixturevalue("fixed_guardrail"),
        conditions=CallConditions(vpc_endpoint_ids=["vpce-1"]),
    )
    access.grant_invoke(role)
    return request.getfixturevalue("judge_of")(role)


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: f"{t.arn[16:]} {(t.profile or '')[-12:]}")
@pytest.mark.parametrize("action", ACTIONS)
def test_the_grant_gives_what_a_call_needs_and_nothing_else(ask, action, target):
    for guardrail, endpoint in product(GUARDRAILS, ENDPOINTS):
        expected = granted(
            action, target, guarded=GUARDRAILS[guardrail], inside=ENDPOINTS[endpoint]
        )
        answer = asked(ask, action, target, guardrail, endpoint)
        assert answer.allowed is expected, (guardrail, endpoint, answer.reason)


@pytest.mark.parametrize("target", TARGETS, ids=lambda t: f"{t.arn[16:]} {(t.profile or '')[-12:]}")
@pytest.mark.parametrize("action", ACTIONS)
def test_the_denial_holds_against_any_other_permission(ask, action, target):
    everything = [Policy.from_document({"Statement": FULL_ACCESS})]
    for guardrail, endpoint in product(GUARDRAILS, ENDPOINTS):
        denied = forbidden(action, target, guarded=GUARDRAILS[guardrail])
        answer = asked(ask, action, target, guardrail, endpoint, more=everything)
        wanted = Verdict.DENIED if denied else Verdict.ALLOWED
        assert answer.verdict is wanted, (guardrail, endpoint, answer.reason)


def asked(ask, action, target, guardrail, endpoint, *, more=()):
    return ask(
        action,
        target.arn,
        guardrail=guardrail,
        profile=target.profile,
        region=target.region,
        vpce=endpoint,
        more=more,
    )
