"""Key-policy statements for the service principals that use a key on a customer's behalf.

The CDK adds none of them for log groups, trails and topics. Each function may be called twice for the
same key: identical statements are written once.
"""

from enum import StrEnum

from aws_cdk import Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms


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
    stack = Stack.of(key)
    _allow(
        key,
        "CloudWatchLogs",
        f"logs.{stack.region}.amazonaws.com",
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": (
                    f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:*"
                )
            }
        },
    )


def allow_invocation_log_delivery(key: kms.IKey) -> None:
    """Let Amazon Bedrock write model invocation logs to a bucket encrypted with the key.

    Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3".
    """
    stack = Stack.of(key)
    _allow(
        key,
        "BedrockInvocationLogs",
        "bedrock.amazonaws.com",
        ["kms:GenerateDataKey"],
        {
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {
                "aws:SourceArn": f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:*"
            },
        },
    )


def allow_topic_publisher(key: kms.IKey, publisher: TopicPublisher) -> None:
    """Let a service publish to topics encrypted with the key.

    EventBridge gets no confused-deputy condition: it sends none of the keys such a condition would
    test, so every notification would be dropped without an error.
    """
    stack = Stack.of(key)
    same_account: dict[str, dict[str, str]] = {"StringEquals": {"aws:SourceAccount": stack.account}}
    conditions = {
        TopicPublisher.CLOUDWATCH: same_account
        | {
            "ArnLike": {
                "aws:SourceArn": (
                    f"arn:{stack.partition}:cloudwatch:{stack.region}:{stack.account}:alarm:*"
                )
            }
        },
        TopicPublisher.EVENTBRIDGE: {},
        TopicPublisher.BUDGETS: same_account
        | {"ArnLike": {"aws:SourceArn": f"arn:{stack.partition}:budgets::{stack.account}:*"}},
        TopicPublisher.COST_ANOMALY_DETECTION: same_account,
    }
    _allow(
        key,
        f"TopicPublisher{publisher.name.title().replace('_', '')}",
        publisher.value,
        ["kms:GenerateDataKey*", "kms:Decrypt"],
        conditions[publisher],
    )


def _allow(
    key: kms.IKey,
    sid: str,
    service: str,
    actions: list[str],
    conditions: dict[str, dict[str, str]],
) -> None:
    statement = iam.PolicyStatement(
        sid=sid,
        principals=[iam.ServicePrincipal(service)],
        actions=actions,
        resources=["*"],
        conditions=conditions,
    )
    result = key.add_to_resource_policy(statement, True)  # noqa: FBT003
    if not result.statement_added:
        Validations.of(key).add_warning(
            f"secure-bedrock:KeyPolicy{sid}",
            f"{key.node.path}: an imported key's policy cannot be changed from here. "
            f"It must allow {sid} ({', '.join(actions)}), see the key policies page.",
        )
