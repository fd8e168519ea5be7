"""Which container images run."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Node,
    Profile,
    Resource,
    Severity,
    Verdict,
    Verdicts,
    equals,
    is_true,
    matches,
    require,
    rule,
)
from secure_bedrock.rules.access._grants import referred
from secure_bedrock.rules.agentcore._shapes import HARNESS, RUNTIME

_REPOSITORY = "AWS::ECR::Repository"


@rule(
    "AGC09",
    resource=(RUNTIME, HARNESS),
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Name the image by digest or by a tag that does not move, in a repository that is scanned.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
)
def images_are_chosen(runtime: Resource) -> Verdicts:
    """A runtime names one image, and its repository is scanned and encrypted with a KMS key.

    Repositories are judged when they are in the same template. Scanning can also be switched on for
    the whole registry, which no template tells: acknowledge the finding then.
    """
    artifact = "EnvironmentArtifact" if runtime.type == HARNESS else "AgentRuntimeArtifact"
    uri = runtime[artifact]["ContainerConfiguration"]["ContainerUri"]
    if uri.missing:
        return
    yield from require(_pinned(uri), uri)
    for repository in referred(uri):
        if repository.type == _REPOSITORY:
            yield from _judge(repository)


def _pinned(uri: Node) -> Answer:
    is_repository = uri.target is not None and uri.target.type == _REPOSITORY
    latest = matches(uri, "*:latest")
    if is_repository or latest is YES:  # the address of a repository has no tag
        return NO
    return matches(uri, "*@sha256:*") | (matches(uri, "*:*") & ~latest)


def _judge(repository: Resource) -> Iterator[Verdict]:
    scanning = repository["ImageScanningConfiguration"]["ScanOnPush"]
    yield from require(is_true(scanning), scanning)
    encryption = repository["EncryptionConfiguration"]["EncryptionType"]
    yield from require(equals(encryption, "KMS", "KMS_DSSE"), encryption)
    mutable = repository["ImageTagMutability"]
    if mutable.missing or equals(mutable, "MUTABLE") is YES:
        yield from require(NO, mutable, "tags of the repository can be moved to another image")
