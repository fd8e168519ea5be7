import re

import pytest
from aws_cdk import Duration
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.data.agent import AgentSession, SecureAgent
from secure_bedrock.data.agent_actions import (
    ActionGroup,
    AgentFunction,
    AgentParameter,
    SearchedKnowledgeBase,
)
from secure_bedrock.testing import assert_secure

AGENTS = "arn:aws:bedrock:eu-west-1:111122223333:agent/*"
MODEL = FoundationModel("amazon.nova-lite-v1:0")
PURPOSE = "Help customers with their orders and with nothing else."
CANCEL = AgentFunction(
    name="cancel_order",
    description="Cancels an order",
    parameters=(AgentParameter(name="order", description="The number of the order"),),
)


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def agent(env_stack, key, guardrail):
    def of(stack=env_stack, **changed):
        wanted = {"instruction": PURPOSE, "model": MODEL, "guardrail": guardrail} | changed
        wanted.setdefault("encryption_key", key)
        return SecureAgent(stack, "Agent", **wanted)

    return of


def function(stack):
    return lambda_.CfnFunction(
        stack,
        "Orders",
        code=lambda_.CfnFunction.CodeProperty(zip_file="x"),
        role="arn:aws:iam::111122223333:role/orders",
        handler="index.handler",
        runtime="python3.13",
        reserved_concurrent_executions=5,
    )


def test_defaults(env_stack, agent, snapshot):
    agent()
    assert Template.from_stack(env_stack).to_json() == snapshot


@pytest.fixture
def acting(env_stack, agent):
    orders = ActionGroup(name="orders", functions=(CANCEL,), executor=function(env_stack))
    docs = bedrock.CfnKnowledgeBase.from_knowledge_base_arn(
        env_stack, "Docs", "arn:aws:bedrock:eu-west-1:111122223333:knowledge-base/KB12345678"
    )
    searched = SearchedKnowledgeBase(knowledge_base=docs, description="Questions about products")
    agent(
        action_groups=[orders],
        knowledge_bases=[searched],
        model=InferenceProfile("eu.amazon.nova-lite-v1:0"),
    )
    return env_stack


def test_it_is_secure_in_every_profile(acting):
    assert_secure(acting, profile=["strict", "residency", "agentic"])


def test_the_guardrail_is_attached_in_its_published_version(agent, one):
    agent()
    configuration = one("AWS::Bedrock::Agent")["GuardrailConfiguration"]
    assert configuration["GuardrailVersion"] == "3"
    assert configuration["GuardrailIdentifier"].endswith(":guardrail/gr1")


def test_the_role_may_invoke_the_model_through_the_profile_only(acting, statements_of):
    invoke = [s for s in statements_of(acting) if "bedrock:InvokeModel" in s["Action"]]
    profile, behind = invoke
    assert "Condition" not in profile
    assert behind["Condition"] == {"ArnLike": {"bedrock:InferenceProfileArn": profile["Resource"]}}
    assert behind["Resource"].endswith("::foundation-model/amazon.nova-lite-v1:0")


def test_the_role_searches_the_named_knowledge_base(acting, statements_of):
    (statement,) = [s for s in statements_of(acting) if s["Action"] == "bedrock:Retrieve"]
    assert statement["Resource"].endswith("knowledge-base/KB12345678")


def test_the_key_is_used_for_agents_through_bedrock_only(agent, env_stack, statements_of):
    agent()
    (statement,) = [s for s in statements_of(env_stack) if "kms:GenerateDataKey" in s["Action"]]
    assert statement["Condition"] == {
        "StringEquals": {"kms:ViaService": "bedrock.eu-west-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:bedrock:arn": AGENTS},
    }


def test_only_agents_of_this_account_and_region_assume_the_role(agent, one):
    agent()
    (statement,) = one("AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": AGENTS},
    }


def test_the_function_trusts_this_agent_alone(acting, one):
    permission = one("AWS::Lambda::Permission", acting)
    assert permission["SourceAccount"] == "111122223333"
    assert permission["SourceArn"]["Fn::GetAtt"][1] == "AgentArn"
    assert permission["Principal"] == "bedrock.amazonaws.com"


