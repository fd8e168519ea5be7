"""Buckets that another resource names, and how they are protected."""

from secure_bedrock.rules._answer import NO, Answer, all_of, any_of
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._patterns import is_star
from secure_bedrock.rules._statement import Statement, StatementKind
from secure_bedrock.rules._statements import statements
from secure_bedrock.rules._template import Resource, Template
from secure_bedrock.rules._values import equals, is_false, refers_to

BUCKET = "AWS::S3::Bucket"
_Policies = tuple[dict[str, Answer], list[tuple[Node, Answer]]]


def buckets_of(node: Node) -> list[Resource]:
    """The buckets of the template that an ARN, an S3 URI or a name stands for."""
    found = [node.template.follow(reference) for reference in node.references]
    if node.literal:
        named = node.template.of_type(BUCKET)
        found += [each for each in named if each["BucketName"].literal == bucket_name(node)]
    return [each for each in found if each is not None and each.type == BUCKET]


def bucket_name(node: Node) -> str:
    """The bucket in an ARN or an S3 URI, as far as it is known."""
    text = str(node.text or "")
    return text.rpartition(":::")[2].removeprefix("s3://").partition("/")[0]


def encryption_with_kms(bucket: Resource) -> tuple[Answer, Node]:
    """Whether new objects are encrypted with KMS, and where the bucket says so."""
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    kinds = [each["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for each in encryption]
    return any_of(equals(each, "aws:kms", "aws:kms:dsse") for each in kinds), encryption


def rejects_plain_http(bucket: Resource) -> Answer:
    """Whether a policy of the bucket denies every request that does not come over TLS."""
    own, others = _policies_about_tls(bucket.template)
    named = bucket["BucketName"].literal or "-"
    by_name = ((refers_to(name, bucket) | equals(name, named)) & denies for name, denies in others)
    return own.get(bucket.logical_id, NO) | any_of(by_name)


def _policies_about_tls(template: Template) -> _Policies:
    """Whether bucket policies deny requests without TLS.

    By logical id where they name a bucket of the template; for others with the name they give.
    """
    if "policies about TLS" not in template.cache:
        own: dict[str, Answer] = {}
        others: list[tuple[Node, Answer]] = []
        for statement in statements(template, StatementKind.RESOURCE):
            denies = _denies_plain_http(statement)
            if statement.owner.type != "AWS::S3::BucketPolicy" or denies is NO:
                continue
            name = statement.owner["Bucket"]
            if name.target is None:
                others.append((name, denies))
            else:
                own[name.target.logical_id] = denies | own.get(name.target.logical_id, NO)
        template.cache["policies about TLS"] = (own, others)
    found: _Policies = template.cache["policies about TLS"]
    return found


def _denies_plain_http(statement: Statement) -> Answer:
    everybody = any_of(is_star(each.value) for each in statement.principals())
    insecure = any_of(
        is_false(each.values)
        for each in statement.conditions("aws:SecureTransport")
        if each.operator.lower() == "bool"
    )
    alone = len(statement.conditions()) == 1
    read = all_of((statement.denies("s3:GetObject", "s3:PutObject"), everybody, insecure))
    return read if alone else NO
