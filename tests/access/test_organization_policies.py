import json
import re

import pytest

from secure_bedrock.access.guardrail_sharing import SharedGuardrail
from secure_bedrock.access.organization_policies import AiServicesOptOut, OrganizationGuardrails
from secure_bedrock.policy import Policy, Request, evaluate

TYPE = "AWS::Organizations::Policy"
HERE = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/gr1:3"
THERE = "arn:aws:bedrock:us-east-1:111122223333:guardrail/gr2:1"
ORGANIZATION = "o-abcdefghij"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-34cd56ef/*"


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


def test_every_region_has_its_guardrail(env_stack, resources):
    OrganizationGuardrails(
        env_stack, "Guardrails", guardrails=[HERE, THERE], target_ids=["111122223333"]
    )
    (policy,) = resources(env_stack, TYPE).values()
    assert policy["Properties"]["Type"] == "BEDROCK_POLICY"
    regions = json.loads(policy["Properties"]["Content"])["bedrock"]["guardrail_inference"]
    assert regions.keys() == {"eu-west-1", "us-east-1"}
    assert regions["us-east-1"]["config_1"] == {
        "identifier": {"@@assign": THERE},
        "selective_content_guarding": {
            "system": {"@@assign": "comprehensive"},
            "messages": {"@@assign": "comprehensive"},
        },
        "model_enforcement": {
            "included_models": {"@@assign": ["ALL"]},
            "excluded_models": {"@@assign": []},
        },
    }


@pytest.mark.parametrize(
    ("guardrails", "message"),
    [
        ([], "guardrails is empty"),
        ([HERE.removesuffix(":3")], "is no ARN of a guardrail with a published version"),
        ([HERE.replace(":3", ":DRAFT")], "is no ARN of a guardrail with a published version"),
        ([HERE, HERE.replace("gr1", "gr2")], "two guardrails are in eu-west-1"),
    ],
)
def test_guardrails_that_would_block_every_invocation_are_refused(env_stack, guardrails, message):
    with refused(message):
        OrganizationGuardrails(
            env_stack, "Guardrails", guardrails=guardrails, target_ids=["r-ab12"]
        )


def test_a_policy_over_the_limit_is_refused(env_stack):
    with refused("Test/Guardrails: the policy has 1"):
        OrganizationGuardrails(
            env_stack,
            "Guardrails",
            guardrails=[HERE],
            target_ids=["r-ab12"],
            included_models=[f"vendor.model-{n:030}" for n in range(250)],
        )


def test_a_target_that_is_none_is_refused(env_stack):
    with refused("Test/OptOut: 'root' is no target"):
        AiServicesOptOut(env_stack, "OptOut", target_ids=["root"])


def test_opting_out_covers_every_service(env_stack, resources):
    AiServicesOptOut(env_stack, "OptOut", target_ids=["r-ab12"])
    (policy,) = resources(env_stack, TYPE).values()
    assert policy["Properties"]["Type"] == "AISERVICES_OPT_OUT_POLICY"
    content = json.loads(policy["Properties"]["Content"])
    assert content == {"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}


@pytest.fixture
def shared(env_stack, guardrail, resources):
    def policy(**properties):
        SharedGuardrail(env_stack, "Shared", guardrail=guardrail, **properties)
        (resource,) = resources(env_stack, "AWS::Bedrock::ResourcePolicy").values()
        return Policy.from_document(resource["Properties"]["PolicyDocument"])

    return policy


@pytest.mark.parametrize(
    ("organization", "path", "allowed"),
    [
        (ORGANIZATION, f"{ORGANIZATION}/r-ab12/ou-ab12-34cd56ef/", True),
        (ORGANIZATION, f"{ORGANIZATION}/r-ab12/ou-ab12-99999999/", False),
        ("o-zzzzzzzzzz", "o-zzzzzzzzzz/r-ab12/ou-ab12-34cd56ef/", False),
        (None, None, False),
    ],
)
def test_a_guardrail_is_shared_inside_the_organization(
    shared, guardrail, organization, path, allowed
):
    policy = shared(organization_id=ORGANIZATION, organization_paths=[UNIT])
    context = {"aws:PrincipalOrgID": organization, "aws:PrincipalOrgPaths": [path]}
    asked = Request(
        principal="arn:aws:iam::444455556666:role/Other",
        action="bedrock:ApplyGuardrail",
        resource=guardrail.guardrail_arn,
        context=context if organization else {},
    )
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    own = [Policy.from_document(everything)]
    assert evaluate(asked, identity=own, resource_policies=[policy]).allowed is allowed


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"organization_id": "abcdefghij"}, "'abcdefghij' is no organization id: write o-..."),
        (
            {"organization_id": ORGANIZATION, "organization_paths": ["o-zzzzzzzzzz/*"]},
            "'o-zzzzzzzzzz/*' is no path of o-abcdefghij",
        ),
        (
            {"organization_id": ORGANIZATION, "organization_paths": [UNIT] * 600},
            "the resource policy has 25,",
        ),
    ],
)
def test_sharing_that_cannot_work_is_refused(shared, properties, message):
    with refused(message):
        shared(**properties)
