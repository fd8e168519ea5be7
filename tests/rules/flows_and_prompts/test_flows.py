import json

import pytest

NODES = "Properties.Definition.Nodes"
INLINE = "Properties.Policies[0].PolicyDocument.Statement[0]"
GUARDED = {"GuardrailConfiguration": {"GuardrailIdentifier": "abc123", "GuardrailVersion": "1"}}
PROMPT = {"SourceConfiguration": {"Resource": {"PromptArn": "arn"}}}
ENFORCED = {"Type": "AWS::Bedrock::EnforcedGuardrailConfiguration", "Properties": {}}


def flow(**properties):
    return {"Type": "AWS::Bedrock::Flow", "Properties": {"Name": "f"} | properties}


def node(kind, **settings):
    return {"Name": "n", "Type": kind, "Configuration": {kind: settings}}


def defined(*nodes):
    return flow(Definition={"Nodes": list(nodes)})


def at(kind, index=0):
    path = f"{NODES}[{index}].Configuration.{kind}"
    return f"{path}.GuardrailConfiguration.GuardrailIdentifier"


@pytest.mark.parametrize("key", ["arn:aws:kms:eu-west-1:111122223333:key/k", {"Ref": "Key"}])
def test_a_flow_with_a_key_passes(judge, key):
    resources = {"F": flow(CustomerEncryptionKeyArn=key), "Key": {"Type": "AWS::KMS::Key"}}
    assert judge("FLW01", resources) == []


@pytest.mark.parametrize("subject", [flow(), flow(CustomerEncryptionKeyArn="alias/aws/bedrock")])
def test_a_flow_without_a_key_of_the_customer_fails(judge, subject):
    assert judge("FLW01", subject) == ["fail Properties.CustomerEncryptionKeyArn"]


def test_the_key_of_a_flow_known_only_at_deployment_is_unknown(judge):
    subject = flow(CustomerEncryptionKeyArn={"Ref": "KeyArn"})
    assert judge("FLW01", subject) == ["unknown Properties.CustomerEncryptionKeyArn"]


def test_a_flow_without_a_key_can_be_acknowledged(judge, accepting):
    assert judge("FLW01", accepting(flow(), "FLW01")) == []


@pytest.mark.parametrize(
    "member", [node("Prompt", **PROMPT), node("KnowledgeBase", KnowledgeBaseId="k", ModelId="m")]
)
def test_a_node_without_a_guardrail_fails(judge, member):
    assert judge("FLW02", defined(node("Input"), member)) == [f"fail {at(member['Type'], 1)}"]


@pytest.mark.parametrize(
    "member",
    [
        node("Prompt", **PROMPT, **GUARDED),
        node("KnowledgeBase", ModelId="m", **GUARDED),
        node("KnowledgeBase", KnowledgeBaseId="k"),
        node("LambdaFunction", LambdaArn="arn"),
    ],
)
def test_other_nodes_pass(judge, member):
    assert judge("FLW02", defined(member)) == []


def test_nodes_within_loops_count(judge):
    loop = node("Loop", Definition={"Nodes": [node("Prompt", **PROMPT)]})
    (line,) = judge("FLW02", defined(loop))
    assert line.startswith(f"fail {NODES}[0].Configuration.Loop.Definition.Nodes[0].")


@pytest.mark.parametrize("names", [str, lambda name: name[0].lower() + name[1:]])
def test_a_definition_in_a_string_is_read(judge, names):
    prompt = {names("Configuration"): {names("Prompt"): {names("SourceConfiguration"): {"a": 1}}}}
    definition = {names("Nodes"): [{names("Type"): "Prompt"} | prompt]}
    (line,) = judge("FLW02", flow(DefinitionString=json.dumps(definition)))
    assert line.startswith("fail Properties.DefinitionString.")


def test_a_guardrail_in_a_string_passes(judge):
    settings = {"guardrailConfiguration": {"guardrailIdentifier": "abc123"}}
    definition = {"nodes": [{"type": "Prompt", "configuration": {"prompt": settings}}]}
    assert judge("FLW02", flow(DefinitionString=json.dumps(definition))) == []


def test_an_enforced_guardrail_passes(judge):
    assert judge("FLW02", {"F": defined(node("Prompt", **PROMPT)), "E": ENFORCED}) == []


@pytest.mark.parametrize(
    ("subject", "location"),
    [
        (flow(DefinitionS3Location={"Bucket": "b"}), "Properties.DefinitionS3Location"),
        (flow(DefinitionString={"Ref": "Text"}), "Properties.DefinitionString.Nodes"),
        (defined({"Ref": "Node"}), f"{NODES}[0]"),
        (
            defined(node("Prompt", GuardrailConfiguration={"GuardrailIdentifier": {"Ref": "Id"}})),
            at("Prompt"),
        ),
    ],
)
def test_what_cannot_be_seen_is_unknown(judge, subject, location):
    assert judge("FLW02", subject) == [f"unknown {location}"]


def test_a_node_without_a_guardrail_can_be_acknowledged(judge, accepting):
    assert judge("FLW02", accepting(defined(node("Prompt", **PROMPT)), "FLW02")) == []


RUNNING = flow(ExecutionRoleArn={"Fn::GetAtt": ["R", "Arn"]})


@pytest.mark.parametrize("action", ["*", "s3:*"])
def test_a_whole_service_fails(judge, allowing, action):
    subject = {"F": RUNNING, "R": allowing(action, "arn:aws:s3:::b/*")}
    assert judge("FLW03", subject) == [f"fail {INLINE}.Action"]


@pytest.mark.parametrize("action", ["lambda:InvokeFunction", "s3:GetObject"])
def test_every_resource_fails(judge, allowing, action):
    assert judge("FLW03", {"F": RUNNING, "R": allowing(action)}) == [f"fail {INLINE}.Resource"]


def test_named_actions_and_resources_pass(judge, allowing):
    subject = {
        "F": RUNNING,
        "R": allowing("lambda:InvokeFunction", "arn:aws:lambda:*:*:function:f"),
    }
    assert judge("FLW03", subject) == []


def test_inline_code_fails(judge):
    assert judge("FLW03", defined(node("Input"), node("InlineCode", Code="1"))) == [
        f"fail {NODES}[1].Type"
    ]


def test_a_role_known_only_at_deployment_is_unknown(judge):
    assert judge("FLW03", flow(ExecutionRoleArn={"Ref": "RoleArn"})) == [
        "unknown Properties.ExecutionRoleArn"
    ]


def test_inline_code_can_be_acknowledged(judge, accepting):
    assert judge("FLW03", accepting(defined(node("InlineCode")), "FLW03")) == []
