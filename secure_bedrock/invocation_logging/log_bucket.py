"""The bucket for model invocation logs, and the small one for its access logs."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.private_bucket import logged_bucket
from secure_bedrock.invocation_logging.options import LogBucketOptions

LOGS_PREFIX = "invocations"
LARGE_DATA_PREFIX = "large-data"


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
        made = logged_bucket(
            self,
            encryption_key=encryption_key,
            lifecycle_rules=[_log_life_cycle(options)],
            object_lock=options.object_lock,
            legal_holds=options.legal_holds,
            access_log_rules=[_access_log_life_cycle(options)],
            removal_policy=removal_policy,
        )
        self.bucket, self.access_logs = made.bucket, made.access_logs
        self._allow_delivery()

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
