import json
from pathlib import Path

import cfnlint
import pytest

from secure_bedrock.rules import Parameters
from secure_bedrock.rules.models.tags import TAGGABLE

OPEN = {"Ref": "Elsewhere"}
RESOURCE = "Properties.Policies[0].PolicyDocument.Statement[0].Resource"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/"
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/"
ALLOWED = Parameters(allowed_models=("amazon.nova-*",))
LEGACY = Parameters(legacy_models=("anthropic.claude-v2*",))


def agent(model):
    return {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": model}}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("amazon.nova-lite-v1:0", []),
        ("eu.amazon.nova-lite-v1:0", []),
        (f"{MODEL}amazon.nova-lite-v1:0", []),
        (f"{PROFILE}global.amazon.nova-lite-v1:0", []),
        ({"Fn::Sub": "arn:aws:bedrock:${AWS::Region}::foundation-model/amazon.nova-pro"}, []),
        ("anthropic.claude-v2", ["fail"]),
        ("x.amazon.nova-lite-v1:0", ["fail"]),
        ("arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/abc", ["fail"]),
        ("arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a", ["unknown"]),
        ("arn:aws:bedrock:eu-west-1:111122223333:prompt-router/a", ["unknown"]),
        (OPEN, ["unknown"]),
    ],
)
def test_only_approved_models_are_used(judge, accepting, model, expected):
    lines = [f"{status} Properties.FoundationModel" for status in expected]
    assert judge("MDL09", agent(model), parameters=ALLOWED) == lines
    assert judge("MDL09", accepting(agent(model), "MDL09"), parameters=ALLOWED) == []
    assert judge("MDL09", agent(model)) == []


@pytest.mark.parametrize(
    ("kind", "properties", "at"),
    [
        (
            "Bedrock::ApplicationInferenceProfile",
            {"ModelSource": {"CopyFrom": "@"}},
            "ModelSource.CopyFrom",
        ),
        ("Bedrock::IntelligentPromptRouter", {"Models": [{"ModelArn": "@"}]}, "Models[0].ModelArn"),
        (
            "Bedrock::IntelligentPromptRouter",
            {"FallbackModel": {"ModelArn": "@"}},
            "FallbackModel.ModelArn",
        ),
        ("Bedrock::Prompt", {"Variants": [{"ModelId": "@"}]}, "Variants[0].ModelId"),
        (
            "Bedrock::KnowledgeBase",
            {
                "KnowledgeBaseConfiguration": {
                    "VectorKnowledgeBaseConfiguration": {"EmbeddingModelArn": "@"}
                }
            },
            "KnowledgeBaseConfiguration.VectorKnowledgeBaseConfiguration.EmbeddingModelArn",
        ),
        (
            "Bedrock::Flow",
            {"DefinitionString": json.dumps({"Nodes": [{"ModelId": "@"}]})},
            "DefinitionString.Nodes[0].ModelId",
        ),
        (
            "BedrockAgentCore::Harness",
            {"Model": {"BedrockModelConfig": {"ModelId": "@"}}},
            "Model.BedrockModelConfig.ModelId",
        ),
    ],
)
def test_models_are_found_wherever_they_are_named(judge, kind, properties, at):
    for model, expected in (
        ("anthropic.claude-v2", [f"fail Properties.{at}"]),
        ("amazon.nova-pro", []),
    ):
        found = json.loads(json.dumps(properties).replace("@", model))
        subject = {"Type": f"AWS::{kind}", "Properties": found}
        assert judge("MDL09", subject, parameters=ALLOWED) == expected


CALLS = [
    ("converse", "modelId"),
    ("createModelCustomizationJob", "baseModelIdentifier"),
    ("createModelInvocationJob", "modelId"),
    ("invokeModel", "modelId"),
]


@pytest.mark.parametrize(("action", "name"), CALLS)
def test_models_in_calls_are_found(judge, action, name):
    call = {"service": "bedrock", "action": action, "parameters": {name: "anthropic.claude-v2"}}
    custom = {"Type": "Custom::AWS", "Properties": {"Create": json.dumps(call)}}
    found = judge("MDL09", custom, parameters=ALLOWED)
    assert found == [f"fail Properties.Create.parameters.{name}"]


@pytest.mark.parametrize(("action", "name"), CALLS)
def test_models_in_workflows_are_found(judge, action, name):
    key = name[0].upper() + name[1:]
    task = {"Resource": f"arn:aws:states:::bedrock:{action}", "Parameters": {key: "x.y"}}
    properties = {"Definition": {"States": {"Ask": task}}}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    found = judge("MDL09", machine, parameters=ALLOWED)
    assert found == [f"fail Properties.Definition.States.Ask.Parameters.{key}"]


