"""AWS KMS."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import as_claimed, pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader

_USUAL_PERIOD = 365


@reader(
    "AWS::KMS::Key",
    implied={
        "Enabled": True,
        "EnableKeyRotation": False,
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": False,
        "Origin": "AWS_KMS",
    },
    skip=["BypassPolicyLockoutSafetyCheck", "PendingWindowInDays"],
)
def read_key(aws: Aws, key: Deployed) -> Reading:
    """Rotation, policy, state and kind of a key."""
    kms = aws.client("kms")
    metadata = kms.describe_key(KeyId=key.id)["KeyMetadata"]
    rotation = kms.get_key_rotation_status(KeyId=key.id)
    period = rotation.get("RotationPeriodInDays", _USUAL_PERIOD)
    properties = {
        **pick(metadata, "Enabled", "KeySpec", "KeyUsage", "MultiRegion", "Origin", "Description"),
        "EnableKeyRotation": rotation["KeyRotationEnabled"],
        "KeyPolicy": kms.get_key_policy(KeyId=key.id, PolicyName="default")["Policy"],
    }
    if "RotationPeriodInDays" in key.claim or period != _USUAL_PERIOD:
        properties["RotationPeriodInDays"] = period
    return Reading(
        properties=properties,
        if_claimed={"Tags": tag_list(kms.list_resource_tags(KeyId=key.id)["Tags"])},
        attributes={"Arn": metadata["Arn"], "KeyId": metadata["KeyId"]},
    )


@reader("AWS::KMS::Alias")
def read_alias(aws: Aws, alias: Deployed) -> Reading:
    """The key an alias points to."""
    for found in aws.pages("kms", "list_aliases", "Aliases"):
        if found["AliasName"] == alias.id:
            break
    else:
        raise GoneError
    target = found.get("TargetKeyId", "")
    arn = f"{found['AliasArn'].rsplit(':', 1)[0]}:key/{target}"
    claimed = alias.claim.get("TargetKeyId")
    return Reading(
        properties={
            "AliasName": found["AliasName"],
            "TargetKeyId": as_claimed(claimed, target, arn),
        }
    )
