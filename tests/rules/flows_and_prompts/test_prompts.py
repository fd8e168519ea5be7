import pytest

KEY = "Properties.CustomerEncryptionKeyArn"
VARIABLE = "Properties.Environment.Variables.PROMPT"
SYSTEM = "You are a helpful assistant. You must never talk about competitors. " * 4


def prompt(text="Summarize {{text}}", **properties):
    variant = {"Name": "v", "TemplateConfiguration": {"Text": {"Text": text}}}
    properties = {"Name": "p", "Variants": [variant]} | properties
    return {"Type": "AWS::Bedrock::Prompt", "Properties": properties}


def version(arn):
    return {"Type": "AWS::Bedrock::PromptVersion", "Properties": {"PromptArn": arn}}


@pytest.mark.parametrize("key", ["arn:aws:kms:eu-west-1:111122223333:key/k", {"Ref": "Key"}])
def test_a_prompt_with_a_key_passes(judge, key):
    resources = {"P": prompt(CustomerEncryptionKeyArn=key), "Key": {"Type": "AWS::KMS::Key"}}
    assert judge("PRM01", resources) == []


@pytest.mark.parametrize("key", [None, "", "alias/aws/bedrock"])
def test_a_prompt_without_a_key_of_the_customer_fails(judge, key):
    assert judge("PRM01", prompt(CustomerEncryptionKeyArn=key)) == [f"fail {KEY}"]


def test_the_key_of_a_prompt_known_only_at_deployment_is_unknown(judge):
    assert judge("PRM01", prompt(CustomerEncryptionKeyArn={"Ref": "K"})) == [f"unknown {KEY}"]


def test_a_prompt_without_a_key_can_be_acknowledged(judge, accepting):
    assert judge("PRM01", accepting(prompt(), "PRM01")) == []


def test_a_prompt_with_a_version_passes(judge):
    resources = {"P": prompt(), "V": version({"Fn::GetAtt": ["P", "Arn"]})}
    assert judge("PRM02", resources) == []


@pytest.mark.parametrize("more", [{}, {"V": version("arn:aws:bedrock:eu-west-1:1:prompt/other")}])
def test_a_prompt_without_a_version_fails(judge, more):
    assert judge("PRM02", {"P": prompt()} | more) == ["fail "]


def test_a_version_of_what_is_known_only_at_deployment_is_unknown(judge):
    assert judge("PRM02", {"P": prompt(), "V": version({"Ref": "Arn"})}) == ["unknown "]


def test_a_prompt_without_a_version_can_be_acknowledged(judge, accepting):
    assert judge("PRM02", accepting(prompt(), "PRM02")) == []


def function(value):
    properties = {"Environment": {"Variables": {"REGION": "eu-west-1", "PROMPT": value}}}
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


@pytest.mark.parametrize("value", [SYSTEM, {"Fn::Sub": SYSTEM + "${AWS::Region}"}])
def test_a_system_prompt_in_a_variable_fails(judge, value):
    assert judge("PRM04", function(value)) == [f"fail {VARIABLE}"]


@pytest.mark.parametrize(
    "value",
    [
        "You are an assistant. Never lie.",
        "https://example.com/" + "a" * 300,
        "This deployment never restarts. " * 10,
    ],
)
def test_other_variables_pass(judge, value):
    assert judge("PRM04", function(value)) == []


@pytest.mark.parametrize(
    "phrase", ["You are", "you must", "you should", "Do not", "never", "respond", "assistant"]
)
def test_each_phrase_counts_beside_another(judge, phrase):
    assert judge("PRM04", function(f"{phrase} x, your task ".ljust(200, "x"))) != []


@pytest.mark.parametrize(("length", "count"), [(199, 0), (200, 1)])
def test_short_variables_pass(judge, length, count):
    assert len(judge("PRM04", function("You are, you must ".ljust(length, "x")))) == count


def test_a_variable_known_only_at_deployment_passes_quietly(judge):
    assert judge("PRM04", function({"Ref": "Prompt"})) == []


def test_a_system_prompt_in_a_variable_can_be_acknowledged(judge, accepting):
    assert judge("PRM04", accepting(function(SYSTEM), "PRM04")) == []
