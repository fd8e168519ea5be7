"""Somebody is told when guardrails step in often, and when one is changed."""

from collections.abc import Mapping
from typing import Protocol

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.rule_targets import send_to_topic
from secure_bedrock.encryption.topic_policies import allow_alarms
from secure_bedrock.monitoring.alarm_groups import AlarmGroup, Runbooks

WATCHED_CALLS = (
    "DeleteEnforcedGuardrailConfiguration",
    "DeleteGuardrail",
    "PutEnforcedGuardrailConfiguration",
    "UpdateGuardrail",
)


class WatchedGuardrail(Protocol):
    """What the watch needs of a guardrail. ``GuardrailSet`` hands these out."""

    def metric_invocations_intervened(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """How often the guardrail stepped in."""


class GuardrailWatch(Construct):
    """An alarm on each guardrail's interventions, and a rule for changes of any guardrail.

    It protects against two things nobody would notice: someone who probes the guardrail until it
    gives way, and someone who weakens it. A version that callers name keeps its content, so a
    change matters from the next version on. The rule needs a CloudTrail trail that records
    management events; deployments of the stack itself are reported, too.

    Args:
        scope: Parent construct.
        id: Construct id.
        guardrails: Name -> guardrail, at least one. An alarm watches the version it publishes.
        topic: Is told. Its policy and its key's policy are completed.
        interventions: How many interventions within five minutes raise the alarm, at least 1.
            Anonymising counts as one. Default: 20.
        runbooks: Where it says what to do. Default: its place in this library's documentation.

    Raises:
        ValueError: No guardrail, or fewer than one intervention.

    Source: Amazon Bedrock User Guide, "Monitor Amazon Bedrock Guardrails using CloudWatch metrics".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guardrails: Mapping[str, WatchedGuardrail],
        topic: sns.ITopic,
        interventions: int = 20,
        runbooks: Runbooks | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._runbooks = runbooks or Runbooks()
        if not guardrails:
            raise ValueError(f"{self.node.path}: guardrails is empty: name at least one guardrail")
        if interventions < 1:
            raise ValueError(f"{self.node.path}: interventions is {interventions}: use 1 or more")
        self.alarms = {
            name: self._alarm(name, guardrail, interventions)
            for name, guardrail in guardrails.items()
        }
        allow_alarms(topic)
        for alarm in self.alarms.values():
            alarm.add_alarm_action(actions.SnsAction(topic))
        self.rule = self._rule()
        send_to_topic(self.rule, topic)

    def _alarm(
        self, name: str, guardrail: WatchedGuardrail, interventions: int
    ) -> cloudwatch.Alarm:
        metric = guardrail.metric_invocations_intervened(period=Duration.minutes(5))
        return metric.create_alarm(
            self,
            f"Interventions-{name}",
            alarm_description=self._runbooks.describe(
                f"The guardrail {name!r} steps in often: look who is probing it",
                AlarmGroup.GUARDRAILS,
            ),
            threshold=interventions,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _rule(self) -> events.Rule:
        return events.Rule(
            self,
            "Changes",
            description="A guardrail or the account's enforced guardrail was changed",
            event_pattern=events.EventPattern(
                source=["aws.bedrock"],
                detail_type=["AWS API Call via CloudTrail"],
                detail={
                    "eventSource": ["bedrock.amazonaws.com"],
                    "eventName": list(WATCHED_CALLS),
                },
            ),
        )
