"""Alarms on invocation logs that could not be delivered."""

from enum import StrEnum

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.topic_policies import allow_alarms

_NAMESPACE = "AWS/Bedrock"
_FIVE_MINUTES = Duration.minutes(5)


class Delivery(StrEnum):
    """One of the three ways invocation logs are delivered, as the metrics name it."""

    LOG_GROUP = "ModelInvocationLogsCloudWatchDelivery"
    BUCKET = "ModelInvocationLogsS3Delivery"
    LARGE_DATA = "ModelInvocationLargeDataS3Delivery"


def delivery_metric(
    delivery: Delivery, outcome: str, period: Duration | None = None
) -> cloudwatch.Metric:
    """The metric of one way and outcome. It has no dimensions: it counts the account and Region."""
    return cloudwatch.Metric(
        namespace=_NAMESPACE,
        metric_name=f"{delivery.value}{outcome}",
        statistic="Sum",
        period=period or _FIVE_MINUTES,
    )


class DeliveryAlarms(Construct):
    """One alarm per way of delivery: a single failure within five minutes raises it.

    They protect against invocations that nobody recorded, because a policy or key was changed. No
    invocations, no data, no alarm.

    Args:
        scope: Parent construct.
        id: Construct id.

    Source: Amazon Bedrock User Guide, "Monitoring the performance of Amazon Bedrock".
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.alarms = {delivery: self._alarm(delivery) for delivery in Delivery}

    def notify(self, topic: sns.ITopic) -> None:
        """Tell a topic when an alarm is raised, and when it is over; its policies are completed."""
        allow_alarms(topic)
        action = actions.SnsAction(topic)
        for alarm in self.alarms.values():
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)

    def _alarm(self, delivery: Delivery) -> cloudwatch.Alarm:
        return delivery_metric(delivery, "Failure").create_alarm(
            self,
            "".join(word.title() for word in delivery.name.split("_")),
            alarm_description=f"{delivery.value} failed: model invocations are not recorded there",
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
