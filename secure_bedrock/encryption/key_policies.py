"""Key-policy statements for the service principals that use a key on a customer's behalf.

The CDK adds none of them for log groups, trails and topics. Each function may be called twice for
the same key: identical statements are written once. A key that was imported keeps its policy; it
gets a warning that says what its policy must allow.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from weakref import WeakKeyDictionary

from aws_cdk import Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]

_WRITTEN: WeakKeyDictionary[kms.IKey, set[str]] = WeakKeyDictionary()

_LOG_GROUP_USE = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


class TopicPublisher(StrEnum):
    """A service that publishes to a topic encrypted with a customer managed key."""

    CLOUDWATCH = "cloudwatch.amazonaws.com"
    EVENTBRIDGE = "events.amazonaws.com"
    BUDGETS = "budgets.amazonaws.com"
    COST_ANOMALY_DETECTION = "costalerts.amazonaws.com"


def allow_log_groups(key: kms.IKey) -> None:
    """Let CloudWatch Logs use the key for log groups of this account and Region.

    Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS". The
    principal is regional, and the groups are named by pattern because a reference to one would make
    the key and the group depend on each other.
    """
    place = place_of(key)
    _allow(
        key,
        "CloudWatchLogs",
        f"logs.{place.region}.amazonaws.com",
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": (
                    f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:*"
                )
            }
        },
    )


def allow_invocation_log_delivery(key: kms.IKey) -> None:
    """Let Amazon Bedrock write model invocation logs to a bucket encrypted with the key.

    Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon
    S3".
    """
    place = place_of(key)
    source = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:*"
    _allow(
        key,
        "BedrockInvocationLogs",
        "bedrock.amazonaws.com",
        ["kms:GenerateDataKey"],
        _source(place, source),
    )


def allow_prompts(key: kms.IKey) -> None:
    """Let Amazon Bedrock use the key for managed prompts of this account and Region.

    Source: Amazon Bedrock User Guide, "Encryption of Prompt Management resources". The prompt's id
    is not known before it exists, and it needs the key to exist.
    """
    place = place_of(key)
    prompts = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:prompt/*"
    _allow(
        key,
        "BedrockPrompts",
        "bedrock.amazonaws.com",
        ["kms:GenerateDataKey", "kms:Decrypt"],
        {
            "StringEquals": {"aws:SourceAccount": place.account},
            "StringLike": {"kms:EncryptionContext:aws:bedrock-prompts:arn": prompts},
        },
    )


def allow_vector_indexing(key: kms.IKey) -> None:
    """Let Amazon S3 Vectors maintain indexes encrypted with the key.

    Without it the creation of an index fails. Source: Amazon S3 User Guide, "Data protection and
    encryption in S3 Vectors".
    """
    place = place_of(key)
    source = f"arn:{place.partition}:s3vectors:{place.region}:{place.account}:bucket/*"
    context_keys = ["aws:s3vectors:arn", "aws:s3vectors:resource-id"]
    _allow(
        key,
        "S3VectorsIndexing",
        "indexing.s3vectors.amazonaws.com",
        ["kms:Decrypt"],
        {
            **_source(place, source),
            "ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": context_keys},
        },
    )


def allow_topic_publisher(key: kms.IKey, publisher: TopicPublisher) -> None:
    """Let a service publish to topics encrypted with the key.

    EventBridge gets no confused-deputy condition: it sends none of the keys such a condition would
    test, so every notification would be dropped without an error.
    """
    place = place_of(key)
    alarms = f"arn:{place.partition}:cloudwatch:{place.region}:{place.account}:alarm:*"
    budgets = f"arn:{place.partition}:budgets::{place.account}:*"
    conditions: dict[TopicPublisher, Conditions] = {
        TopicPublisher.CLOUDWATCH: _source(place, alarms),
        TopicPublisher.EVENTBRIDGE: {},
        TopicPublisher.BUDGETS: _source(place, budgets),
        TopicPublisher.COST_ANOMALY_DETECTION: {
            "StringEquals": {"aws:SourceAccount": place.account}
        },
    }
    _allow(
        key,
        f"TopicPublisher{publisher.name.title().replace('_', '')}",
        publisher.value,
        ["kms:GenerateDataKey*", "kms:Decrypt"],
        conditions[publisher],
    )


def allow_trail(key: kms.IKey, *, trail_name: str, account: str) -> None:
    """Let a CloudTrail trail of this Region encrypt its log files with the key.

    Args:
        key: The key.
        trail_name: Name of the trail. An ARN of the trail would make both depend on each other.
        account: Account that owns the trail: the organization's management account for one that a
            delegated administrator makes.

    Source: AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail". ``Decrypt``
    is for a bucket with an S3 Bucket Key.
    """
    place = place_of(key)
    trail = f"arn:{place.partition}:cloudtrail:{place.region}:{account}:trail/{trail_name}"
    trails = f"arn:{place.partition}:cloudtrail:*:{account}:trail/*"
    service, source = "cloudtrail.amazonaws.com", {"aws:SourceArn": trail}
    name = "".join(filter(str.isalnum, trail_name))
    _allow(
        key,
        f"CloudTrailEncrypts{name}",
        service,
        ["kms:GenerateDataKey*"],
        {
            "StringEquals": source,
            "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails},
        },
    )
    _allow(
        key,
        f"CloudTrailUses{name}",
        service,
        ["kms:Decrypt", "kms:DescribeKey"],
        {"StringEquals": source},
    )


def allow_event_data_stores(key: kms.IKey) -> None:
    """Let event data stores of CloudTrail Lake in this account and Region use the key.

    Source: AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail".
    """
    place = place_of(key)
    stores = f"arn:{place.partition}:cloudtrail:{place.region}:{place.account}:eventdatastore/*"
    _allow(
        key,
        "CloudTrailLake",
        "cloudtrail.amazonaws.com",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        {"ArnLike": {"aws:SourceArn": stores}},
    )


def grant_log_group_use(key: kms.IKey, grantee: iam.IGrantable) -> iam.Grant:
    """Let a principal use log groups encrypted with the key, through CloudWatch Logs only.

    The guide asks for it since CloudWatch Logs calls KMS with its caller's identity. Source:
    CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
    """
    place = place_of(key)
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=list(_LOG_GROUP_USE),
        resource_arns=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"logs.{place.region}.amazonaws.com"}},
    )


def _source(place: Place, arn: str) -> Conditions:
    return {
        "StringEquals": {"aws:SourceAccount": place.account},
        "ArnLike": {"aws:SourceArn": arn},
    }


def _allow(
    key: kms.IKey, sid: str, service: str, actions: list[str], conditions: Conditions
) -> None:
    written = _WRITTEN.setdefault(key, set())
    if sid in written:
        return
    written.add(sid)
    document = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": actions,
        "Resource": "*",
        "Condition": conditions,
    }
    statement = iam.PolicyStatement.from_json(document)
    if key.add_to_resource_policy(statement, allow_no_op=True).statement_added:
        return
    shown = "logs.REGION.amazonaws.com" if unresolved(service) else service
    Validations.of(key).add_warning(
        f"secure-bedrock:KeyPolicy{sid}",
        f"{key.node.path}: an imported key keeps its policy, which must allow {shown} to use "
        f"{', '.join(actions)}: see the statement {sid} in docs/constructs/bedrock-kms-keys.md",
    )
