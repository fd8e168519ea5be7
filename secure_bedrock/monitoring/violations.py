"""A log of what guardrails acted on: counted, ranked, and free of what people wrote."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.key_policies import allow_log_groups
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.encryption.topic_policies import allow_alarms
from secure_bedrock.monitoring.alarm_groups import AlarmGroup, Runbooks
from secure_bedrock.monitoring.insight_rules import InsightRule
from secure_bedrock.monitoring.violation_writer import ViolationWriter

NAMESPACE = "SecureBedrock/Guardrails"
METRIC = "Violations"

_FIVE_MINUTES = Duration.minutes(5)
_PATTERN = '{ $.schema = "GuardrailViolation" }'


class GuardrailViolations(Construct):
    """Writes down what guardrails acted on, and counts it by guardrail, policy and principal.

    It protects against a guardrail that is probed until it gives way, and against the choice
    between not knowing and reading everybody's prompts. A function reads the invocation log's
    records in which a guardrail acted, in whichever form InvokeModel, Converse or a stream wrote
    them, and keeps guardrail, policy, category, principal and model. Matched words, prompts and
    answers stay behind.

    Args:
        scope: Parent construct.
        id: Construct id.
        log_group: The log group of invocation logging. This takes one of its two subscriptions.
        encryption_key: Encrypts log and queue; its policy is completed.
        topic: Is told; its policies are completed.
        attempts: How many violations of one principal within five minutes raise the alarm, at least
            1. Default: 10.
        retention: How long violations are kept. Default: 13 months.
        runbooks: Where it says what to do. Default: its place in this library's documentation.
        removal_policy: What happens to the log groups when they leave the stack. Default: they
            stay.

    Attributes:
        log_group: One line of JSON for each violation.
        principals: Ranks principals.
        policies: Ranks guardrails, policies and categories.
        alarm: One principal has many violations.
        alarms: That one, and the one on records that could not be read.

    Raises:
        ValueError: Fewer than one attempt.

    Source: Amazon Bedrock API Reference, "GuardrailTraceAssessment"; CloudWatch Logs User Guide,
    "Real-time processing of log data with subscriptions".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        log_group: logs.ILogGroup,
        encryption_key: kms.IKey,
        topic: sns.ITopic,
        attempts: int = 10,
        retention: logs.RetentionDays = logs.RetentionDays.THIRTEEN_MONTHS,
        runbooks: Runbooks | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        if not unresolved(attempts) and attempts < 1:
            raise ValueError(f"{self.node.path}: attempts is {attempts}: use 1 or more")
        allow_log_groups(encryption_key)
        self.log_group = logs.LogGroup(
            self,
            "Log",
            encryption_key=encryption_key,
            retention=retention,
            removal_policy=removal_policy,
        )
        writer = ViolationWriter(
            self,
            "Writer",
            source=log_group,
            target=self.log_group,
            encryption_key=encryption_key,
            topic=topic,
            removal_policy=removal_policy,
        )
        self.principals = InsightRule(
            self, "Principals", log_group=self.log_group, keys=["$.principal"]
        )
        self.policies = InsightRule(
            self,
            "Policies",
            log_group=self.log_group,
            keys=["$.guardrail", "$.policy", "$.category"],
        )
        self._count()
        self.alarm = self._alarm(attempts, runbooks or Runbooks())
        allow_alarms(topic)
        self.alarm.add_alarm_action(actions.SnsAction(topic))
        self.alarms = [self.alarm, writer.undelivered.alarm]

    def metric_violations(
        self, guardrail_id: str, policy: str, *, period: Duration | None = None
    ) -> cloudwatch.Metric:
        """Violations of a policy of a guardrail. Sum over five minutes unless told otherwise.

        Args:
            guardrail_id: Id of the guardrail, as the trace names it.
            policy: Such as ``ContentPolicy`` or ``SensitiveInformationPolicy``; ``Unknown`` where
                the caller asked for no trace.
            period: Default: five minutes.
        """
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=METRIC,
            dimensions_map={"Guardrail": guardrail_id, "Policy": policy},
            statistic="Sum",
            period=period or _FIVE_MINUTES,
        )

    def _count(self) -> None:
        """A metric with dimensions, which therefore cannot be zero while nothing happens."""
        dimension = logs.CfnMetricFilter.DimensionProperty
        logs.CfnMetricFilter(
            self,
            "Count",
            log_group_name=self.log_group.log_group_name,
            filter_pattern=_PATTERN,
            metric_transformations=[
                logs.CfnMetricFilter.MetricTransformationProperty(
                    metric_namespace=NAMESPACE,
                    metric_name=METRIC,
                    metric_value="1",
                    unit="Count",
                    dimensions=[
                        dimension(key="Guardrail", value="$.guardrail"),
                        dimension(key="Policy", value="$.policy"),
                    ],
                )
            ],
        )

    def _alarm(self, attempts: int, runbooks: Runbooks) -> cloudwatch.Alarm:
        says = "One principal violates guardrails again and again"
        return cloudwatch.Alarm(
            self,
            "Attempts",
            metric=self.principals.metric_top(),
            alarm_description=runbooks.describe(says, AlarmGroup.GUARDRAILS),
            threshold=attempts,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
