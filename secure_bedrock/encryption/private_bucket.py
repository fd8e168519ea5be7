"""Buckets that keep what matters: private, versioned, TLS 1.2 only, with their access logged."""

from collections.abc import Sequence
from typing import NamedTuple

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_bedrock.encryption.object_lock import ObjectLock
from secure_bedrock.encryption.place import place_of

ACCESS_LOGS_PREFIX = "access-logs/"

_TLS = 1.2


class LoggedBucket(NamedTuple):
    """A private bucket, the bucket of its server access logs, and the first one's resource."""

    bucket: s3.Bucket
    access_logs: s3.Bucket
    resource: s3.CfnBucket


def logged_bucket(
    scope: Construct,
    *,
    encryption_key: kms.IKey | None,
    lifecycle_rules: Sequence[s3.LifecycleRule],
    access_log_rules: Sequence[s3.LifecycleRule],
    removal_policy: RemovalPolicy,
    object_lock: ObjectLock | None = None,
    legal_holds: bool = False,
    bucket_name: str | None = None,
) -> LoggedBucket:
    """The bucket ``Bucket`` with every protection that costs nothing, and ``AccessLogs`` for it.

    The second one is encrypted with keys of Amazon S3, because Amazon S3 delivers server access
    logs to no bucket whose default encryption uses AWS KMS.

    Args:
        scope: Parent construct.
        encryption_key: Encrypts the objects, with an S3 Bucket Key. None stands for keys of Amazon
            S3.
        lifecycle_rules: What happens to objects in time.
        access_log_rules: What happens to access logs in time.
        removal_policy: What happens to both buckets when they leave the stack.
        object_lock: Locks every new object for a time.
        legal_holds: Whether objects can be put on legal hold. An object lock implies it.
        bucket_name: Its name. None leaves it to CloudFormation.
    """
    bucket = _private_bucket(
        scope,
        "Bucket",
        encryption_key=encryption_key,
        lifecycle_rules=lifecycle_rules,
        removal_policy=removal_policy,
        object_lock=object_lock,
        legal_holds=legal_holds,
        bucket_name=bucket_name,
    )
    access_logs = _private_bucket(
        scope,
        "AccessLogs",
        encryption_key=None,
        lifecycle_rules=access_log_rules,
        removal_policy=removal_policy,
    )
    return LoggedBucket(bucket, access_logs, _log_access(bucket, access_logs))


def _private_bucket(
    scope: Construct,
    id: str,
    *,
    encryption_key: kms.IKey | None,
    lifecycle_rules: Sequence[s3.LifecycleRule],
    removal_policy: RemovalPolicy,
    object_lock: ObjectLock | None = None,
    legal_holds: bool = False,
    bucket_name: str | None = None,
) -> s3.Bucket:
    """A bucket with every protection that costs nothing."""
    kms_encrypted = encryption_key is not None
    encryption = s3.BucketEncryption.KMS if kms_encrypted else s3.BucketEncryption.S3_MANAGED
    return s3.Bucket(
        scope,
        id,
        bucket_name=bucket_name,
        encryption=encryption,
        encryption_key=encryption_key,
        bucket_key_enabled=True if kms_encrypted else None,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        minimum_tls_version=_TLS,
        versioned=True,
        lifecycle_rules=list(lifecycle_rules),
        object_lock_enabled=True if legal_holds else None,
        object_lock_default_retention=object_lock.retention() if object_lock else None,
        removal_policy=removal_policy,
    )


def _log_access(bucket: s3.Bucket, access_logs: s3.Bucket) -> s3.CfnBucket:
    """Deliver the server access logs of one bucket to the other; gives the first one's resource.

    Written out, because the CDK does it by ACL or by policy depending on a feature flag.

    Raises:
        TypeError: The bucket was imported.

    Source: Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
    """
    access_logs.add_to_resource_policy(
        iam.PolicyStatement(
            sid="S3ServerAccessLogsWrite",
            principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[access_logs.arn_for_objects(f"{ACCESS_LOGS_PREFIX}*")],
            conditions={
                "StringEquals": {"aws:SourceAccount": place_of(bucket).account},
                "ArnLike": {"aws:SourceArn": bucket.bucket_arn},
            },
        )
    )
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        raise TypeError(f"{bucket.node.path}: the bucket has no AWS::S3::Bucket of its own")
    resource.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
        destination_bucket_name=access_logs.bucket_name,
        log_file_prefix=ACCESS_LOGS_PREFIX,
    )
    return resource
