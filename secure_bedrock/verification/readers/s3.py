"""Amazon S3."""

from collections.abc import Mapping
from typing import Any

from secure_bedrock.verification.aws import Aws, optional
from secure_bedrock.verification.readers._shaping import pick, tag_list, without
from secure_bedrock.verification.reading import Deployed, Reading, reader
from secure_bedrock.verification.values import Json


@reader("AWS::S3::Bucket", implied={"ObjectLockEnabled": False}, skip=["NotificationConfiguration"])
def read_bucket(aws: Aws, bucket: Deployed) -> Reading:
    """Encryption, versioning, public access, ownership, logging, locks, lifecycle."""
    s3 = aws.client("s3")
    name = {"Bucket": bucket.id}
    s3.head_bucket(**name)
    versioning = s3.get_bucket_versioning(**name)
    logging = s3.get_bucket_logging(**name).get("LoggingEnabled", {})
    lock = (optional(s3.get_object_lock_configuration, **name) or {}).get(
        "ObjectLockConfiguration", {}
    )
    public = optional(s3.get_public_access_block, **name) or {}
    owner = optional(s3.get_bucket_ownership_controls, **name) or {}
    tags = optional(s3.get_bucket_tagging, **name) or {}
    arn = f"arn:{aws.partition}:s3:::{bucket.id}"
    return Reading(
        properties={
            "VersioningConfiguration": pick(versioning, "Status"),
            "LoggingConfiguration": pick(
                logging, DestinationBucketName="TargetBucket", LogFilePrefix="TargetPrefix"
            ),
            "LifecycleConfiguration": _lifecycle(s3, bucket),
            "ObjectLockEnabled": bool(lock),
        },
        if_claimed={
            "ObjectLockConfiguration": without(lock, {"Days": 0, "Years": 0}),
            "BucketName": bucket.id,
            "BucketEncryption": _encryption(optional(s3.get_bucket_encryption, **name) or {}),
            "PublicAccessBlockConfiguration": public.get("PublicAccessBlockConfiguration", {}),
            "OwnershipControls": owner.get("OwnershipControls", {}),
            "Tags": tag_list(tags.get("TagSet")),
        },
        attributes={
            "Arn": arn,
            "DomainName": f"{bucket.id}.s3.{aws.url_suffix}",
            "RegionalDomainName": f"{bucket.id}.s3.{aws.region}.{aws.url_suffix}",
        },
    )


@reader("AWS::S3::BucketPolicy")
def read_bucket_policy(aws: Aws, policy: Deployed) -> Reading:
    """A bucket's policy."""
    bucket = str(policy.claim["Bucket"])
    found = aws.client("s3").get_bucket_policy(Bucket=bucket)
    return Reading(properties={"Bucket": bucket, "PolicyDocument": found["Policy"]})


def _encryption(answer: Mapping[str, Any]) -> Mapping[str, Json]:
    rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    return {
        "ServerSideEncryptionConfiguration": [
            without(
                pick(
                    rule,
                    "BucketKeyEnabled",
                    ServerSideEncryptionByDefault="ApplyServerSideEncryptionByDefault",
                ),
                {"BucketKeyEnabled": False},
            )
            for rule in rules
        ]
    }


def _lifecycle(s3: Any, bucket: Deployed) -> Mapping[str, Json]:  # noqa: ANN401 - a client
    answer = optional(s3.get_bucket_lifecycle_configuration, Bucket=bucket.id)
    if answer is None:
        return {}
    claimed = bucket.claim.get("LifecycleConfiguration", {}).get("Rules", [])
    named = any("Id" in rule for rule in claimed)
    return {"Rules": [_rule(rule, named=named) for rule in answer.get("Rules", [])]}


def _rule(rule: Mapping[str, Any], *, named: bool) -> dict[str, Json]:
    expiration = rule.get("Expiration", {})
    filtered = rule.get("Filter", {})
    shaped = {
        **pick(rule, "Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"),
        **pick(
            expiration,
            "ExpiredObjectDeleteMarker",
            ExpirationInDays="Days",
            ExpirationDate="Date",
        ),
        **pick(filtered, "Prefix"),
        **(pick(rule, Id="ID") if named else {}),
    }
    for kind, days in (
        ("Transitions", "TransitionInDays"),
        ("NoncurrentVersionTransitions", "TransitionInDays"),
    ):
        theirs = "Days" if kind == "Transitions" else "NoncurrentDays"
        if rule.get(kind):
            shaped[kind] = [pick(each, "StorageClass", **{days: theirs}) for each in rule[kind]]
    return dict(without(shaped, {"Prefix": "", "ExpiredObjectDeleteMarker": False}))
