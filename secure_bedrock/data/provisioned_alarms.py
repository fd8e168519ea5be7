"""Alarms on dedicated capacity: too little of it, or nothing that uses it.

Source: Amazon Bedrock User Guide, "Monitoring the performance of Amazon Bedrock": the dimension
ModelId holds what callers name, here the ARN of the capacity.
"""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.topic_policies import allow_alarms

_COMPARE = cloudwatch.ComparisonOperator
_MISSING = cloudwatch.TreatMissingData


def capacity_metric(name: str, arn: str, period: Duration | None = None) -> cloudwatch.Metric:
    """A metric of the capacity: a sum, over five minutes by default."""
    return cloudwatch.Metric(
        namespace="AWS/Bedrock",
        metric_name=name,
        dimensions_map={"ModelId": arn},
        statistic="Sum",
        period=period or Duration.minutes(5),
    )


def capacity_alarms(
    scope: Construct, name: str, arn: str, topic: sns.ITopic | None
) -> list[cloudwatch.Alarm]:
    """An alarm when calls are throttled, and one when a day passes without a call."""
    if topic is None:
        return []
    throttled = capacity_metric("InvocationThrottles", arn).create_alarm(
        scope,
        "Throttled",
        alarm_description=f"Provisioned throughput {name} has too little capacity for its callers",
        threshold=1,
        evaluation_periods=3,
        comparison_operator=_COMPARE.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=_MISSING.NOT_BREACHING,
    )
    idle = capacity_metric("Invocations", arn, Duration.hours(6)).create_alarm(
        scope,
        "Idle",
        alarm_description=f"Nobody has used provisioned throughput {name} for a day: it is billed",
        threshold=1,
        evaluation_periods=4,
        comparison_operator=_COMPARE.LESS_THAN_THRESHOLD,
        treat_missing_data=_MISSING.BREACHING,
    )
    allow_alarms(topic)
    for alarm in (throttled, idle):
        alarm.add_alarm_action(actions.SnsAction(topic))
    return [throttled, idle]