def test_models_of_other_vendors_and_of_the_same_template_are_left_alone(judge):
    other = {"Type": "AWS::BedrockAgentCore::Harness"}
    other["Properties"] = {"Model": {"OpenAiModelConfig": {"ModelId": "gpt"}}}
    profile = {"Type": "AWS::Bedrock::ApplicationInferenceProfile"}
    profile["Properties"] = {"ModelSource": {"CopyFrom": "amazon.nova-pro"}}
    user = agent({"Fn::GetAtt": ["Profile", "InferenceProfileArn"]})
    resources = {"Other": other, "Profile": profile, "User": user}
    assert judge("MDL09", resources, parameters=ALLOWED) == []


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (f"{MODEL}amazon.nova-*", []),
        ([f"{MODEL}amazon.nova-lite-v1:0", f"{PROFILE}eu.amazon.nova-lite-v1:0"], []),
        ("arn:aws:bedrock:*:111122223333:guardrail/abc", []),
        (f"{MODEL}amazon.*", ["fail"]),
        (f"{MODEL}*", ["fail"]),
        (f"{PROFILE}eu.anthropic.claude-v2", ["fail"]),
        ("arn:aws:bedrock:eu-west-1:111122223333:custom-model/*", ["fail"]),
        ("*", ["fail"]),
        (OPEN, ["unknown"]),
    ],
)
def test_only_approved_models_may_be_invoked(judge, allowing, resource, expected):
    role = allowing("bedrock:InvokeModel", resource)
    assert judge("MDL09", role, parameters=ALLOWED) == [f"{s} {RESOURCE}" for s in expected]
    assert judge("MDL09", allowing("s3:GetObject", resource), parameters=ALLOWED) == []


def test_everything_but_something_is_not_approved(judge, allowing):
    role = allowing("bedrock:InvokeModel", [], NotResource=f"{MODEL}anthropic.*")
    found = judge("MDL09", role, parameters=ALLOWED)
    assert found == [f"fail {RESOURCE.replace('Resource', 'NotResource')}"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, ["fail Action"]),
        ({"StringLike": {"bedrock-mantle:Model": "amazon.nova-*"}}, []),
        ({"StringLikeIfExists": {"bedrock-mantle:Model": "amazon.nova-*"}}, ["fail Action"]),
        (
            {"StringLike": {"bedrock-mantle:Model": "anthropic.*"}},
            ["fail Condition.StringLike.bedrock-mantle:Model"],
        ),
    ],
)
def test_the_mantle_endpoint_is_narrowed_by_a_condition(judge, allowing, condition, expected):
    role = allowing("bedrock-mantle:CreateInference", Condition=condition)
    base = RESOURCE.removesuffix("Resource")
    lines = [line.replace(" ", f" {base}") for line in expected]
    assert judge("MDL09", role, parameters=ALLOWED) == lines


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("anthropic.claude-v2:1", ["fail"]),
        (f"{PROFILE}us.anthropic.claude-v2", ["fail"]),
        ("amazon.nova-lite-v1:0", []),
        (OPEN, ["unknown"]),
    ],
)
def test_legacy_models_are_not_used(judge, accepting, model, expected):
    lines = [f"{status} Properties.FoundationModel" for status in expected]
    assert judge("MDL08", agent(model), parameters=LEGACY) == lines
    assert judge("MDL08", accepting(agent(model), "MDL08"), parameters=LEGACY) == []
    assert judge("MDL08", agent(model)) == []


def test_legacy_models_are_not_granted_by_name(judge, allowing):
    role = allowing("bedrock:InvokeModel", [f"{MODEL}anthropic.claude-v2", f"{MODEL}anthropic.*"])
    assert judge("MDL08", role, parameters=LEGACY) == [f"fail {RESOURCE}[0]"]


@pytest.mark.parametrize(
    ("kind", "tags", "expected"),
    [
        ("Guardrail", [{"Key": "team", "Value": "x"}], []),
        ("Guardrail", [{"Key": "other", "Value": "x"}], ["fail Properties.Tags"]),
        ("Guardrail", [{"Key": OPEN, "Value": "x"}], ["unknown Properties.Tags"]),
        ("Agent", {"team": "x"}, []),
        ("Agent", {"other": "x"}, ["fail Properties.Tags"]),
        ("Agent", None, ["fail Properties.Tags"]),
        ("Agent", OPEN, ["unknown Properties.Tags"]),
        ("GuardrailVersion", None, []),
    ],
)
def test_resources_are_tagged(judge, accepting, kind, tags, expected):
    subject = {"Type": f"AWS::Bedrock::{kind}", "Properties": {"Tags": tags}}
    required = Parameters(required_tags=("team",))
    assert judge("MDL07", subject, parameters=required) == expected
    assert judge("MDL07", accepting(subject, "MDL07"), parameters=required) == []
    assert judge("MDL07", subject) == []


def test_every_type_that_takes_tags_is_asked_for_them():
    schemas = Path(cfnlint.__file__).parent / "data" / "schemas"
    known = json.loads((schemas / "providers" / "us-east-1.json").read_text())
    taggable = {
        kind
        for kind, name in known.items()
        if kind.startswith("AWS::Bedrock")
        and "Tags" in json.loads((schemas / "resources" / f"{name}.json").read_text())["properties"]
    }
    assert set(TAGGABLE) - {"AWS::Bedrock::ModelImportJob"} == taggable
