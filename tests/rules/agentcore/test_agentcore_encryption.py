import pytest

PLACES = [
    ("AGC11", "Memory", "EncryptionKeyArn"),
    ("AGC15", "Gateway", "KmsKeyArn"),
    ("AGC22", "PolicyEngine", "EncryptionKeyArn"),
    ("AGC30", "Evaluator", "KmsKeyArn"),
    ("AGC30", "Dataset", "KmsKeyArn"),
    ("AGC30", "ConfigurationBundle", "KmsKeyArn"),
]
each_place = pytest.mark.parametrize(("rule", "kind", "key"), PLACES)


def agentcore(kind, **properties):
    return {"Type": f"AWS::BedrockAgentCore::{kind}", "Properties": properties}


@each_place
def test_a_key_of_the_template_passes(judge, rule, kind, key):
    subject = agentcore(kind, **{key: {"Fn::GetAtt": ["Key", "Arn"]}})
    assert judge(rule, {"R": subject, "Key": {"Type": "AWS::KMS::Key"}}) == []


@each_place
def test_no_key_fails(judge, rule, kind, key):
    assert judge(rule, agentcore(kind)) == [f"fail Properties.{key}"]


@each_place
def test_a_key_known_at_deployment_is_unknown(judge, rule, kind, key):
    assert judge(rule, agentcore(kind, **{key: {"Ref": "K"}})) == [f"unknown Properties.{key}"]


@each_place
def test_no_key_can_be_acknowledged(judge, accepting, rule, kind, key):
    assert judge(rule, accepting(agentcore(kind, **{key: ""}), rule)) == []


def harness(**managed):
    return agentcore("Harness", Memory={"ManagedMemoryConfiguration": managed})


def test_the_memory_of_a_harness_needs_a_key(judge):
    at = "Properties.Memory.ManagedMemoryConfiguration"
    assert judge("AGC11", harness(EventExpiryDuration=30)) == [f"fail {at}"]
    assert judge("AGC11", harness(EncryptionKeyArn="arn:aws:kms:eu-west-1:1:key/k")) == []


@pytest.mark.parametrize("subject", [agentcore("Harness"), harness(Arn="arn")])
def test_a_harness_that_makes_no_memory_needs_no_key(judge, subject):
    assert judge("AGC11", subject) == []
