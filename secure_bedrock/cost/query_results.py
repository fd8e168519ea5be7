"""Where results of queries are kept, for a while."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.private_bucket import log_access, private_bucket

_KEPT_DAYS = 30
_ACCESS_KEPT_DAYS = 90


class QueryResults(Construct):
    """An encrypted bucket whose objects are deleted after 30 days, and its access logs.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the results.
        removal_policy: What happens to both buckets when they leave the stack.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            encryption_key=encryption_key,
            lifecycle_rules=[_deleted_after(_KEPT_DAYS)],
            removal_policy=removal_policy,
        )
        access_logs = private_bucket(
            self,
            "AccessLogs",
            encryption_key=None,
            lifecycle_rules=[_deleted_after(_ACCESS_KEPT_DAYS)],
            removal_policy=removal_policy,
        )
        log_access(self.bucket, access_logs)


def _deleted_after(days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        expiration=Duration.days(days),
        noncurrent_version_expiration=Duration.days(1),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )
