"""Where a quota counts, and where batches go that it could not count."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_KEPT = Duration.days(14)


def quota_table(scope: Construct, key: kms.IKey, removal_policy: RemovalPolicy) -> dynamodb.Table:
    """Counters, receipts and denials: encrypted, recoverable to any second, self-cleaning."""
    return dynamodb.Table(
        scope,
        "Table",
        partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
        sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryption_key=key,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        time_to_live_attribute="expires",
        removal_policy=removal_policy,
    )


def dead_letters(scope: Construct, key: kms.IKey) -> sqs.Queue:
    """Batches that could not be counted, for 14 days. Sending one again counts nothing twice."""
    return sqs.Queue(
        scope,
        "DeadLetters",
        encryption=sqs.QueueEncryption.KMS,
        encryption_master_key=key,
        enforce_ssl=True,
        retention_period=_KEPT,
    )
