"""Whether CloudTrail may use the bucket and the key of a trail, which moto does not check."""

import json
from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends

from secure_bedrock.emulator.services.dispatch import MOTO, Call, error, operation
from secure_bedrock.emulator.services.keys import key_policy, usable_key
from secure_bedrock.emulator.services.service_principals import service_may
from secure_bedrock.policy import Policy

_SERVICE = "cloudtrail.amazonaws.com"


@operation("cloudtrail", "CreateTrail", "UpdateTrail")
def check(call: Call) -> Mapping[str, Any]:
    """Refuse a bucket or key that shuts CloudTrail out; moto does the rest."""
    trail = call.arn(f"trail/{call.params['Name'].rsplit('/', 1)[-1]}")
    if "S3BucketName" in call.params:
        _check_bucket(call, trail)
    if "KmsKeyId" in call.params:
        _check_key(call, trail)
    return MOTO


def _check_bucket(call: Call, trail: str) -> None:
    name, prefix = call.params["S3BucketName"], call.params.get("S3KeyPrefix", "")
    bucket: Any = s3_backends[call.account][call.partition].buckets.get(name)
    if bucket is None:
        return
    policy = Policy.from_document(json.loads(bucket.policy or "{}"), name="bucket policy")
    arn = f"arn:{call.partition}:s3:::{name}"
    path = "/".join(filter(None, [prefix, "AWSLogs", call.account, "CloudTrail/x"]))
    owner = {"s3:x-amz-acl": "bucket-owner-full-control"}
    if not (
        service_may(call, _SERVICE, "s3:GetBucketAcl", arn, policy, source=trail)
        and service_may(
            call, _SERVICE, "s3:PutObject", f"{arn}/{path}", policy, source=trail, context=owner
        )
    ):
        text = f"Incorrect S3 bucket policy is detected for bucket: {name}"
        raise error("InsufficientS3BucketPolicyException", text)


def _check_key(call: Call, trail: str) -> None:
    key = usable_key(call, call.params["KmsKeyId"])
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": trail}
    allowed = key is not None and all(
        service_may(call, _SERVICE, action, key.arn, key_policy(key), source=trail, context=context)
        for action in ("kms:GenerateDataKey", "kms:DescribeKey")
    )
    if not allowed:
        text = f"Insufficient permissions to access KMS key {call.params['KmsKeyId']}"
        raise error("InsufficientEncryptionPolicyException", text)
