import pytest

ACTION = "fail Properties.Policies[0].PolicyDocument.Statement[0].Action"
AGENT = {"Type": "AWS::Bedrock::Agent", "Properties": {"AgentName": "a"}}


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:Invoke*",
        "*",
        "bedrock-mantle:CreateInference",
    ],
)
def test_invoking_models_without_a_guardrail_fails(judge, allowing, action):
    assert judge("GRD01", allowing(action)) == [ACTION]


@pytest.mark.parametrize("kind", ["AWS::Bedrock::Agent", "AWS::Bedrock::Flow"])
def test_agents_and_flows_use_models(judge, kind):
    assert judge("GRD01", {"Type": kind, "Properties": {}}) == ["fail "]


def test_it_is_said_once(judge, allowing):
    subject = {"R": allowing("bedrock:InvokeModel"), "S": allowing("bedrock:InvokeModel")}
    assert judge("GRD01", subject) == [ACTION]


@pytest.mark.parametrize("action", ["s3:GetObject", "bedrock:ListFoundationModels"])
def test_other_access_needs_no_guardrail(judge, allowing, action):
    assert judge("GRD01", allowing(action)) == []


@pytest.mark.parametrize(
    ("models", "expected"),
    [(["amazon.titan-embed-text-v2:0"], []), (["cohere.rerank-v3-5:0", "amazon.nova-*"], [ACTION])],
)
def test_models_that_generate_no_text_need_no_guardrail(judge, allowing, models, expected):
    arns = [f"arn:aws:bedrock:eu-west-1::foundation-model/{each}" for each in models]
    assert judge("GRD01", allowing("bedrock:InvokeModel", arns)) == expected


@pytest.mark.parametrize("kind", ["Guardrail", "EnforcedGuardrailConfiguration"])
def test_a_guardrail_passes(judge, allowing, kind):
    subject = {"R": allowing("bedrock:InvokeModel"), "G": {"Type": f"AWS::Bedrock::{kind}"}}
    assert judge("GRD01", subject) == []


@pytest.mark.parametrize(
    "more",
    [
        {"Condition": {"StringEquals": {"bedrock:GuardrailIdentifier": "arn"}}},
        {"Action": ["bedrock:InvokeModel", "bedrock:ApplyGuardrail"]},
    ],
)
def test_a_guardrail_elsewhere_that_is_named_passes(judge, allowing, more):
    assert judge("GRD01", allowing("bedrock:InvokeModel", **more)) == []


def variables(kind):
    properties = {"Environment": {"Variables": {"GUARDRAIL_ID": "abc"}}}
    return {"Type": kind, "Properties": properties}


def flow(kind):
    node = {"Configuration": {kind: {"GuardrailConfiguration": {"GuardrailIdentifier": "abc"}}}}
    return {"Type": "AWS::Bedrock::Flow", "Properties": {"Definition": {"Nodes": [node]}}}


@pytest.mark.parametrize(
    "resource",
    [
        AGENT | {"Properties": {"GuardrailConfiguration": {"GuardrailIdentifier": "abc"}}},
        variables("AWS::Lambda::Function"),
        variables("AWS::Serverless::Function"),
        flow("Prompt"),
        flow("KnowledgeBase"),
    ],
)
def test_a_guardrail_that_something_uses_passes(judge, allowing, resource):
    assert judge("GRD01", {"R": allowing("bedrock:InvokeModel"), "X": resource}) == []


def test_use_known_only_at_deployment_is_unknown(judge, allowing):
    assert judge("GRD01", allowing({"Ref": "Action"})) == [ACTION.replace("fail", "unknown")]


def test_a_certain_use_counts_more_than_an_uncertain_one(judge, allowing):
    subject = {"R": allowing({"Ref": "Action"}), "S": allowing("bedrock:InvokeModel")}
    assert judge("GRD01", subject) == [ACTION]


def test_use_without_a_guardrail_can_be_acknowledged(judge, accepting):
    assert judge("GRD01", accepting(AGENT, "GRD01")) == []
