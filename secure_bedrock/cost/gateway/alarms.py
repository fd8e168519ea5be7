"""Metrics of a gateway, and alarms when it counts less than was used or does not answer."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.cost.counting_alarms import counting_alarms

NAMESPACE = "SecureBedrock/InvocationGateway"
_PERIOD = Duration.minutes(5)


def gateway_metric(gateway: str, name: str, period: Duration | None = None) -> cloudwatch.Metric:
    """A metric that the function writes."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"Gateway": gateway},
        statistic="Sum",
        period=period or _PERIOD,
    )


def gateway_alarms(
    scope: Construct, *, gateway: str, function: str, topic: sns.ITopic
) -> list[cloudwatch.Alarm]:
    """Calls that were not counted as used, reservations that ended by themselves, failed runs."""
    errors = cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions_map={"FunctionName": function},
        statistic="Sum",
        period=_PERIOD,
    )
    watched = {
        "Problems": (gateway_metric(gateway, "Problems"), "tokens could not be counted as used"),
        "Expired": (gateway_metric(gateway, "Expired"), "calls ended without being settled"),
        "Errors": (errors, "runs of the function failed"),
    }
    return counting_alarms(scope, "Invocation gateway", watched, topic=topic)
