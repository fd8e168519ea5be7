import pytest

KEY = {"Type": "AWS::KMS::Key", "Properties": {}}
AT = "Properties.OverrideConfiguration"
KINDS = {
    "AWS::Bedrock::Blueprint": "KmsKeyId",
    "AWS::Bedrock::DataAutomationProject": "KmsKeyId",
    "AWS::Bedrock::DataAutomationLibrary": "EncryptionConfiguration.KmsKeyId",
}
EACH = pytest.mark.parametrize("kind", KINDS)


def encrypted(kind, key):
    properties = {"KmsKeyId": key}
    if "." in KINDS[kind]:
        properties = {"EncryptionConfiguration": properties}
    return {"Type": kind, "Properties": properties}


@EACH
@pytest.mark.parametrize("key", ["11111111-2222-3333-4444-555555555555", {"Ref": "Key"}])
def test_a_key_passes(judge, kind, key):
    assert judge("BDA01", {"X": encrypted(kind, key), "Key": KEY}) == []


@EACH
@pytest.mark.parametrize("key", [None, "alias/aws/bedrock"])
def test_no_key_of_the_customer_fails(judge, kind, key):
    assert judge("BDA01", encrypted(kind, key)) == [f"fail Properties.{KINDS[kind]}"]


@EACH
def test_a_key_known_only_at_deployment_is_unknown(judge, kind):
    assert judge("BDA01", encrypted(kind, {"Ref": "KeyId"})) == [
        f"unknown Properties.{KINDS[kind]}"
    ]


@EACH
def test_no_key_can_be_acknowledged(judge, accepting, kind):
    assert judge("BDA01", accepting(encrypted(kind, None), "BDA01")) == []


def project(**modalities):
    properties = {"OverrideConfiguration": modalities} if modalities else {}
    return {"Type": "AWS::Bedrock::DataAutomationProject", "Properties": properties}


OFF = {"ModalityProcessing": {"State": "DISABLED"}}
DETECTS = {"SensitiveDataConfiguration": {"DetectionMode": "DETECTION"}}


@pytest.mark.parametrize("subject", [project(), project(Audio=OFF, Document={"Splitter": {}})])
def test_no_detection_fails(judge, subject):
    assert judge("BDA02", subject) == [f"fail {AT}"]


@pytest.mark.parametrize("modality", ["Audio", "Document", "Image", "Video"])
def test_detection_in_a_modality_passes(judge, modality):
    assert judge("BDA02", project(**{modality: DETECTS})) == []


def test_a_project_that_processes_nothing_passes(judge):
    assert judge("BDA02", project(Audio=OFF, Document=OFF, Image=OFF, Video=OFF)) == []


def test_detection_known_only_at_deployment_is_unknown(judge):
    subject = project(Audio={"SensitiveDataConfiguration": {"Ref": "Configuration"}})
    assert judge("BDA02", subject) == [f"unknown {AT}"]


def test_no_detection_can_be_acknowledged(judge, accepting):
    assert judge("BDA02", accepting(project(), "BDA02")) == []
