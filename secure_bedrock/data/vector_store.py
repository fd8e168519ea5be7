"""Where a knowledge base keeps its vectors, as values; and what each kind needs from the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import IConstruct

from secure_bedrock.catalog.foundation_models import FoundationModel

Configuration = dict[str, Any]

DIMENSIONS = (1, 4_096)
NON_FILTERABLE_KEYS = 10
BEDROCK_KEYS = ("AMAZON_BEDROCK_METADATA", "AMAZON_BEDROCK_TEXT")
"""What Amazon Bedrock stores with each vector; too large to be filtered by."""

_TITAN = FoundationModel("amazon.titan-embed-text-v2:0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """The model that turns documents and questions into vectors.

    Attributes:
        model: An embedding model of the stack's Region. The default is Titan Text Embeddings V2.
        dimensions: Numbers in a vector, 1 to 4,096, as the model offers them. The default is 1,024.
    """

    model: FoundationModel = _TITAN
    dimensions: int = 1_024

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if not self.model.is_embedding:
            yield (
                f"embedding model {self.model.model_id} is no embedding model: "
                f"use for example {_TITAN.model_id}"
            )
        if not DIMENSIONS[0] <= self.dimensions <= DIMENSIONS[1]:
            yield f"dimensions is {self.dimensions}: choose 1 to 4,096, as the model offers them"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3VectorStore:
    """Vectors in Amazon S3 Vectors: nothing to run, paid by use, never public.

    Attributes:
        non_filterable_metadata: Up to 8 further metadata keys that are returned but not filtered
            by; filterable ones share 2 KB for each vector. It cannot be changed later without a
            new index. The default is none: every key of yours can be filtered by.
    """

    non_filterable_metadata: tuple[str, ...] = ()

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        room = NON_FILTERABLE_KEYS - len(BEDROCK_KEYS)
        if len(self.non_filterable_metadata) > room:
            yield (
                f"non_filterable_metadata has {len(self.non_filterable_metadata)} keys: name at "
                f"most {room}, two of {NON_FILTERABLE_KEYS} are taken by Amazon Bedrock"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSearchStore:
    """Vectors in a collection of OpenSearch Serverless, reached by Amazon Bedrock only.

    Attributes:
        vpc: A VPC whose hosts may reach the collection, too, through an endpoint in its private
            subnets. They still need a data access policy. The default is none.
        standby_replicas: Whether a second Availability Zone stands by, which doubles the smallest
            bill. It cannot be changed later without a new collection. The default is yes.
        index_creator: The role that creates the index. The default is the role with which the
            stack's synthesizer lets CloudFormation work, as ``cdk bootstrap`` makes it.
    """

    vpc: ec2.IVpc | None = None
    standby_replicas: bool = True
    index_creator: iam.IRole | None = None

    def problems(self) -> Iterator[str]:
        """Nothing can be wrong with these values."""
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedStore:
    """A managed knowledge base: AWS keeps the vectors, encrypted with your key.

    Attributes:
        embedding: An embedding model of yours. The default is one that AWS chooses and manages.
    """

    embedding: Embedding | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if self.embedding is not None:
            yield from self.embedding.problems()


VectorStore = S3VectorStore | OpenSearchStore | ManagedStore


@dataclass(frozen=True, kw_only=True)
class StoreRequest:
    """What a store is built from.

    Attributes:
        embedding: The model and its dimensions.
        encryption_key: Encrypts what is stored.
        role: The service role of the knowledge base.
        digest: Short hash of what a knowledge base cannot change in place.
        removal_policy: What happens to the store when it leaves the stack.
    """

    embedding: Embedding
    encryption_key: kms.IKey
    role: iam.IRole
    digest: str
    removal_policy: RemovalPolicy


@dataclass(frozen=True, kw_only=True)
class BuiltStore:
    """What a knowledge base needs to know of its store.

    Attributes:
        configuration: The storage configuration; None if AWS manages the store.
        actions: What the service role does in it.
        resource_arns: On which resources.
        before: What has to be there before the knowledge base.
    """

    configuration: Configuration | None
    actions: Sequence[str] = ()
    resource_arns: Sequence[str] = ()
    before: Sequence[IConstruct] = field(default_factory=list)
