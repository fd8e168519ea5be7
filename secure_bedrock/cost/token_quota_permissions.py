"""What the function of a quota may do."""

from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from secure_bedrock.cost.quota_limits import DenyOverQuota, OverQuota
from secure_bedrock.encryption.place import place_of

DENIED_ACTIONS = (
    "bedrock:Invoke*",
    "bedrock:RetrieveAndGenerate*",
    "bedrock:CreateModelInvocationJob",
    "bedrock-mantle:CreateInference",
)
"""All ways to use a model. ``Invoke*`` is Converse, agents and flows as well; the mantle endpoint
is on the list because its use is in no log, so a session over its quota would go on there."""

_TABLE_KEY = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


class _File(Protocol):
    @property
    def s3_bucket_name(self) -> str: ...

    @property
    def s3_object_key(self) -> str: ...


def counting(table: dynamodb.ITable, queue: sqs.IQueue) -> list[iam.PolicyStatement]:
    """Count in the table; AWS Lambda puts batches that failed into the queue."""
    return [
        iam.PolicyStatement(
            sid="Count",
            actions=[
                "dynamodb:DeleteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ],
            resources=[table.table_arn],
        ),
        iam.PolicyStatement(
            sid="KeepFailedBatches", actions=["sqs:SendMessage"], resources=[queue.queue_arn]
        ),
    ]


def reading(
    scope: Construct, prices: _File, bodies: s3.IBucket | None, prefix: str
) -> list[iam.PolicyStatement]:
    """Read the price table, and large bodies of answers."""
    file = f"{prices.s3_bucket_name}/{prices.s3_object_key}"
    own = f"arn:{place_of(scope).partition}:s3:::{file}"
    found = [iam.PolicyStatement(sid="ReadPrices", actions=["s3:GetObject"], resources=[own])]
    if bodies is not None:
        objects = bodies.arn_for_objects(f"{prefix}*")
        found.append(
            iam.PolicyStatement(sid="ReadBodies", actions=["s3:GetObject"], resources=[objects])
        )
        if (key := bodies.encryption_key) is not None:
            found.append(_use(scope, "ReadKey", key, "s3", ["kms:Decrypt"]))
    return found


def telling(scope: Construct, topic: sns.ITopic) -> list[iam.PolicyStatement]:
    """Publish to the topic."""
    found = [iam.PolicyStatement(sid="Tell", actions=["sns:Publish"], resources=[topic.topic_arn])]
    if (key := topic.master_key) is not None:
        found.append(_use(scope, "TellKey", key, "sns", ["kms:Decrypt", "kms:GenerateDataKey"]))
    return found


def own_key(scope: Construct, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Use the quota's key for its table and its queue."""
    return [
        table_key(scope, key),
        _use(scope, "QueueKey", key, "sqs", ["kms:Decrypt", "kms:GenerateDataKey"]),
    ]


def table_key(scope: Construct, key: kms.IKey) -> iam.PolicyStatement:
    """Use a table encrypted with the key: DynamoDB calls KMS in its caller's name."""
    return _use(scope, "TableKey", key, "dynamodb", list(_TABLE_KEY))


def denying(over: OverQuota) -> list[iam.PolicyStatement]:
    """Write inline policies on the roles; in a dry run only take them away."""
    if not isinstance(over, DenyOverQuota):
        return []
    actions = ["iam:DeleteRolePolicy"] + ([] if over.dry_run else ["iam:PutRolePolicy"])
    arns = [role.role_arn for role in over.roles]
    return [iam.PolicyStatement(sid="DenySessions", actions=actions, resources=arns)]


def _use(
    scope: Construct, sid: str, key: kms.IKey, service: str, actions: Sequence[str]
) -> iam.PolicyStatement:
    place = place_of(scope)
    through = f"{service}.{place.region}.amazonaws.com"
    return iam.PolicyStatement(
        sid=sid,
        actions=list(actions),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": through}},
    )