@pytest.mark.parametrize(("confirmed", "rendered"), [(True, "ENABLED"), (False, "DISABLED")])
def test_users_confirm_unless_the_code_says_otherwise(agent, one, confirmed, rendered):
    look = AgentFunction(name="look", description="x", confirmed_by_user=confirmed)
    agent(action_groups=[ActionGroup(name="orders", functions=(look,), executor=None)])
    (group,) = one("AWS::Bedrock::Agent")["ActionGroups"]
    (shown,) = group["FunctionSchema"]["Functions"]
    assert shown["RequireConfirmation"] == rendered
    assert group["ActionGroupExecutor"] == {"CustomControl": "RETURN_CONTROL"}
    assert AgentFunction(name="look", description="x").confirmed_by_user


def test_nothing_is_remembered_unless_asked_for(agent, one):
    agent()
    assert "MemoryConfiguration" not in one("AWS::Bedrock::Agent")


def test_memory_has_an_end(agent, one):
    agent(session=AgentSession(memory_days=7, idle_timeout=Duration.minutes(2)))
    properties = one("AWS::Bedrock::Agent")
    assert properties["MemoryConfiguration"]["StorageDays"] == 7
    assert properties["IdleSessionTTLInSeconds"] == 120


@pytest.fixture
def mark(known_stack, guardrail_of, one):
    """What the alias says in a program that makes the agent like this."""

    def of(version="3", groups=(), **changed):
        stack = known_stack()
        key = kms.Key(stack, "Key")
        wanted = {"instruction": PURPOSE, "model": MODEL, "encryption_key": key} | changed
        made = [group(stack) for group in groups]
        SecureAgent(stack, "A", guardrail=guardrail_of(version), action_groups=made, **wanted)
        alias = one("AWS::Bedrock::AgentAlias", stack)
        assert "RoutingConfiguration" not in alias  # with one, it would stay on that version
        return alias["Description"]

    return of


def group_of(**changed):
    one = AgentFunction(**{"name": "cancel", "description": "x"} | changed)
    return lambda stack: ActionGroup(name="g", functions=(one,), executor=function(stack))


def test_the_alias_moves_if_and_only_if_the_agent_changed(mark):
    same = [mark(groups=[group_of()]) for _ in range(2)]
    others = [
        mark(groups=[group_of()], version="4"),
        mark(groups=[group_of(confirmed_by_user=False)]),
        mark(groups=[group_of(description="y")]),
        mark(groups=[group_of()], instruction=PURPOSE + " Be brief."),
        mark(groups=[group_of()], model=FoundationModel("amazon.nova-pro-v1:0")),
        mark(groups=[group_of()], session=AgentSession(memory_days=1)),
        mark(),
    ]
    assert same[0] == same[1]
    assert len({same[0], *others}) == 8


def test_the_name_of_the_agent_publishes_nothing(mark):
    assert mark(name="one") == mark(name="two")


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            {"instruction": "Be nice."},
            "Test/Agent: instruction has 8 characters: write at least 40",
        ),
        ({"name": "a b"}, "Test/Agent: name 'a b' must have 1 to 100 letters"),
        (
            {"action_groups": [ActionGroup(name="g", functions=(CANCEL,), executor=None)] * 2},
            "Test/Agent: action group 'g' is there twice: rename one",
        ),
    ],
)
def test_what_aws_refuses_is_refused(agent, properties, message):
    with refused(message):
        agent(**properties)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AgentSession(idle_timeout=Duration.seconds(59)), "is 59 seconds: choose 60 to"),
        (lambda: AgentSession(idle_timeout=Duration.hours(2)), "is 7200 seconds: choose 60 to"),
        (lambda: AgentSession(memory_days=0), "memory_days is 0: choose 1 to 365 days, or None"),
        (lambda: AgentFunction(name="a b", description="x"), "function name 'a b' must have"),
        (lambda: AgentFunction(name="a", description=""), "'a' has 0 characters: write 1 to 1,200"),
        (lambda: ActionGroup(name="g", functions=(), executor=None), "has no functions: name at"),
    ],
)
def test_values_say_what_is_wrong_with_them(make, message):
    with refused(message):
        make()


def test_metrics_are_those_of_the_alias(agent):
    metric = agent().metric("InvocationCount")
    assert (metric.namespace, metric.dimensions["Operation"]) == (
        "AWS/Bedrock/Agents",
        "InvokeAgent",
    )
    assert set(metric.dimensions) == {"Operation", "AgentAliasArn", "ModelId"}
