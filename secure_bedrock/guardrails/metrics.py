"""CloudWatch metrics of a guardrail."""

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration

from secure_bedrock.catalog.guardrails import METRIC_NAMESPACE, GuardrailMetric

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch


class GuardrailMetrics:
    """Metrics of one guardrail version, for a class that knows its ARN and version.

    An alarm sees data only if its dimensions are exactly ``GuardrailArn`` and ``GuardrailVersion``,
    and only for callers that use this version. Metrics a guardrail never emitted are missing, not
    zero: let alarms treat missing data as not breaching.
    """

    guardrail_arn: str
    guardrail_version: str

    def metric(
        self, name: GuardrailMetric, *, statistic: str = "Sum", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """A metric of this guardrail version.

        Args:
            name: The metric.
            statistic: Default: the sum.
            period: Default: five minutes.
        """
        # Not imported above: few who make a guardrail ask for a metric, and loading is slow.
        return cdk.aws_cloudwatch.Metric(
            namespace=METRIC_NAMESPACE,
            metric_name=name.value,
            dimensions_map={
                "GuardrailArn": self.guardrail_arn,
                "GuardrailVersion": self.guardrail_version,
            },
            statistic=statistic,
            period=period,
        )

    def metric_invocations(
        self, *, statistic: str = "Sum", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """How often the guardrail was applied."""
        return self.metric(GuardrailMetric.INVOCATIONS, statistic=statistic, period=period)

    def metric_invocations_intervened(
        self, *, statistic: str = "Sum", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """How often the guardrail blocked or anonymised something."""
        return self.metric(
            GuardrailMetric.INVOCATIONS_INTERVENED, statistic=statistic, period=period
        )

    def metric_invocation_latency(
        self, *, statistic: str = "Average", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """Milliseconds an evaluation takes, the average by default."""
        return self.metric(GuardrailMetric.INVOCATION_LATENCY, statistic=statistic, period=period)

    def metric_invocation_client_errors(
        self, *, statistic: str = "Sum", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """How often a caller's mistake ended an evaluation."""
        return self.metric(
            GuardrailMetric.INVOCATION_CLIENT_ERRORS, statistic=statistic, period=period
        )

    def metric_invocation_server_errors(
        self, *, statistic: str = "Sum", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """How often AWS failed to evaluate."""
        return self.metric(
            GuardrailMetric.INVOCATION_SERVER_ERRORS, statistic=statistic, period=period
        )

    def metric_invocation_throttles(
        self, *, statistic: str = "Sum", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """How often an evaluation was throttled; such calls count nowhere else."""
        return self.metric(GuardrailMetric.INVOCATION_THROTTLES, statistic=statistic, period=period)

    def metric_text_units(
        self, *, statistic: str = "Sum", period: Duration | None = None
    ) -> "cloudwatch.Metric":
        """Text units evaluated, of up to 1,000 characters each: what AWS charges for."""
        return self.metric(GuardrailMetric.TEXT_UNIT_COUNT, statistic=statistic, period=period)
