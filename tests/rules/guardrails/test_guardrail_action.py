import pytest

PATHS = {
    "content": ("ContentPolicyConfig", "FiltersConfig", {"Type": "HATE"}),
    "topic": ("TopicPolicyConfig", "TopicsConfig", {"Name": "t", "Type": "DENY"}),
    "word": ("WordPolicyConfig", "WordsConfig", {"Text": "w"}),
    "list": ("WordPolicyConfig", "ManagedWordListsConfig", {"Type": "PROFANITY"}),
}
PII = "Properties.SensitiveInformationPolicyConfig"


def guardrail(kind, **more):
    policy, entries, entry = PATHS[kind]
    properties = {policy: {entries: [entry | more]}}
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}


def at(kind, key):
    policy, entries, _ = PATHS[kind]
    return f"Properties.{policy}.{entries}[0].{key}"


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("side", ["Input", "Output"])
def test_detecting_only_fails(judge, kind, side):
    subject = guardrail(kind, **{f"{side}Action": "NONE"})
    assert judge("GRD05", subject) == [f"fail {at(kind, f'{side}Action')}"]


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("side", ["Input", "Output"])
@pytest.mark.parametrize("off", [False, "false"])
def test_switched_off_fails(judge, kind, side, off):
    subject = guardrail(kind, **{f"{side}Enabled": off})
    assert judge("GRD05", subject) == [f"fail {at(kind, f'{side}Enabled')}"]


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("more", [{}, {"InputAction": "BLOCK", "OutputEnabled": True}])
def test_blocking_passes(judge, kind, more):
    assert judge("GRD05", guardrail(kind, **more)) == []


def test_only_the_input_side_of_prompt_attacks_counts(judge):
    output = {"Type": "PROMPT_ATTACK", "OutputAction": "NONE", "OutputEnabled": False}
    assert judge("GRD05", guardrail("content", **output)) == []
    subject = guardrail("content", Type="PROMPT_ATTACK", InputEnabled=False)
    assert judge("GRD05", subject) == [f"fail {at('content', 'InputEnabled')}"]


def test_an_action_known_only_at_deployment_is_unknown(judge):
    subject = guardrail("word", OutputAction={"Ref": "Action"})
    assert judge("GRD05", subject) == [f"unknown {at('word', 'OutputAction')}"]


def test_entries_known_only_at_deployment_are_unknown_once(judge):
    topics = {"TopicPolicyConfig": {"TopicsConfig": {"Fn::GetAtt": ["Custom", "Topics"]}}}
    subject = {"Type": "AWS::Bedrock::Guardrail", "Properties": topics}
    assert judge("GRD05", subject) == ["unknown Properties.TopicPolicyConfig.TopicsConfig"]


def test_detecting_only_can_be_acknowledged(judge, accepting):
    subject = accepting(guardrail("topic", InputAction="NONE"), "GRD05")
    assert judge("GRD05", subject) == []


def sensitive(entry, entries="PiiEntitiesConfig"):
    policy = {"SensitiveInformationPolicyConfig": {entries: [entry]}}
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": policy}


@pytest.mark.parametrize("entries", ["PiiEntitiesConfig", "RegexesConfig"])
def test_finding_without_acting_fails(judge, entries):
    assert judge("GRD12", sensitive({"Action": "NONE"}, entries)) == [
        f"fail {PII}.{entries}[0].Action"
    ]


def test_the_output_action_overrides_the_action(judge):
    assert judge("GRD12", sensitive({"Action": "NONE", "OutputAction": "ANONYMIZE"})) == []
    assert judge("GRD12", sensitive({"Action": "BLOCK", "OutputAction": "NONE"})) == [
        f"fail {PII}.PiiEntitiesConfig[0].OutputAction"
    ]


def test_responses_that_are_not_looked_at_fail(judge):
    assert judge("GRD12", sensitive({"Action": "BLOCK", "OutputEnabled": False})) == [
        f"fail {PII}.PiiEntitiesConfig[0].OutputEnabled"
    ]


@pytest.mark.parametrize("action", ["BLOCK", "ANONYMIZE"])
def test_blocking_or_masking_passes(judge, action):
    assert judge("GRD12", sensitive({"Action": action, "InputAction": "NONE"})) == []


@pytest.mark.parametrize("entry", [{"Action": {"Ref": "Action"}}, {"Ref": "Entity"}])
def test_what_is_known_only_at_deployment_is_unknown(judge, entry):
    (line,) = judge("GRD12", sensitive(entry))
    assert line.startswith(f"unknown {PII}.PiiEntitiesConfig[0]")


def test_not_acting_can_be_acknowledged(judge, accepting):
    assert judge("GRD12", accepting(sensitive({"Action": "NONE"}), "GRD12")) == []
