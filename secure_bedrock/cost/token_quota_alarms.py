"""Alarms on a quota that sees or does less than it should."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.cost.counting_alarms import counting_alarms

NAMESPACE = "SecureBedrock/TokenQuota"
_PERIOD = Duration.minutes(5)


def quota_metric(quota: str, name: str, period: Duration | None = None) -> cloudwatch.Metric:
    """A metric that the function writes."""
    return _metric(NAMESPACE, name, {"Quota": quota}, period)


def quota_alarms(
    scope: Construct,
    *,
    quota: str,
    function: str,
    queue: str,
    subscription: logs.CfnSubscriptionFilter,
    topic: sns.ITopic,
) -> list[cloudwatch.Alarm]:
    """Doubtful records and denials that failed, failed runs, batches given up, logs not sent."""
    undelivered = {
        "LogGroupName": subscription.log_group_name,
        "DestinationType": "Lambda",
        "FilterName": subscription.filter_name or "",
    }
    visible = "ApproximateNumberOfMessagesVisible"
    watched = {
        "Problems": (
            quota_metric(quota, "Problems"),
            "records could not be counted in full, or somebody could not be denied",
        ),
        "Errors": (
            _metric("AWS/Lambda", "Errors", {"FunctionName": function}, None),
            "a run failed and is repeated",
        ),
        "GivenUp": (
            _metric("AWS/SQS", visible, {"QueueName": queue}, None, statistic="Maximum"),
            "batches of records were not counted: they lie in the dead-letter queue",
        ),
        "NotSent": (
            _metric("AWS/Logs", "DeliveryErrors", undelivered, None),
            "CloudWatch Logs could not send records",
        ),
    }
    return counting_alarms(scope, "Token quota", watched, topic=topic)


def _metric(
    namespace: str,
    name: str,
    dimensions: dict[str, str],
    period: Duration | None,
    statistic: str = "Sum",
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=period or _PERIOD,
    )
