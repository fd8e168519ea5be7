"""Other vector stores."""

from secure_bedrock.rules._kit import (
    Controls,
    Parameters,
    Profile,
    Resource,
    Severity,
    Verdicts,
    customer_managed_key,
    equals,
    forbid,
    is_true,
    present,
    require,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import KNOWLEDGE_BASE, USER_GUIDE, is_used

_THIRD_PARTIES = ("PINECONE", "MONGO_DB_ATLAS", "REDIS_ENTERPRISE_CLOUD")


@rule(
    "KBS07",
    resource="AWS::RDS::DBCluster",
    severity=Severity.HIGH,
    fix="Set StorageEncrypted to true and KmsKeyId to a customer managed key.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html",
    controls={"AWS AI Security Framework": Controls(("AISF-INFRA-05",), "Prowler")},
)
def aurora_store_has_customer_managed_key(cluster: Resource) -> Verdicts:
    """An Aurora cluster that holds vectors is encrypted with a customer managed key."""
    if is_used(cluster, "StorageConfiguration", "RdsConfiguration", "ResourceArn"):
        encrypted, key = cluster["StorageEncrypted"], cluster["KmsKeyId"]
        yield from require(is_true(encrypted), encrypted)
        yield from require(customer_managed_key(key), key)


@rule(
    "KBS08",
    resource=("AWS::S3Vectors::VectorBucket", "AWS::S3Vectors::Index"),
    severity=Severity.MEDIUM,
    fix="Set EncryptionConfiguration to SseType aws:kms with a customer managed key.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-data-encryption.html",
)
def vector_bucket_has_customer_managed_key(store: Resource) -> Verdicts:
    """S3 vector buckets, and indexes that differ from their bucket, have a customer managed key."""
    own = store["EncryptionConfiguration"]
    if store.type.endswith("::Index") and own.missing:
        return ()
    kind, key = own["SseType"], own["KmsKeyArn"]
    return require(equals(kind, "aws:kms") & customer_managed_key(key), own)


@rule(
    "KBS09",
    resource="AWS::NeptuneGraph::Graph",
    severity=Severity.MEDIUM,
    fix="Set PublicConnectivity to false and KmsKeyIdentifier to a customer managed key.",
    source="https://docs.aws.amazon.com/neptune-analytics/latest/userguide/gettingStarted-connecting.html",
)
def graph_is_private_and_encrypted(graph: Resource) -> Verdicts:
    """A Neptune graph that holds vectors is private and has a customer managed key.

    Graphs are private unless PublicConnectivity is true.
    """
    used = is_used(graph, "StorageConfiguration", "NeptuneAnalyticsConfiguration", "GraphArn")
    if used or not graph["VectorSearchConfiguration"].missing:
        public, key = graph["PublicConnectivity"], graph["KmsKeyIdentifier"]
        yield from forbid(is_true(public), public)
        yield from require(customer_managed_key(key), key)


@rule(
    "KBS11",
    resource=KNOWLEDGE_BASE,
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Use a vector store of AWS, or add this one to approved_vector_stores.",
    source=f"{USER_GUIDE}/knowledge-base-setup.html",
    parameters=("approved_vector_stores",),
)
def vector_store_is_approved(base: Resource, parameters: Parameters) -> Verdicts:
    """Vectors are kept only in approved stores (by default those of AWS)."""
    kind = base["StorageConfiguration"]["Type"]
    approved = equals(kind, *parameters.approved_vector_stores)
    if not parameters.approved_vector_stores:
        approved = ~equals(kind, *_THIRD_PARTIES)
    return require(~present(kind) | approved, kind)
