"""Trail, alarms, violations, signals and responses."""

from collections.abc import Iterator

from aws_cdk import aws_logs as logs

from secure_bedrock.reference import acknowledgement_reasons as why
from secure_bedrock.reference.acknowledgement_entry import (
    Entry,
    of_buckets,
    of_event_function,
    of_table,
    shown,
    wildcard,
)
from secure_bedrock.reference.choices import AuditTrailRecords
from secure_bedrock.reference.monitoring import hears_of_iam
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack

_TRAIL = "Monitoring/AuditTrail"
_VIOLATIONS = "Monitoring/Violations/Writer"
_RESPONSE = "Monitoring/Response/Function"
_SIGNALS = "Monitoring/Signals/Calls"


def entries(stack: SecureBedrockStack, settings: Settings) -> Iterator[Entry]:
    """What stays of what records, tells and answers."""
    if stack.monitoring.trail is not None:
        yield from _trail(stack)
    if settings.audit_trail is AuditTrailRecords.DATA_EVENTS:
        yield Entry(f"{_TRAIL}/Trail", [why.NO_MANAGEMENT_EVENTS], why.RECORDED_ELSEWHERE)
    yield from _silent(stack)
    yield from _violations(stack)
    yield from of_event_function(f"{_SIGNALS}/Handler")
    yield of_table(f"{_SIGNALS}/Ledger")
    if stack.monitoring.response is not None:
        yield from _response(stack)


def _trail(stack: SecureBedrockStack) -> Iterator[Entry]:
    yield from of_buckets(f"{_TRAIL}/Storage", why.NO_COPY_OF_THE_TRAIL)
    trail = stack.monitoring.trail
    if trail is not None and trail.log_group is not None:
        streams = _streams(stack, trail.log_group, f"{shown(stack.account, 'AWS::AccountId')}_*")
        yield wildcard(f"{_TRAIL}/LogGroup/Permissions/Resource", streams, why.OWN_STREAMS)


def _silent(stack: SecureBedrockStack) -> Iterator[Entry]:
    """Alarms that a composite alarm speaks for."""
    alarms = stack.monitoring.alarms
    telling = {alarm.node.path for alarm in alarms.told}
    for alarm in (each for group in alarms.alarms.values() for each in group):
        if alarm.node.path not in telling:
            path = alarm.node.path.removeprefix(f"{stack.node.path}/")
            rules = [f"{pack}CloudWatchAlarmAction" for pack in why.HIPAA_AND_NIST]
            yield Entry(f"{path}/Resource", rules, why.TOLD_BY_THE_GROUP)


def _violations(stack: SecureBedrockStack) -> Iterator[Entry]:
    yield from of_event_function(f"{_VIOLATIONS}/Handler")
    rules = [f"{pack}LambdaDLQ" for pack in why.HIPAA_AND_NIST]
    yield Entry(f"{_VIOLATIONS}/Handler/Function/Resource", rules, why.QUEUE_ELSEWHERE)
    yield Entry(f"{_VIOLATIONS}/Undelivered/Queue/Resource", [why.SQS3], why.LAST_RESORT)
    streams = _streams(stack, stack.monitoring.violations.log_group, "*")
    yield wildcard(f"{_VIOLATIONS}/Handler/Permissions/Resource", streams, why.OWN_STREAMS)


def _response(stack: SecureBedrockStack) -> Iterator[Entry]:
    yield from of_event_function(f"{_RESPONSE}/Handler")
    yield of_table(f"{_RESPONSE}/Ledger")
    permissions = f"{_RESPONSE}/Handler/Permissions/Resource"
    actions = "those on the logging configuration"
    yield wildcard(permissions, "*", why.ACCOUNT_LEVEL_ACTIONS.format(actions=actions))
    yield Entry(permissions, [why.LOGGING_CHANGED], why.RESTORES_LOGGING)
    if hears_of_iam(stack):
        partition = shown(stack.partition, "AWS::Partition")
        users = f"arn:{partition}:iam::{shown(stack.account, 'AWS::AccountId')}:user/*"
        yield wildcard(permissions, users, why.DEACTIVATES_ANY_KEY)


def _streams(stack: SecureBedrockStack, group: logs.ILogGroup, streams: str) -> str:
    """Streams of a log group of this stack, as cdk-nag writes their ARN."""
    name = stack.resolve(group.log_group_name)["Ref"]
    partition = shown(stack.partition, "AWS::Partition")
    place = f"{shown(stack.region, 'AWS::Region')}:{shown(stack.account, 'AWS::AccountId')}"
    return f"arn:{partition}:logs:{place}:log-group:<{name}>:log-stream:{streams}"
