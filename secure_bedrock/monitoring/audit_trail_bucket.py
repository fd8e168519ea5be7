"""The bucket of a trail, and the small one for its access logs."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.private_bucket import logged_bucket
from secure_bedrock.monitoring.audit_trail_storage import TrailStorage

_SERVICE = "cloudtrail.amazonaws.com"


class TrailBucket(Construct):
    """An encrypted, versioned bucket that one trail, and nobody else, delivers log files to.

    It protects log files from being read without the key, overwritten, or planted by a trail of
    somebody else. Its own access is logged in a second bucket, which is encrypted with keys of
    Amazon S3 because server access logs cannot be delivered otherwise.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the log files.
        trail_arn: ARN of the trail, by its name.
        prefixes: Under which the trail writes: account ids, and the organization's.
        storage: Life cycle and object lock.
        removal_policy: What happens to both buckets when they leave the stack.

    Source: AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey,
        trail_arn: str,
        prefixes: tuple[str, ...],
        storage: TrailStorage,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        made = logged_bucket(
            self,
            encryption_key=encryption_key,
            lifecycle_rules=[_log_files(storage)],
            object_lock=storage.object_lock,
            access_log_rules=[_access_logs(storage)],
            removal_policy=removal_policy,
        )
        self.bucket, self.access_logs = made.bucket, made.access_logs
        for statement in _delivery(self.bucket, trail_arn, prefixes):
            self.bucket.add_to_resource_policy(statement)


def _delivery(
    bucket: s3.Bucket, trail_arn: str, prefixes: tuple[str, ...]
) -> tuple[iam.PolicyStatement, iam.PolicyStatement]:
    source = {"aws:SourceArn": trail_arn}
    return (
        iam.PolicyStatement(
            sid="CloudTrailChecksBucket",
            principals=[iam.ServicePrincipal(_SERVICE)],
            actions=["s3:GetBucketAcl"],
            resources=[bucket.bucket_arn],
            conditions={"StringEquals": source},
        ),
        iam.PolicyStatement(
            sid="CloudTrailWrites",
            principals=[iam.ServicePrincipal(_SERVICE)],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"AWSLogs/{prefix}/*") for prefix in prefixes],
            conditions={
                "StringEquals": {**source, "s3:x-amz-acl": "bucket-owner-full-control"},
            },
        ),
    )


def _log_files(storage: TrailStorage) -> s3.LifecycleRule:
    archive, expire = storage.archive_after_days, storage.expire_after_days
    transitions = archive and [
        s3.Transition(
            storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
            transition_after=Duration.days(archive),
        )
    ]
    return s3.LifecycleRule(
        id="log-files",
        transitions=transitions or None,
        expiration=Duration.days(expire) if expire else None,
        noncurrent_version_expiration=Duration.days(storage.superseded_expire_after_days),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )


def _access_logs(storage: TrailStorage) -> s3.LifecycleRule:
    expire = storage.expire_after_days
    return s3.LifecycleRule(
        id="access-logs",
        expiration=Duration.days(expire) if expire else None,
        noncurrent_version_expiration=Duration.days(storage.superseded_expire_after_days),
        abort_incomplete_multipart_upload_after=Duration.days(7),
    )
