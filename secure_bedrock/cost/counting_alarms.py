"""Alarms that hear of anything at all: one is enough."""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.topic_policies import allow_alarms


def counting_alarms(
    scope: Construct,
    subject: str,
    watched: Mapping[str, tuple[cloudwatch.Metric, str]],
    *,
    topic: sns.ITopic,
) -> list[cloudwatch.Alarm]:
    """An alarm for each metric, raised by one count, that tells the topic what happened.

    Args:
        scope: Parent of the alarms; its path is in their descriptions.
        subject: What the scope is, to begin a sentence with.
        watched: Construct id to metric and what a count means.
        topic: Is told; its policy and its key's are completed.
    """
    allow_alarms(topic)
    alarms = []
    for id, (metric, what) in watched.items():
        alarm = metric.create_alarm(
            scope,
            id,
            alarm_description=f"{subject} {scope.node.path}: {what}",
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarms.append(alarm)
    return alarms
