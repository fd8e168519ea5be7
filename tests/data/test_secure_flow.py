import re

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from secure_bedrock.catalog.models import InferenceProfile, ProvisionedModel
from secure_bedrock.data.flow import SecureFlow
from secure_bedrock.testing import assert_secure

OWN = "arn:aws:bedrock:eu-west-1:111122223333"
DATA = {"name": "document", "type": "String"}


def prompt_node(name="Answer", model="amazon.nova-lite-v1:0", **more):
    template = {"text": {"text": "Answer {{question}}", "inputVariables": [{"name": "question"}]}}
    inline = {"modelId": model, "templateType": "TEXT", "templateConfiguration": template}
    prompt = {"sourceConfiguration": {"inline": inline}, **more}
    return {
        "name": name,
        "type": "Prompt",
        "configuration": {"prompt": prompt},
        "inputs": [{"name": "question", "type": "String", "expression": "$.data"}],
        "outputs": [{"name": "modelCompletion", "type": "String"}],
    }


def node(kind, key, **settings):
    return {"name": "Node", "type": kind, "configuration": {key: settings}}


START = {"name": "Start", "type": "Input", "outputs": [DATA]}
END = {"name": "End", "type": "Output", "inputs": [{**DATA, "expression": "$.data"}]}


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def flow(env_stack, key, guardrail):
    def of(*nodes, **changed):
        definition = {"nodes": [START, *(nodes or (prompt_node(),)), END], "connections": []}
        changed = {"definition": definition, "guardrail": guardrail} | changed
        return SecureFlow(env_stack, "Flow", encryption_key=key, **changed)

    return of


@pytest.fixture
def nodes(one):
    def of_type(kind):
        found = one("AWS::Bedrock::Flow")["Definition"]["Nodes"]
        (single,) = [each["Configuration"] for each in found if each["Type"] == kind]
        return single[kind]

    return of_type


def test_defaults(env_stack, flow, snapshot):
    flow()
    assert Template.from_stack(env_stack).to_json() == snapshot


def test_it_is_secure_in_every_profile(env_stack, flow):
    flow(
        prompt_node(model=InferenceProfile("eu.amazon.nova-lite-v1:0")),
        node("KnowledgeBase", "knowledgeBase", knowledgeBaseId="KB12345678"),
        node(
            "LambdaFunction",
            "lambdaFunction",
            lambdaArn="arn:aws:lambda:eu-west-1:111122223333:function:f",
        ),
    )
    assert_secure(env_stack, profile=["strict", "residency", "agentic"])


def test_every_node_with_a_model_carries_the_guardrail(flow, nodes):
    searching = {"knowledgeBaseId": "KB12345678", "modelId": "amazon.nova-lite-v1:0"}
    flow(prompt_node(), node("KnowledgeBase", "knowledgeBase", **searching))
    attached = {"GuardrailIdentifier": f"{OWN}:guardrail/gr1", "GuardrailVersion": "3"}
    assert nodes("Prompt")["GuardrailConfiguration"] == attached
    assert nodes("KnowledgeBase")["GuardrailConfiguration"] == attached


def test_nodes_within_loops_carry_it_too(flow, one):
    inner = {"nodes": [prompt_node("Inner")], "connections": []}
    flow(node("Loop", "loop", definition=inner))
    loop = one("AWS::Bedrock::Flow")["Definition"]["Nodes"][1]["Configuration"]["Loop"]
    (inside,) = loop["Definition"]["Nodes"]
    assert inside["Configuration"]["Prompt"]["GuardrailConfiguration"]["GuardrailVersion"] == "3"


def test_a_node_that_only_retrieves_carries_none(flow, nodes):
    flow(node("KnowledgeBase", "knowledgeBase", knowledgeBaseId="KB12345678"))
    assert "GuardrailConfiguration" not in nodes("KnowledgeBase")


