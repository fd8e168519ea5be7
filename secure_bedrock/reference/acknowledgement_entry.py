"""One acknowledgement, and those that several functions and buckets have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Token

from secure_bedrock.reference import acknowledgement_reasons as why


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings of one resource that have one reason.

    Attributes:
        path: The resource's construct path below the stack.
        rules: Acknowledgement ids, pack first.
        reason: Why the finding stays.
    """

    path: str
    rules: Sequence[str]
    reason: str


def of_handler(path: str) -> Iterator[Entry]:
    """The function of a custom resource."""
    function = f"{path}/Function/Resource"
    yield Entry(function, [f"{pack}LambdaInsideVPC" for pack in why.ALL], why.NO_VPC)
    yield Entry(function, [f"{pack}LambdaDLQ" for pack in why.HIPAA_AND_NIST], why.NO_QUEUE)
    yield Entry(
        function,
        [f"{pack}LambdaConcurrency" for pack in why.HIPAA_AND_NIST],
        why.NO_CONCURRENCY,
    )


def of_event_function(path: str) -> Iterator[Entry]:
    """A function that answers events."""
    function = f"{path}/Function/Resource"
    yield Entry(function, [f"{pack}LambdaInsideVPC" for pack in why.ALL], why.NO_VPC_FOR_EVENTS)
    yield Entry(
        function,
        [f"{pack}LambdaConcurrency" for pack in why.HIPAA_AND_NIST],
        why.NO_CONCURRENCY_FOR_EVENTS,
    )


def of_table(path: str) -> Entry:
    """A table whose entries do not live long."""
    rules = [f"{pack}DynamoDBInBackupPlan" for pack in why.HIPAA_AND_NIST]
    return Entry(f"{path}/Resource", rules, why.NO_BACKUP_PLAN)


def of_buckets(path: str, no_replication: str) -> Iterator[Entry]:
    """A bucket, and the one with its server access logs."""
    for bucket in ("Bucket", "AccessLogs"):
        rules = [f"{pack}S3BucketReplicationEnabled" for pack in why.ALL]
        yield Entry(f"{path}/{bucket}/Resource", rules, no_replication)
    yield Entry(
        f"{path}/AccessLogs/Resource",
        [f"{pack}S3DefaultEncryptionKMS" for pack in why.ALL],
        why.NO_KMS_ON_ACCESS_LOGS,
    )


def wildcard(path: str, resource: str, reason: str) -> Entry:
    """A statement for a resource with a wildcard."""
    return Entry(path, [f"{why.IAM5}[Resource::{resource}]"], reason)


def shown(value: str, pseudo_parameter: str) -> str:
    """How cdk-nag writes a value in the id of a finding."""
    return f"<{pseudo_parameter}>" if Token.is_unresolved(value) else value
