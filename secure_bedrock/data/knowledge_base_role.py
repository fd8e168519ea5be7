"""The service role of a knowledge base: what the guide lists for its store, and nothing else."""

from collections.abc import Mapping, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.catalog.foundation_models import FoundationModel
from secure_bedrock.data.vector_store import BuiltStore
from secure_bedrock.encryption.place import place_of

Conditions = Mapping[str, Mapping[str, object]]


class KnowledgeBaseRole(Construct):
    """A role that Amazon Bedrock takes on for knowledge bases of this account and Region.

    It protects against a service role that can be borrowed for somebody else's knowledge base, and
    against one that may change knowledge bases or pass itself on. Its permissions are complete
    before the role exists, so that nothing is tried with half of them.

    Args:
        scope: Parent construct.
        id: Construct id.

    Source: Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Knowledge Bases".
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        self._permissions = iam.ManagedPolicy(
            self, "Permissions", description="What the knowledge base reads and where it stores"
        )
        source = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:knowledge-base/*"
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "bedrock.amazonaws.com",
                conditions={
                    "StringEquals": {"aws:SourceAccount": place.account},
                    "ArnLike": {"aws:SourceArn": source},
                },
            ),
            managed_policies=[self._permissions],
        )

    def allow_model(self, model: FoundationModel) -> None:
        """Let it turn text into vectors."""
        place = place_of(self)
        arn = model.arn(partition=place.partition, region=place.region)
        self._allow(["bedrock:InvokeModel"], [arn])

    def allow_documents(self, bucket: s3.IBucket, prefix: str | None) -> None:
        """Let it list and read documents, in a bucket of this account only."""
        mine: Conditions = {"StringEquals": {"aws:ResourceAccount": place_of(self).account}}
        below: Conditions = {"StringLike": {"s3:prefix": [f"{prefix}*"]}} if prefix else {}
        self._allow(["s3:ListBucket"], [bucket.bucket_arn], {**mine, **below})
        self._allow(["s3:GetObject"], [bucket.arn_for_objects(f"{prefix or ''}*")], mine)

    def allow_store(self, store: BuiltStore) -> None:
        """Let it write and search vectors."""
        if store.actions:
            self._allow(store.actions, store.resource_arns)

    def allow_key(self, key: kms.IKey) -> None:
        """Let it use the key for what it keeps while it ingests, and for vectors and documents."""
        self._allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn])

    def allow_documents_key(self, key: kms.IKey) -> None:
        """Let it read documents encrypted with another key, through Amazon S3 only."""
        service = f"s3.{Stack.of(self).region}.amazonaws.com"
        self._allow(["kms:Decrypt"], [key.key_arn], {"StringEquals": {"kms:ViaService": service}})

    def _allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        conditions: Conditions | None = None,
    ) -> None:
        self._permissions.add_statements(
            iam.PolicyStatement(
                actions=list(actions), resources=list(resources), conditions=conditions
            )
        )
