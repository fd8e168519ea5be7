import pytest

URI = "Properties.AgentRuntimeArtifact.ContainerConfiguration.ContainerUri"
REGISTRY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/agent"
GUARDED = {
    "ImageScanningConfiguration": {"ScanOnPush": True},
    "EncryptionConfiguration": {"EncryptionType": "KMS"},
    "ImageTagMutability": "IMMUTABLE",
}


def runtime(uri):
    artifact = {"ContainerConfiguration": {"ContainerUri": uri}}
    properties = {"AgentRuntimeArtifact": artifact}
    return {"Type": "AWS::BedrockAgentCore::Runtime", "Properties": properties}


@pytest.mark.parametrize(
    "uri",
    [
        f"{REGISTRY}:v1.2.3",
        f"{REGISTRY}@sha256:0f1e",
        f"{REGISTRY}:latest@sha256:0f1e",
        {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/agent:3f2a"},
    ],
)
def test_one_image_passes(judge, uri):
    assert judge("AGC09", runtime(uri)) == []


@pytest.mark.parametrize(
    "uri",
    [
        REGISTRY,
        f"{REGISTRY}:latest",
        {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/agent"},
    ],
)
def test_whatever_was_pushed_last_fails(judge, uri):
    assert judge("AGC09", runtime(uri)) == [f"fail {URI}"]


@pytest.mark.parametrize("uri", [{"Ref": "Image"}, {"Fn::Sub": REGISTRY + ":${Tag}"}])
def test_an_image_known_at_deployment_is_unknown(judge, uri):
    assert judge("AGC09", runtime(uri)) == [f"unknown {URI}"]


def test_whatever_was_pushed_last_can_be_acknowledged(judge, accepting):
    assert judge("AGC09", accepting(runtime(REGISTRY), "AGC09")) == []


def test_code_in_a_bucket_has_no_image(judge):
    assert judge("AGC09", {"Type": "AWS::BedrockAgentCore::Runtime"}) == []


def pushed(uri, **properties):
    repository = {"Type": "AWS::ECR::Repository", "Properties": GUARDED | properties}
    return {"Runtime": runtime(uri), "Repository": repository}


TAGGED = {"Fn::Sub": "${Repository.RepositoryUri}:v1"}


def test_a_guarded_repository_passes(judge):
    assert judge("AGC09", pushed(TAGGED)) == []


LATEST = {"Fn::Sub": "${Repository.RepositoryUri}:latest"}


@pytest.mark.parametrize("uri", [{"Fn::GetAtt": ["Repository", "RepositoryUri"]}, LATEST])
def test_the_last_image_of_a_repository_fails(judge, uri):
    assert judge("AGC09", pushed(uri)) == [f"fail {URI}"]


@pytest.mark.parametrize(
    ("name", "value", "at"),
    [
        ("ImageScanningConfiguration", {"ScanOnPush": False}, "Configuration.ScanOnPush"),
        ("EncryptionConfiguration", {"EncryptionType": "AES256"}, "EncryptionType"),
        ("EncryptionConfiguration", None, "EncryptionType"),
        ("ImageTagMutability", "MUTABLE", "ImageTagMutability"),
        ("ImageTagMutability", None, "ImageTagMutability"),
    ],
)
def test_a_careless_repository_fails(judge, name, value, at):
    (found,) = judge("AGC09", pushed(TAGGED, **{name: value}))
    assert found.startswith(f"fail Properties.{name}")
    assert found.endswith(at)
