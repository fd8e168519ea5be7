"""Where results of queries are kept, for a while."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.private_bucket import logged_bucket

_KEPT_DAYS = 30
ACCESS_KEPT_DAYS = 90


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
        self.bucket = logged_bucket(
            self,
            encryption_key=encryption_key,
            lifecycle_rules=[deleted_after(_KEPT_DAYS)],
            access_log_rules=[deleted_after(ACCESS_KEPT_DAYS)],
            removal_policy=removal_policy,
        ).bucket


def deleted_after(days: float) -> s3.LifecycleRule:
    """Deletes objects after so many days, overwritten ones after one, unfinished ones after 7."""
    return s3.LifecycleRule(
        expiration=Duration.days(days),
        noncurrent_version_expiration=Duration.days(1),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )
