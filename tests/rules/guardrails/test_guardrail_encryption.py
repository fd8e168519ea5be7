import pytest

GUARDRAIL = {"Type": "AWS::Bedrock::Guardrail", "Properties": {"Name": "g"}}
KEY = {"Type": "AWS::KMS::Key", "Properties": {}}


def guardrail(key):
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": {"KmsKeyArn": key}}


@pytest.mark.parametrize(
    "key",
    [
        "arn:aws:kms:eu-west-1:111122223333:key/k",
        {"Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/k"},
    ],
)
def test_a_customer_managed_key_passes(judge, key):
    assert judge("GRD02", guardrail(key)) == []


def test_a_key_of_the_same_template_passes(judge):
    resources = {"Guardrail": guardrail({"Fn::GetAtt": ["Key", "Arn"]}), "Key": KEY}
    assert judge("GRD02", resources) == []


@pytest.mark.parametrize("subject", [GUARDRAIL, guardrail({"Ref": "AWS::NoValue"}), guardrail("")])
def test_no_key_fails(judge, subject):
    assert judge("GRD02", subject) == ["fail Properties.KmsKeyArn"]


def test_an_aws_managed_key_fails(judge):
    alias = {"Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:1:alias/aws/bedrock"}
    assert judge("GRD02", guardrail(alias)) == ["fail Properties.KmsKeyArn"]


def test_a_key_that_only_one_branch_has_fails_in_the_other(judge):
    key = {"Fn::If": ["Encrypted", {"Fn::GetAtt": ["Key", "Arn"]}, {"Ref": "AWS::NoValue"}]}
    assert judge("GRD02", {"Guardrail": guardrail(key), "Key": KEY}) == [
        "fail Properties.KmsKeyArn.Fn::If[2]"
    ]


@pytest.mark.parametrize("key", [{"Ref": "KeyArn"}, {"Fn::ImportValue": "KeyArn"}])
def test_a_key_known_only_at_deployment_is_unknown(judge, key):
    template = {"Parameters": {"KeyArn": {"Type": "String"}}, "Resources": {"G": guardrail(key)}}
    assert judge("GRD02", template) == ["unknown Properties.KmsKeyArn"]


def test_no_key_can_be_acknowledged(judge, accepting):
    assert judge("GRD02", accepting(GUARDRAIL, "GRD02")) == []


REASONING = {"Type": "AWS::Bedrock::AutomatedReasoningPolicy", "Properties": {"Name": "p"}}


def reasoning(key):
    return REASONING | {"Properties": {"Name": "p", "KmsKeyId": key}}


@pytest.mark.parametrize("key", ["alias/mine", {"Ref": "Key"}])
def test_a_reasoning_policy_with_a_key_passes(judge, key):
    assert judge("GRD20", {"P": reasoning(key), "Key": KEY}) == []


@pytest.mark.parametrize("subject", [REASONING, reasoning("alias/aws/bedrock")])
def test_a_reasoning_policy_without_a_key_of_the_customer_fails(judge, subject):
    assert judge("GRD20", subject) == ["fail Properties.KmsKeyId"]


def test_the_key_of_a_reasoning_policy_known_only_at_deployment_is_unknown(judge):
    assert judge("GRD20", reasoning({"Ref": "KeyId"})) == ["unknown Properties.KmsKeyId"]


def test_a_reasoning_policy_without_a_key_can_be_acknowledged(judge, accepting):
    assert judge("GRD20", accepting(REASONING, "GRD20")) == []
