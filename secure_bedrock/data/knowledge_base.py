"""A knowledge base with its store, its documents and its role."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.data import knowledge_base_grants as grants
from secure_bedrock.data.data_source import Documents, ExistingBucket
from secure_bedrock.data.data_source_bucket import DocumentBucket
from secure_bedrock.data.ingestion import DAILY, ScheduledSync, SyncSchedule
from secure_bedrock.data.ingestion_alarms import IngestionAlarms
from secure_bedrock.data.knowledge_base_checks import problems
from secure_bedrock.data.knowledge_base_logs import KnowledgeBaseLogs
from secure_bedrock.data.knowledge_base_properties import (
    data_source_configuration,
    digest_of,
    knowledge_base_configuration,
    name_of,
)
from secure_bedrock.data.knowledge_base_role import KnowledgeBaseRole
from secure_bedrock.data.vector_store import (
    Embedding,
    ManagedStore,
    S3VectorStore,
    StoreRequest,
    VectorStore,
)
from secure_bedrock.data.vector_store_build import build_store
from secure_bedrock.encryption.residency import check_residency


class SecureKnowledgeBase(Construct):
    """A knowledge base over documents in a bucket, private and encrypted with your key throughout.

    It protects against vector stores open to the internet, service roles that may change knowledge
    bases or pass themselves on, ingestion that fails for want of a key permission, documents whose
    deletion nobody follows up, and jobs that fail unnoticed.

    Args:
        scope: Parent construct.
        id: Construct id. Another id later is another knowledge base.
        documents: The bucket that is read, and which part of it. The default is a new bucket.
        embedding: Model and dimensions; a ``ManagedStore`` brings its own. The default is Titan
            Text Embeddings V2 with 1,024 dimensions.
        store: ``S3VectorStore``, ``OpenSearchStore`` or ``ManagedStore``. The default is the
            first: Amazon S3 Vectors.
        encryption_key: Encrypts vectors, documents, what is kept during ingestion, and logs; its
            key policy is completed. The default is a new key, rotated every year.
        sync: When documents are ingested. The default is once a day; None is on demand only.
        alarm_topic: Told when ingestion fails; its policies are completed. The default tells
            nobody: the alarms are there, ``notify`` adds a topic later.
        removal_policy: What happens to documents, vectors, logs and key when they leave the stack.
            The default retains them.

    Raises:
        ValueError: An option is outside its limits, a bucket is of another account or Region, or
            the data residency is left.

    Sources: Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Knowledge Bases",
    "Encryption of knowledge base resources", "Monitor knowledge bases using CloudWatch Logs".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        documents: Documents | None = None,
        embedding: Embedding | None = None,
        store: VectorStore | None = None,
        encryption_key: kms.IKey | None = None,
        sync: SyncSchedule | None = DAILY,
        alarm_topic: sns.ITopic | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self._documents, store = documents or Documents(), store or S3VectorStore()
        for problem in problems(
            self,
            documents=self._documents,
            embedding=embedding,
            store=store,
            sync=sync,
            removal_policy=removal_policy,
        ):
            raise ValueError(f"{self.node.path}: {problem}")
        check_residency(self)
        self._removal_policy = removal_policy
        self.encryption_key = encryption_key or _new_key(self, removal_policy)
        self.bucket, self.access_log_bucket = self._find_bucket()
        self._service = KnowledgeBaseRole(self, "Service")
        self.role = self._service.role
        self.knowledge_base = self._new_knowledge_base(store, embedding or Embedding())
        self.knowledge_base_arn = self.knowledge_base.attr_knowledge_base_arn
        self.knowledge_base_id = self.knowledge_base.attr_knowledge_base_id
        self.data_source = self._new_data_source(managed=isinstance(store, ManagedStore))
        self.data_source_id = self.data_source.attr_data_source_id
        self._logs = KnowledgeBaseLogs(
            self,
            "Logs",
            knowledge_base_arn=self.knowledge_base_arn,
            encryption_key=self.encryption_key,
            removal_policy=removal_policy,
        )
        self.log_group = self._logs.log_group
        self._alarms = IngestionAlarms(self, "Alarms", logs=self._logs, sync=self._new_sync(sync))
        if alarm_topic is not None:
            self.notify(alarm_topic)

    @property
    def alarms(self) -> list[cloudwatch.Alarm]:
        """The alarms on failed ingestion, and on ingestion that was not started."""
        return list(self._alarms.alarms)

    def notify(self, topic: sns.ITopic) -> None:
        """Tell a topic when ingestion failed, and when it works again."""
        self._alarms.notify(topic)

    def grant_retrieve(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let someone search the knowledge base: all of it, filters are not a permission."""
        return grants.retrieve(grantee, self.knowledge_base_arn)

    def grant_retrieve_and_generate(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let someone search it and have a model answer, which ``ModelAccess`` has to grant, too.

        The call inside carries no guardrail condition, so it needs a role that is not denied
        invocations without one.
        """
        return grants.retrieve_and_generate(grantee, self.knowledge_base_arn)

    def grant_ingest(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let someone put and delete documents, and run and follow ingestion jobs."""
        return grants.ingest(
            grantee,
            self.knowledge_base_arn,
            bucket=self.bucket,
            prefix=self._documents.prefix,
            key=self._documents_key(),
        )

    def metric_ingestion_failures(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Jobs and documents that failed. Sum over five minutes unless told otherwise."""
        return self._logs.metric_failures(period)

    def _find_bucket(self) -> tuple[s3.IBucket, s3.IBucket | None]:
        options = self._documents.bucket
        if isinstance(options, ExistingBucket):
            return options.bucket, None
        made = DocumentBucket(
            self,
            "Documents",
            options=options,
            encryption_key=self.encryption_key,
            removal_policy=self._removal_policy,
        )
        return made.bucket, made.access_logs

    def _documents_key(self) -> kms.IKey | None:
        options = self._documents.bucket
        return options.key if isinstance(options, ExistingBucket) else self.encryption_key

    def _new_knowledge_base(
        self, store: VectorStore, embedding: Embedding
    ) -> bedrock.CfnKnowledgeBase:
        digest = digest_of(store, embedding)
        model = store.embedding if isinstance(store, ManagedStore) else embedding
        request = StoreRequest(
            embedding=embedding,
            encryption_key=self.encryption_key,
            role=self.role,
            digest=digest,
            removal_policy=self._removal_policy,
        )
        built = build_store(self, store, request)
        self._service.allow_store(built)
        self._allow(model)
        knowledge_base = bedrock.CfnKnowledgeBase(
            self,
            "Resource",
            name=name_of(self, digest),
            role_arn=self.role.role_arn,
            knowledge_base_configuration=knowledge_base_configuration(
                self, store, embedding, key_arn=self.encryption_key.key_arn
            ),
            storage_configuration=built.configuration,
        )
        # AWS tries the role out meanwhile; it exists only with all of its permissions.
        knowledge_base.node.add_dependency(*built.before)
        return knowledge_base

    def _allow(self, embedding: Embedding | None) -> None:
        service = self._service
        if embedding is not None:
            service.allow_model(embedding.model)
        service.allow_documents(self.bucket, self._documents.prefix)
        service.allow_key(self.encryption_key)
        key = self._documents_key()
        if key is not None and key is not self.encryption_key:
            service.allow_documents_key(key)

    def _new_data_source(self, *, managed: bool) -> bedrock.CfnDataSource:
        return bedrock.CfnDataSource(
            self,
            "DataSource",
            name=name_of(self, "documents"),
            knowledge_base_id=self.knowledge_base_id,
            data_source_configuration=data_source_configuration(
                self, self.bucket, self._documents.prefix, managed=managed
            ),
            data_deletion_policy=self._documents.vectors_of_deleted_source.value,
            server_side_encryption_configuration={"kmsKeyArn": self.encryption_key.key_arn},
        )

    def _new_sync(self, sync: SyncSchedule | None) -> ScheduledSync | None:
        if sync is None:
            return None
        return ScheduledSync(
            self,
            "Sync",
            schedule=sync,
            knowledge_base=self.knowledge_base,
            data_source=self.data_source,
        )


def _new_key(scope: Construct, removal_policy: RemovalPolicy) -> kms.Key:
    return kms.Key(
        scope,
        "Key",
        description=f"Knowledge base {scope.node.path}",
        enable_key_rotation=True,
        removal_policy=removal_policy,
    )
