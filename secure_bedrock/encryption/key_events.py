"""Notifications about calls that take a key away from those who depend on it."""

from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from constructs import Construct

WATCHED_CALLS = (
    "DeleteImportedKeyMaterial",
    "DisableKey",
    "DisableKeyRotation",
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
)


def key_rule(scope: Construct, id: str, key: kms.IKey, description: str) -> events.Rule:
    """A rule for the calls on exactly this key.

    CloudTrail repeats in the request what the caller wrote, an id or an ARN; the list of resources
    has the ARN.
    """
    arn = key.key_arn
    return events.Rule(
        scope,
        id,
        description=description,
        event_pattern=events.EventPattern(
            source=["aws.kms"],
            detail_type=["AWS API Call via CloudTrail"],
            detail={
                "eventSource": ["kms.amazonaws.com"],
                "eventName": list(WATCHED_CALLS),
                "$or": [
                    {"resources": {"ARN": [arn]}},
                    {"requestParameters": {"keyId": [arn, key.key_id]}},
                ],
            },
        ),
    )
