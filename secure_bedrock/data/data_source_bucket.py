"""The bucket that documents are read from."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.data.data_source import NewBucket
from secure_bedrock.encryption.private_bucket import logged_bucket

_UPLOADS_DAYS = 7


class DocumentBucket(Construct):
    """A private, versioned bucket with your key, whose access is logged and changes are reported.

    It protects documents from being read without the key, from being replaced unnoticed, and from
    traffic below TLS 1.2. Changes are reported to EventBridge.

    Args:
        scope: Parent construct.
        id: Construct id.
        options: Life cycle, object lock and legal holds.
        encryption_key: Encrypts the documents, with an S3 Bucket Key.
        removal_policy: What happens to both buckets when they leave the stack.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        options: NewBucket,
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        superseded = options.superseded_expire_after_days
        made = logged_bucket(
            self,
            encryption_key=encryption_key,
            lifecycle_rules=[_life_cycle("documents", superseded)],
            object_lock=options.object_lock,
            legal_holds=options.legal_holds,
            access_log_rules=[
                _life_cycle("access-logs", superseded, options.access_logs_expire_after_days)
            ],
            removal_policy=removal_policy,
        )
        self.bucket, self.access_logs = made.bucket, made.access_logs
        # Written out, because the CDK does it with a function of its own.
        made.resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


def _life_cycle(name: str, superseded: int, expire: int | None = None) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id=name,
        expiration=Duration.days(expire) if expire else None,
        noncurrent_version_expiration=Duration.days(superseded),
        abort_incomplete_multipart_upload_after=Duration.days(_UPLOADS_DAYS),
    )
