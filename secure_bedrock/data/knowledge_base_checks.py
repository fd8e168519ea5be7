"""What a knowledge base refuses."""

from collections.abc import Iterator

from aws_cdk import RemovalPolicy
from constructs import Construct

from secure_bedrock.data.data_source import Documents
from secure_bedrock.data.ingestion import SyncSchedule
from secure_bedrock.data.vector_store import Embedding, ManagedStore, VectorStore


def problems(
    scope: Construct,
    *,
    documents: Documents,
    embedding: Embedding | None,
    store: VectorStore,
    sync: SyncSchedule | None,
    removal_policy: RemovalPolicy,
) -> Iterator[str]:
    """Options outside their limits, and options that would have no effect."""
    yield from documents.problems(scope)
    yield from store.problems()
    if embedding is not None:
        yield from embedding.problems()
        if isinstance(store, ManagedStore):
            yield "embedding has no effect on a ManagedStore: give it to the store"
    if isinstance(store, ManagedStore) and documents.prefix is not None:
        yield "prefix has no effect on a ManagedStore: give the documents a bucket of their own"
    if sync is not None:
        yield from sync.problems()
    if removal_policy == RemovalPolicy.SNAPSHOT:
        yield "removal_policy is SNAPSHOT, which buckets do not have: choose RETAIN or DESTROY"
