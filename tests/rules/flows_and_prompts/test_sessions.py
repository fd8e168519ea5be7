import pytest

AT = "Properties.EncryptionKeyArn"


def session(key=None):
    return {"Type": "AWS::Bedrock::Session", "Properties": {"EncryptionKeyArn": key}}


@pytest.mark.parametrize("key", ["arn:aws:kms:eu-west-1:111122223333:key/k", {"Ref": "Key"}])
def test_a_session_with_a_key_passes(judge, key):
    assert judge("SES01", {"S": session(key), "Key": {"Type": "AWS::KMS::Key"}}) == []


@pytest.mark.parametrize("key", [None, "", "arn:aws:kms:eu-west-1:1:alias/aws/bedrock"])
def test_a_session_without_a_key_of_the_customer_fails(judge, key):
    assert judge("SES01", session(key)) == [f"fail {AT}"]


def test_the_key_of_a_session_known_only_at_deployment_is_unknown(judge):
    assert judge("SES01", session({"Ref": "KeyArn"})) == [f"unknown {AT}"]


def test_a_session_without_a_key_can_be_acknowledged(judge, accepting):
    assert judge("SES01", accepting(session(), "SES01")) == []
