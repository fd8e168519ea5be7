"""OpenSearch Serverless collections that hold vectors."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Node,
    Profile,
    Resource,
    Severity,
    Template,
    Verdicts,
    any_of,
    customer_managed_key,
    equals,
    forbid,
    is_true,
    matches,
    require,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import KNOWLEDGE_BASE

_GUIDE = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide"
_POLICY = "AWS::OpenSearchServerless::SecurityPolicy"
_COLLECTION = "AWS::OpenSearchServerless::Collection"
_EVERYTHING = ("*", "collection/*", "index/*", "index/*/*")


@rule(
    "KBS03",
    resource=(_POLICY, _COLLECTION),
    severity=Severity.HIGH,
    fix="Set KmsARN in the encryption policy to the ARN of a customer managed key.",
    source=f"{_GUIDE}/serverless-encryption.html",
)
def collection_has_customer_managed_key(resource: Resource) -> Verdicts:
    """Vectors in OpenSearch Serverless are encrypted with a customer managed key.

    Left alone: policies for collections of the same template of which none holds vectors.
    """
    if not _about_vectors(resource.template):
        return
    if resource.type == _COLLECTION:
        own = resource["EncryptionConfig"]
        if not own.missing:
            yield from _encrypted(own, own["KmsKeyArn"])
    elif equals(resource["Type"], "encryption") is not NO:
        policy = resource["Policy"].parsed()
        yield from _encrypted(policy, policy["KmsARN"])


def _encrypted(said: Node, key: Node) -> Verdicts:
    owned = said["AWSOwnedKey"]
    if is_true(owned) is YES:
        return forbid(YES, owned)
    return require(customer_managed_key(key) & ~is_true(owned), key)


@rule(
    "KBS04",
    resource=_POLICY,
    severity=Severity.HIGH,
    fix="Set AllowFromPublic to false and name SourceVPCEs or SourceServices.",
    source=f"{_GUIDE}/serverless-network.html",
)
def collection_is_not_public(policy: Resource) -> Verdicts:
    """Collections in OpenSearch Serverless cannot be reached from the internet."""
    if equals(policy["Type"], "network") is NO or not _about_vectors(policy.template):
        return
    for each in policy["Policy"].parsed():
        public = each["AllowFromPublic"]
        yield from forbid(is_true(public), public)


@rule(
    "KBS05",
    resource="AWS::OpenSearchServerless::AccessPolicy",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="List the roles, the indexes and the permissions that are needed.",
    source=f"{_GUIDE}/serverless-data-access.html",
)
def collection_access_is_narrow(policy: Resource) -> Verdicts:
    """Data access policies name roles, indexes and permissions."""
    if not _about_vectors(policy.template):
        return
    for each in policy["Policy"].parsed():
        for principal in each["Principal"]:
            yield from forbid(_is_account(principal), principal)
        for allowed in each["Rules"]:
            for permission in allowed["Permission"]:
                yield from forbid(equals(permission, "aoss:*", "*"), permission)
            for reached in allowed["Resource"]:
                yield from forbid(equals(reached, *_EVERYTHING), reached)


def _is_account(principal: Node) -> Answer:
    """Whether it is everybody in an account, and not one role or user."""
    if principal.target is not None:
        return NO
    return equals(principal, "*") | matches(principal, "arn:*:iam::*:root")


def _about_vectors(template: Template) -> bool:
    """Whether collections hold vectors, or are elsewhere."""
    collections = template.of_type(_COLLECTION)
    vectors = any_of(equals(each["Type"], "VECTORSEARCH") for each in collections)
    return not collections or vectors is not NO or bool(template.of_type(KNOWLEDGE_BASE))
