"""The bucket for model invocation logs, and the small one for its access logs."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.invocation_logging.options import LockMode, LogBucketOptions, ObjectLock

LOGS_PREFIX = "invocations"
LARGE_DATA_PREFIX = "large-data"

_ACCESS_LOGS_PREFIX = "access-logs/"
_TLS = 1.2


class LogBucket(Construct):
    """An encrypted, versioned bucket that Amazon Bedrock, and nobody else, delivers logs to.

    It protects log objects from being read without the key, from being overwritten, from arriving
    from another account's Amazon Bedrock, and from traffic below TLS 1.2. Its own access is logged
    in a second bucket; that one is encrypted with keys of Amazon S3, because Amazon S3 delivers
    server access logs to no bucket whose default encryption uses AWS KMS.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the log objects, with an S3 Bucket Key.
        options: Life cycle and object lock.
        removal_policy: What happens to both buckets when they leave the stack.

    Sources: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon
    S3"; Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey,
        options: LogBucketOptions,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=encryption_key,
            bucket_key_enabled=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=_TLS,
            versioned=True,
            lifecycle_rules=[_log_life_cycle(options)],
            object_lock_default_retention=_retention(options.object_lock),
            removal_policy=removal_policy,
        )
        self.access_logs = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=_TLS,
            versioned=True,
            lifecycle_rules=[_access_log_life_cycle(options)],
            removal_policy=removal_policy,
        )
        self._allow_delivery()
        self._log_access()

    def _allow_delivery(self) -> None:
        place = place_of(self)
        source = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:*"
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AmazonBedrockLogsWrite",
                principals=[iam.ServicePrincipal("bedrock.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[
                    self.bucket.arn_for_objects(
                        f"{prefix}/AWSLogs/{place.account}/BedrockModelInvocationLogs/*"
                    )
                    for prefix in (LOGS_PREFIX, LARGE_DATA_PREFIX)
                ],
                conditions={
                    "StringEquals": {"aws:SourceAccount": place.account},
                    "ArnLike": {"aws:SourceArn": source},
                },
            )
        )

    def _log_access(self) -> None:
        """Written out, because the CDK does it by ACL or by policy depending on a feature flag."""
        self.access_logs.add_to_resource_policy(
            iam.PolicyStatement(
                sid="S3ServerAccessLogsWrite",
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.access_logs.arn_for_objects(f"{_ACCESS_LOGS_PREFIX}*")],
                conditions={
                    "StringEquals": {"aws:SourceAccount": place_of(self).account},
                    "ArnLike": {"aws:SourceArn": self.bucket.bucket_arn},
                },
            )
        )
        resource = self.bucket.node.default_child
        if not isinstance(resource, s3.CfnBucket):
            raise TypeError(f"{self.node.path}: the bucket has no AWS::S3::Bucket of its own")
        resource.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=self.access_logs.bucket_name,
            log_file_prefix=_ACCESS_LOGS_PREFIX,
        )


def _log_life_cycle(options: LogBucketOptions) -> s3.LifecycleRule:
    archive, expire = options.archive_after_days, options.expire_after_days
    transitions = archive and [
        s3.Transition(
            storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
            transition_after=Duration.days(archive),
        )
    ]
    return s3.LifecycleRule(
        id="invocation-logs",
        transitions=transitions or None,
        expiration=Duration.days(expire) if expire else None,
        noncurrent_version_expiration=Duration.days(options.superseded_expire_after_days),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )


def _access_log_life_cycle(options: LogBucketOptions) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="access-logs",
        expiration=Duration.days(options.access_logs_expire_after_days),
        noncurrent_version_expiration=Duration.days(options.superseded_expire_after_days),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )


def _retention(lock: ObjectLock | None) -> s3.ObjectLockRetention | None:
    if lock is None:
        return None
    mode = {
        LockMode.GOVERNANCE: s3.ObjectLockRetention.governance,
        LockMode.COMPLIANCE: s3.ObjectLockRetention.compliance,
    }[lock.mode]
    return mode(Duration.days(lock.days))
