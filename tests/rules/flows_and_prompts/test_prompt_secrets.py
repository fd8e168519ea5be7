import pytest

ACCESS_KEY = "AKIA" + "ABCDEFGHIJKLMNOP"
SECRETS = [
    f"Use {ACCESS_KEY} to sign in.",
    "Use ASIA" + "ABCDEFGHIJ234567 now",
    "Bearer ABSK" + "Qm9n" * 12,
    "bedrock-api-key-" + "YmVkcm9jay5hbWF6" * 2,
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
    "The database password is hunter2hunter2.",
    "client_secret: 'a1b2c3d4e5f6'",
    "API-Key=0123456789abcdef",
]
HARMLESS = [
    "Ask for the password and never repeat it.",
    "AKIAIOSFODNN7EXAMPLE is an example.",
    "password: {{password}}",
    "The api key is required; secret key: alphanumeric",
    "passwordless login since 2024",
    "XAKIAABCDEFGHIJKLMNOP",
]


def agent(**properties):
    return {"Type": "AWS::Bedrock::Agent", "Properties": properties}


def prompt(template):
    variants = [{"Name": "v", "TemplateConfiguration": template}]
    return {"Type": "AWS::Bedrock::Prompt", "Properties": {"Variants": variants}}


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_fails(judge, text):
    assert judge("PRM03", agent(Instruction=text)) == ["fail Properties.Instruction"]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_passes(judge, text):
    assert judge("PRM03", agent(Instruction=text)) == []


TEMPLATE = "Properties.Variants[0].TemplateConfiguration"
OVERRIDE = "PromptOverrideConfiguration"


@pytest.mark.parametrize(
    ("subject", "location"),
    [
        (prompt({"Text": {"Text": ACCESS_KEY}}), f"{TEMPLATE}.Text.Text"),
        (prompt({"Chat": {"System": [{"Text": ACCESS_KEY}]}}), f"{TEMPLATE}.Chat.System[0].Text"),
        (
            prompt({"Chat": {"Messages": [{"Content": [{"Text": ACCESS_KEY}]}]}}),
            f"{TEMPLATE}.Chat.Messages[0].Content[0].Text",
        ),
        (
            agent(**{OVERRIDE: {"PromptConfigurations": [{"BasePromptTemplate": ACCESS_KEY}]}}),
            f"Properties.{OVERRIDE}.PromptConfigurations[0].BasePromptTemplate",
        ),
        (
            agent(ActionGroups=[{"ApiSchema": {"Payload": ACCESS_KEY}}]),
            "Properties.ActionGroups[0].ApiSchema.Payload",
        ),
        (
            agent(AgentCollaborators=[{"CollaborationInstruction": ACCESS_KEY}]),
            "Properties.AgentCollaborators[0].CollaborationInstruction",
        ),
        (
            {"Type": "AWS::Bedrock::Flow", "Properties": {"DefinitionString": ACCESS_KEY}},
            "Properties.DefinitionString",
        ),
        (
            {
                "Type": "AWS::BedrockAgentCore::Harness",
                "Properties": {"SystemPrompt": [{"Text": ACCESS_KEY}]},
            },
            "Properties.SystemPrompt[0].Text",
        ),
    ],
)
def test_every_place_for_prompts_is_searched(judge, subject, location):
    assert judge("PRM03", subject) == [f"fail {location}"]


def test_other_properties_are_left_alone(judge):
    assert judge("PRM03", agent(Description=ACCESS_KEY)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sign in with {{resolve:secretsmanager:db:SecretString:password}}.",
        {"Fn::Sub": "Sign in with ${Password}."},
        {"Ref": "Password"},
    ],
)
def test_a_secret_that_is_resolved_into_the_text_fails(judge, text):
    parameters = {"Password": {"Type": "String", "NoEcho": True}}
    template = {"Parameters": parameters, "Resources": {"A": agent(Instruction=text)}}
    assert judge("PRM03", template) == ["fail Properties.Instruction"]


def test_the_secret_is_not_repeated(findings):
    (found,) = findings("PRM03", agent(Instruction=f"Use {ACCESS_KEY}."))
    assert ACCESS_KEY not in found.message + found.value


def test_a_text_known_only_at_deployment_is_unknown(judge):
    assert judge("PRM03", agent(Instruction={"Ref": "Text"})) == ["unknown Properties.Instruction"]


@pytest.mark.parametrize(
    "subject",
    [
        prompt({"Text": {"Text": {"Ref": "Text"}}}),
        agent(**{OVERRIDE: {"PromptConfigurations": [{"BasePromptTemplate": {"Ref": "Text"}}]}}),
    ],
)
def test_every_kind_of_prompt_can_be_unknown(judge, subject):
    (line,) = judge("PRM03", subject)
    assert line.startswith("unknown ")


def test_a_model_known_only_at_deployment_is_no_prompt(judge):
    variants = [{"ModelId": {"Ref": "Model"}}]
    subject = {"Type": "AWS::Bedrock::Prompt", "Properties": {"Variants": variants}}
    assert judge("PRM03", subject) == []


def test_a_secret_can_be_acknowledged(judge, accepting):
    assert judge("PRM03", accepting(agent(Instruction=ACCESS_KEY), "PRM03")) == []
