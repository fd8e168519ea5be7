"""Each kind of vector store, built."""

from constructs import Construct

from secure_bedrock.data.vector_store import (
    BuiltStore,
    OpenSearchStore,
    S3VectorStore,
    StoreRequest,
    VectorStore,
)
from secure_bedrock.data.vector_store_opensearch import OpenSearchVectors
from secure_bedrock.data.vector_store_s3 import build_s3_vectors


def build_store(scope: Construct, store: VectorStore, request: StoreRequest) -> BuiltStore:
    """Make what the store consists of; a managed one consists of nothing in the account."""
    if isinstance(store, S3VectorStore):
        return build_s3_vectors(scope, store, request)
    if isinstance(store, OpenSearchStore):
        return OpenSearchVectors(scope, "Vectors", store=store, request=request).built()
    return BuiltStore(configuration=None)
