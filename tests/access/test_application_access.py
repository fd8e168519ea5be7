import re

import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock.access.application_access import ApplicationAccess
from secure_bedrock.access.applications import AgentAlias, FlowAlias, KnowledgeBase, ManagedPrompt
from secure_bedrock.access.call_conditions import CallConditions, ServiceTier
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.catalog.models import FoundationModel

OWN = "arn:aws:bedrock:eu-west-1:111122223333"
SEARCH = KnowledgeBase(arn=f"{OWN}:knowledge-base/KB12345678")
AGENT = f"{OWN}:agent-alias/AG12345678/AL12345678"
FLOW = f"{OWN}:flow/FL12345678/alias/AL12345678"
PROMPT = f"{OWN}:prompt/PR12345678:2"
VIA = {"kms:ViaService": "bedrock.eu-west-1.amazonaws.com"}
USES = [
    ("bedrock:Retrieve", SEARCH),
    ("bedrock:InvokeAgent", AgentAlias(arn=AGENT)),
    ("bedrock:InvokeFlow", FlowAlias(arn=FLOW)),
    ("bedrock:RenderPrompt", ManagedPrompt(arn=PROMPT)),
    ("bedrock:GetPrompt", ManagedPrompt(arn=PROMPT)),
]


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def granted(env_stack, role, judge):
    def grant(*resources, **properties):
        access = ApplicationAccess(env_stack, "Use", resources=resources, **properties)
        access.grant_use(role).assert_success()
        return judge(role)

    return grant


@pytest.mark.parametrize(("action", "resource"), USES)
def test_each_resource_is_used_with_its_action_only(granted, action, resource):
    ask = granted(resource)
    assert ask(action, resource.arn).allowed
    assert not ask(action, resource.arn[:-1] + "9").allowed
    assert not ask("bedrock:InvokeModel", f"{OWN}:provisioned-model/p").allowed
    assert all(
        not ask(other, resource.arn).allowed
        for other in {a for a, _ in USES} - set(resource.actions)
    )


@pytest.mark.parametrize(
    ("kind", "arn", "context"),
    [
        (AgentAlias, AGENT, {"aws:bedrock:arn": f"{OWN}:agent/AG12345678"}),
        (FlowAlias, FLOW, {"aws:bedrock-flows:arn": f"{OWN}:flow/FL12345678"}),
        (ManagedPrompt, PROMPT, {"aws:bedrock-prompts:arn": f"{OWN}:prompt/PR12345678"}),
    ],
)
def test_the_key_is_for_this_resource_through_bedrock(env_stack, granted, kind, arn, context):
    key = kms.Key(env_stack, "Key")
    ask = granted(kind(arn=arn, encryption_key=key))
    (statement,) = [s for s in ask.statements() if "kms:Decrypt" in s["Action"]]
    assert sorted(statement["Action"]) == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert statement["Condition"] == {
        "StringEquals": VIA,
        "StringLike": {f"kms:EncryptionContext:{key}": arn for key, arn in context.items()},
    }


def test_conditions_have_to_hold(granted):
    ask = granted(SEARCH, conditions=CallConditions(vpc_endpoint_ids=["vpce-1"]))
    assert ask("bedrock:Retrieve", SEARCH.arn, vpce="vpce-1").allowed
    assert not ask("bedrock:Retrieve", SEARCH.arn).allowed


@pytest.fixture
def guarded(env_stack, role, guardrail):
    model = FoundationModel("amazon.nova-lite-v1:0")
    ModelAccess(env_stack, "Models", models=[model], guardrail=guardrail).grant_invoke(role)


@pytest.mark.usefixtures("guarded")
def test_trap_an_agent_is_refused_to_a_role_that_needs_a_guardrail(granted):
    with refused("Test/Role is denied every invocation without the guardrail"):
        granted(AgentAlias(arn=AGENT))


@pytest.mark.usefixtures("guarded")
def test_searching_works_beside_a_guardrail(granted):
    assert granted(SEARCH, FlowAlias(arn=FLOW))("bedrock:Retrieve", SEARCH.arn).allowed


def test_users_are_refused(env_stack):
    access = ApplicationAccess(env_stack, "Use", resources=[SEARCH])
    with refused("is a user or group with long-term credentials"):
        access.grant_use(iam.User(env_stack, "Ann"))


@pytest.mark.parametrize(
    ("kind", "arn", "message"),
    [
        (KnowledgeBase, f"{OWN}:knowledge-base/*", "ACCOUNT:knowledge-base/ID"),
        (AgentAlias, f"{OWN}:agent/AG12345678", "ACCOUNT:agent-alias/AGENT/ALIAS"),
        (FlowAlias, f"{OWN}:flow/FL12345678", "ACCOUNT:flow/FLOW/alias/ALIAS"),
        (ManagedPrompt, "PR12345678", "ACCOUNT:prompt/ID or prompt/ID:VERSION"),
    ],
)
def test_an_arn_of_another_form_is_refused(kind, arn, message):
    with refused(message):
        kind(arn=arn)


def test_a_key_of_a_knowledge_base_is_refused(env_stack):
    with refused("searching a knowledge base needs no key of the caller's"):
        KnowledgeBase(arn=SEARCH.arn, encryption_key=kms.Key(env_stack, "Key"))


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"resources": []}, "Test/Use: resources is empty"),
        ({"resources": [SEARCH, SEARCH]}, "is listed twice: remove one"),
        (
            {
                "resources": [SEARCH],
                "conditions": CallConditions(service_tiers=[ServiceTier.FLEX]),
            },
            "service_tiers are a condition of model calls only",
        ),
    ],
)
def test_what_cannot_be_granted_is_refused(env_stack, properties, message):
    with refused(message):
        ApplicationAccess(env_stack, "Use", **properties)


def test_defaults(env_stack, granted, snapshot):
    from aws_cdk.assertions import Template

    key = kms.Key(env_stack, "Key")
    granted(
        SEARCH,
        AgentAlias(arn=AGENT, encryption_key=key),
        FlowAlias(arn=FLOW, encryption_key=key),
        ManagedPrompt(arn=PROMPT, encryption_key=key),
    )
    assert Template.from_stack(env_stack).to_json() == snapshot
