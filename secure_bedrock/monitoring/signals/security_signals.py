"""Somebody hears of what should not happen."""

from collections.abc import Collection, Sequence

from aws_cdk import RemovalPolicy, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.security_behaviours import BEHAVIOURS
from secure_bedrock.catalog.security_signals import (
    CHANGES,
    GLOBAL_EVENTS_REGIONS,
    KEY_RUNBOOK,
    Change,
    Severity,
    Signal,
    recorded,
)
from secure_bedrock.encryption.key_events import WATCHED_CALLS
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.monitoring.metric_filters import RecordSignals
from secure_bedrock.monitoring.signals.calls import watch_calls
from secure_bedrock.monitoring.signals.changes import let_rules_publish, tell, tell_change
from secure_bedrock.monitoring.signals.options import CallSignals, Responds

_MOST_KEYS = 6


class SecuritySignals(Construct):
    """Tells a topic of changes, of unusual calls, and of records that look like trouble.

    It protects against what nobody would notice: a guardrail weakened, logging switched off, a key
    about to go, an API key made, a stolen identity that tries models. Each message has the signal,
    its severity, who did it and the runbook. Calls need a CloudTrail trail with management events,
    those that only read included; without one there is no event and no message.

    Args:
        scope: Parent construct.
        id: Construct id.
        topic: Is told. Its policy and its key's policy are completed.
        encryption_key: Encrypts the ledger, the queue of undelivered events and the log of the
            function that looks at calls.
        log_group: Log group of invocation logging. Default: records are not looked at.
        keys: Keys whose disabling, deletion or policy change is told, at most 6. Default: none.
        calls: What is counted of calls. Default: ``CallSignals()``.
        response: Is asked for a quarantine. Default: nobody is.
        without: Signals to leave out. Default: none.
        removal_policy: What happens to ledger and log when they leave the stack. Default: they
            are retained.

    Attributes:
        rules: Signal -> rule, of changes.
        alarms: Alarms on events that were not handled and on records.

    Raises:
        ValueError: A value is outside its limits, or names a signal that is not there.

    Sources: Amazon Bedrock User Guide, "Monitor Amazon Bedrock API calls using CloudTrail";
    EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        topic: sns.ITopic,
        encryption_key: kms.IKey,
        log_group: logs.ILogGroup | None = None,
        keys: Sequence[kms.IKey] = (),
        calls: CallSignals | None = None,
        response: Responds | None = None,
        without: Collection[Signal] = (),
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        options = calls or CallSignals()
        told = [signal for signal in BEHAVIOURS if signal not in without]
        self._check(options, told, keys, response, without)
        let_rules_publish(topic)
        self.rules: dict[Signal, events.CfnRule] = {
            change.signal: tell_change(self, change, topic)
            for change in CHANGES
            if change.signal not in without and self._reported_here(change)
        }
        if keys and Signal.KEY_CHANGED not in without:
            self.rules[Signal.KEY_CHANGED] = self._tell_keys(keys, topic)
        self.alarms: list[cloudwatch.Alarm] = []
        if told:
            watching = watch_calls(
                self,
                options=options,
                topic=topic,
                encryption_key=encryption_key,
                response=response,
                without=without,
                removal_policy=removal_policy,
            )
            self.alarms.append(watching.undelivered.alarm)
        if log_group is not None:
            records = RecordSignals(
                self, "Records", log_group=log_group, topic=topic, without=without
            )
            self.alarms += records.alarms.values()

    def _check(
        self,
        options: CallSignals,
        told: Sequence[Signal],
        keys: Sequence[kms.IKey],
        response: Responds | None,
        without: Collection[Signal],
    ) -> None:
        path = self.node.path
        for problem in options.problems(told if response else list(Signal)):
            raise ValueError(f"{path}: {problem}")
        if len(keys) > _MOST_KEYS:
            raise ValueError(
                f"{path}: {len(keys)} keys: name at most {_MOST_KEYS}, because an event pattern "
                "has 2,048 characters; use another SecuritySignals for the others"
            )
        if len(set(without)) == len(Signal):
            raise ValueError(f"{path}: without names every signal: leave the construct out")

    def _reported_here(self, change: Change) -> bool:
        """IAM reports its calls in one Region; a rule elsewhere would wait for ever."""
        region = Stack.of(self).region
        if change.everywhere or unresolved(region) or region in GLOBAL_EVENTS_REGIONS.values():
            return True
        Validations.of(self).add_warning(
            f"secure-bedrock:{change.signal}",
            f"{self.node.path}: {change.signal} is not told, because IAM does not report to "
            f"{region}: deploy a SecuritySignals to us-east-1 too, or name the signal in without",
        )
        return False

    def _tell_keys(self, keys: Sequence[kms.IKey], topic: sns.ITopic) -> events.CfnRule:
        """CloudTrail repeats what the caller wrote, an id or an ARN; its resources have the ARN."""
        arns = [key.key_arn for key in keys]
        named = [*arns, *(key.key_id for key in keys)]
        return tell(
            self,
            Signal.KEY_CHANGED,
            severity=Severity.HIGH,
            summary="A key was disabled or scheduled for deletion, or its policy was changed",
            runbook=KEY_RUNBOOK,
            topic=topic,
            pattern=recorded(
                {
                    "eventSource": ["kms.amazonaws.com"],
                    "eventName": list(WATCHED_CALLS),
                    "$or": [
                        {"resources": {"ARN": arns}},
                        {"requestParameters": {"keyId": named}},
                    ],
                }
            ),
        )
