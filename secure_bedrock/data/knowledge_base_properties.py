"""Properties of a knowledge base and its data source, as AWS takes them."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from aws_cdk import Names
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.data.vector_store import (
    Embedding,
    ManagedStore,
    OpenSearchStore,
    S3VectorStore,
    VectorStore,
)
from secure_bedrock.encryption.place import place_of

_NAME_LENGTH = 100
_DIGEST_LENGTH = 8


def digest_of(store: VectorStore, embedding: Embedding) -> str:
    """Short hash of what a knowledge base cannot change in place.

    CloudFormation makes the new one first, and AWS wants names unique, so the name has it.
    """
    content: dict[str, Any] = {"store": type(store).__name__}
    if isinstance(store, ManagedStore):
        content["embedding"] = asdict(store.embedding) if store.embedding else None
    else:
        content["embedding"] = asdict(embedding)
    if isinstance(store, S3VectorStore):
        content["keys"] = store.non_filterable_metadata
    if isinstance(store, OpenSearchStore):
        content["standby"] = store.standby_replicas
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def name_of(scope: Construct, ending: str) -> str:
    """A name that is unique in the account, with this ending."""
    room = _NAME_LENGTH - len(ending) - 1
    name = Names.unique_resource_name(
        scope, max_length=room, separator="-", allowed_special_characters="-"
    )
    return f"{name}-{ending}"


def knowledge_base_configuration(
    scope: Construct, store: VectorStore, embedding: Embedding, *, key_arn: str
) -> dict[str, Any]:
    """Which model makes the vectors; for a managed store also the key."""
    if not isinstance(store, ManagedStore):
        return {"type": "VECTOR", "vectorKnowledgeBaseConfiguration": _model(scope, embedding)}
    managed: dict[str, Any] = {
        "embeddingModelType": "CUSTOM" if store.embedding else "MANAGED",
        "serverSideEncryptionConfiguration": {"kmsKeyArn": key_arn},
    }
    if store.embedding is not None:
        managed |= _model(scope, store.embedding)
    return {"type": "MANAGED", "managedKnowledgeBaseConfiguration": managed}


def data_source_configuration(
    scope: Construct, bucket: s3.IBucket, prefix: str | None, *, managed: bool
) -> dict[str, Any]:
    """The bucket, and its owner: nobody else's bucket of the same name is ever read."""
    owner = place_of(scope).account
    if not managed:
        reads: dict[str, Any] = {"bucketArn": bucket.bucket_arn, "bucketOwnerAccountId": owner}
        if prefix:
            reads["inclusionPrefixes"] = [prefix]
        return {"type": "S3", "s3Configuration": reads}
    parameters: dict[str, Any] = {
        "type": "S3",
        "version": "1",
        "connectionConfiguration": {
            "bucketName": bucket.bucket_name,
            "bucketOwnerAccountId": owner,
        },
    }
    return {
        "type": "MANAGED_KNOWLEDGE_BASE_CONNECTOR",
        "managedKnowledgeBaseConnectorConfiguration": {
            "connectorParameters": parameters,
            "deletionProtectionConfiguration": {"deletionProtectionStatus": "ENABLED"},
        },
    }


def _model(scope: Construct, embedding: Embedding) -> dict[str, Any]:
    place = place_of(scope)
    dimensions = {"dimensions": embedding.dimensions, "embeddingDataType": "FLOAT32"}
    return {
        "embeddingModelArn": embedding.model.arn(partition=place.partition, region=place.region),
        "embeddingModelConfiguration": {"bedrockEmbeddingModelConfiguration": dimensions},
    }