def test_a_guardrail_of_the_nodes_own_stays(flow, nodes):
    own = {"guardrailIdentifier": "abcdef123456", "guardrailVersion": "7"}
    flow(prompt_node(guardrailConfiguration=own))
    assert nodes("Prompt")["GuardrailConfiguration"]["GuardrailVersion"] == "7"


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        (
            node("Agent", "agent", agentAliasArn=f"{OWN}:agent-alias/A/B"),
            ("bedrock:InvokeAgent", f"{OWN}:agent-alias/A/B"),
        ),
        (
            node("LambdaFunction", "lambdaFunction", lambdaArn="arn:aws:lambda:x"),
            ("lambda:InvokeFunction", "arn:aws:lambda:x"),
        ),
        (
            node("KnowledgeBase", "knowledgeBase", knowledgeBaseId="KB12345678"),
            ("bedrock:Retrieve", f"{OWN}:knowledge-base/KB12345678"),
        ),
    ],
)
def test_the_role_may_do_what_a_node_names(flow, env_stack, statements_of, wanted, allowed):
    flow(wanted)
    found = {str(s["Action"]): s["Resource"] for s in statements_of(env_stack)}
    action, resource = allowed
    assert found.pop(action) == resource
    assert {each for each in found if "kms:" not in each} == {"bedrock:ApplyGuardrail"}


def test_a_managed_prompt_is_read_and_its_model_invoked(flow, nodes, env_stack, statements_of):
    model = ProvisionedModel(arn=f"{OWN}:provisioned-model/abc")
    source = {"resource": {"promptArn": f"{OWN}:prompt/PR12345678:1", "model": model}}
    flow(node("Prompt", "prompt", sourceConfiguration=source))
    resource = nodes("Prompt")["SourceConfiguration"]["Resource"]
    assert resource == {"PromptArn": f"{OWN}:prompt/PR12345678:1"}
    found = [s["Resource"] for s in statements_of(env_stack)]
    assert f"{OWN}:prompt/PR12345678:1" in found
    assert model.arn in found


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            node("InlineCode", "inlineCode", code="x"),
            "node Node is of type 'InlineCode': use one of",
        ),
        (node("Storage", "storage"), "code and storage go into a Lambda function"),
        (node("Prompt", "agent"), "node Node has no configuration.prompt: add it"),
        (node("Agent", "agent", x=1), "node Node has no agentAliasArn: add it"),
        (prompt_node(model=None), "node Answer does not say which model it invokes"),
        ({"name": "1", "type": "Input"}, "node name '1' must be a letter and 1 to 50"),
    ],
)
def test_what_it_cannot_permit_is_refused(flow, wanted, message):
    with refused(f"Test/Flow: {message}") if message.startswith("node") else refused(message):
        flow(wanted)


def test_a_flow_without_nodes_is_refused(flow):
    with refused("Test/Flow: the definition has no nodes"):
        flow(definition={"nodes": []})


@pytest.fixture
def published(known_stack, guardrail_of, one):
    def of(version="3", **changed):
        stack = known_stack()
        definition = {"nodes": [START, prompt_node(**changed), END], "connections": []}
        guardrail, key = guardrail_of(version), kms.Key(stack, "Key")
        SecureFlow(stack, "F", definition=definition, guardrail=guardrail, encryption_key=key)
        return one("AWS::Bedrock::FlowVersion", stack)["Description"]

    return of


def test_a_version_is_published_if_and_only_if_the_flow_changed(published):
    assert published() == published()
    assert len({published(), published("4"), published(model="amazon.nova-pro-v1:0")}) == 3


def test_the_alias_leads_to_the_version_and_old_versions_go(flow, one, env_stack):
    flow()
    (route,) = one("AWS::Bedrock::FlowAlias")["RoutingConfiguration"]
    assert route["FlowVersion"]["Fn::GetAtt"][1] == "Version"
    (version,) = Template.from_stack(env_stack).find_resources("AWS::Bedrock::FlowVersion").values()
    assert version["DeletionPolicy"] == "RetainExceptOnCreate"
    assert "UpdateReplacePolicy" not in version
