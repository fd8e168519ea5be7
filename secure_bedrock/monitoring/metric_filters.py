"""Metric filters on the log group of invocation logging, and alarms on them."""

from collections.abc import Collection

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.security_log_signals import LOG_SIGNALS, LogSignal
from secure_bedrock.catalog.security_signals import Signal
from secure_bedrock.encryption.topic_policies import allow_alarms

NAMESPACE = "SecureBedrock/Signals"


class RecordSignals(Construct):
    """Counts records of invocations that look like trouble, and tells when there are many.

    It protects against attacks that the API accepts: the call is allowed, its content says what it
    is. The patterns understand InvokeModel, Converse and both streaming calls.

    Args:
        scope: Parent construct.
        id: Construct id.
        log_group: Log group of invocation logging.
        topic: Is told.
        without: Signals to leave out.

    Attributes:
        alarms: Signal -> alarm.

    Source: CloudWatch Logs User Guide, "Creating metrics from log events using filters".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        log_group: logs.ILogGroup,
        topic: sns.ITopic,
        without: Collection[Signal] = (),
    ) -> None:
        super().__init__(scope, id)
        self.alarms: dict[Signal, cloudwatch.Alarm] = {}
        allow_alarms(topic)
        for each in LOG_SIGNALS:
            if each.signal in without:
                continue
            self._filter(each, log_group)
            if each.at_least is not None:
                self.alarms[each.signal] = self._alarm(each, each.at_least)
                self.alarms[each.signal].add_alarm_action(actions.SnsAction(topic))

    def metric(self, signal: Signal, *, period: Duration | None = None) -> cloudwatch.Metric:
        """How many records gave the signal. Sum over five minutes unless told otherwise."""
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=str(signal),
            statistic="Sum",
            period=period or Duration.minutes(5),
        )

    def _filter(self, signal: LogSignal, log_group: logs.ILogGroup) -> None:
        transformation = logs.CfnMetricFilter.MetricTransformationProperty(
            metric_namespace=NAMESPACE,
            metric_name=str(signal.signal),
            metric_value="1",
            default_value=0,
            unit="Count",
        )
        logs.CfnMetricFilter(
            self,
            f"{signal.signal}-filter",
            log_group_name=log_group.log_group_name,
            filter_pattern=signal.pattern,
            metric_transformations=[transformation],
        )

    def _alarm(self, signal: LogSignal, at_least: int) -> cloudwatch.Alarm:
        return self.metric(signal.signal).create_alarm(
            self,
            str(signal.signal),
            alarm_description=(
                f"{signal.severity}: {signal.summary}. Runbook: docs/runbooks/{signal.runbook}"
            ),
            threshold=at_least,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
