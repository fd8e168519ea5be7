"""Vectors in Amazon S3 Vectors."""

from aws_cdk import aws_s3vectors as s3vectors
from constructs import Construct

from secure_bedrock.data.vector_store import (
    BEDROCK_KEYS,
    BuiltStore,
    S3VectorStore,
    StoreRequest,
)
from secure_bedrock.encryption.key_policies import allow_vector_indexing

_ACTIONS = (
    "s3vectors:DeleteVectors",
    "s3vectors:GetIndex",
    "s3vectors:GetVectors",
    "s3vectors:PutVectors",
    "s3vectors:QueryVectors",
)


def build_s3_vectors(scope: Construct, store: S3VectorStore, request: StoreRequest) -> BuiltStore:
    """A vector bucket with the key, and one index in it.

    Encryption of both is fixed at creation, and so is everything about the index. Source: Amazon
    S3 User Guide, "Data protection and encryption in S3 Vectors"; Amazon Bedrock User Guide,
    "Create a service role for Amazon Bedrock Knowledge Bases".
    """
    key = request.encryption_key
    allow_vector_indexing(key)
    bucket = s3vectors.CfnVectorBucket(
        scope,
        "Vectors",
        encryption_configuration=s3vectors.CfnVectorBucket.EncryptionConfigurationProperty(
            sse_type="aws:kms", kms_key_arn=key.key_arn
        ),
    )
    index = s3vectors.CfnIndex(
        scope,
        "Index",
        vector_bucket_arn=bucket.attr_vector_bucket_arn,
        data_type="float32",
        dimension=request.embedding.dimensions,
        distance_metric="cosine",
        metadata_configuration=s3vectors.CfnIndex.MetadataConfigurationProperty(
            non_filterable_metadata_keys=[*BEDROCK_KEYS, *store.non_filterable_metadata]
        ),
    )
    for resource in (bucket, index):
        resource.apply_removal_policy(request.removal_policy)
    return BuiltStore(
        configuration={
            "type": "S3_VECTORS",
            "s3VectorsConfiguration": {"indexArn": index.attr_index_arn},
        },
        actions=_ACTIONS,
        resource_arns=[index.attr_index_arn],
    )
