"""Keys of knowledge bases and of what they read from."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    Controls,
    Node,
    Resource,
    Severity,
    Template,
    Verdicts,
    answer,
    customer_managed_key,
    equals,
    require,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import (
    DATA_SOURCE,
    KNOWLEDGE_BASE,
    USER_GUIDE,
    inside,
    is_used,
    members,
)

_KEYS = f"{USER_GUIDE}/encryption-kb.html"


@rule(
    "KBS01",
    resource=DATA_SOURCE,
    severity=Severity.MEDIUM,
    fix="Set ServerSideEncryptionConfiguration.KmsKeyArn to the ARN of a customer managed key.",
    source=_KEYS,
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-10", "AISF-INFRA-05"), "Prowler"),
    },
)
def ingestion_has_customer_managed_key(source: Resource) -> Verdicts:
    """What a data source keeps while it ingests is encrypted with a customer managed key."""
    key = source["ServerSideEncryptionConfiguration"]["KmsKeyArn"]
    return require(customer_managed_key(key), key)


@rule(
    "KBS02",
    resource=KNOWLEDGE_BASE,
    severity=Severity.HIGH,
    fix="Set ServerSideEncryptionConfiguration.KmsKeyArn to the ARN of a customer managed key.",
    source=_KEYS,
)
def managed_knowledge_base_has_customer_managed_key(base: Resource) -> Verdicts:
    """A managed knowledge base is encrypted with a customer managed key."""
    managed = equals(base["KnowledgeBaseConfiguration"]["Type"], "MANAGED")
    path = ("ManagedKnowledgeBaseConfiguration", "ServerSideEncryptionConfiguration", "KmsKeyArn")
    key = inside(base, "KnowledgeBaseConfiguration", *path)
    return require(~managed | customer_managed_key(key), key)


@rule(
    "KBS10",
    severity=Severity.MEDIUM,
    fix="Set KmsKeyId of the secret to a customer managed key.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
)
def credentials_have_customer_managed_key(template: Template) -> Verdicts:
    """The secret of a vector store or connector is encrypted with a customer managed key.

    Only secrets of the same template can be looked at.
    """
    keys = {key.path: key for node in _credentials(template) for key in _keys_of_secret(node)}
    for key in keys.values():
        yield from require(customer_managed_key(key), key)


def _credentials(template: Template) -> Iterator[Node]:
    for base in template.of_type(KNOWLEDGE_BASE):
        for store in members(base["StorageConfiguration"]):
            yield store["CredentialsSecretArn"]
        engine = inside(
            base,
            *("KnowledgeBaseConfiguration", "SqlKnowledgeBaseConfiguration"),
            *("RedshiftConfiguration", "QueryEngineConfiguration"),
        )
        for kind in members(engine):
            yield kind["AuthConfiguration"]["UsernamePasswordSecretArn"]
    for source in template.of_type(DATA_SOURCE):
        for connector in members(source["DataSourceConfiguration"]):
            yield connector["SourceConfiguration"]["CredentialsSecretArn"]


def _keys_of_secret(node: Node) -> Iterator[Node]:
    secret = node.target
    if secret is not None and secret.type == "AWS::SecretsManager::SecretTargetAttachment":
        secret = secret["SecretId"].target
    if secret is not None and secret.type == "AWS::SecretsManager::Secret":
        yield secret["KmsKeyId"]
    elif secret is not None and secret.type in ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance"):
        yield secret["MasterUserSecret"]["KmsKeyId"]


@rule(
    "KBS25",
    resource="AWS::Kendra::Index",
    severity=Severity.MEDIUM,
    fix="Set ServerSideEncryptionConfiguration.KmsKeyId to a customer managed key.",
    source="https://docs.aws.amazon.com/kendra/latest/dg/encryption-at-rest.html",
)
def kendra_index_has_customer_managed_key(index: Resource) -> Verdicts:
    """A Kendra index that a knowledge base reads is encrypted with a customer managed key."""
    reads = ("KnowledgeBaseConfiguration", "KendraKnowledgeBaseConfiguration", "KendraIndexArn")
    concerned = equals(index["Edition"], "GEN_AI_ENTERPRISE_EDITION")
    concerned |= answer(is_used(index, *reads))
    key = index["ServerSideEncryptionConfiguration"]["KmsKeyId"]
    return require(~concerned | customer_managed_key(key), key)
