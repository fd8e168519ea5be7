"""A queue for the events that a function could not take, and an alarm on it."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from secure_bedrock.encryption.key_policies import TopicPublisher, allow_topic_publisher
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.topic_policies import allow_alarms


class Undelivered(Construct):
    """Keeps what was not handled for 14 days and raises an alarm about the first event.

    It protects against a security function that silently stopped. EventBridge puts events here that
    it could not hand over, AWS Lambda those whose every attempt failed.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the messages.
        topic: Is told.

    Source: EventBridge User Guide, "Using dead-letter queues to process undelivered events".
    """

    def __init__(
        self, scope: Construct, id: str, *, encryption_key: kms.IKey, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        allow_topic_publisher(encryption_key, TopicPublisher.EVENTBRIDGE)
        self._let_rules_send()
        self.alarm = self._alarm()
        allow_alarms(topic)
        self.alarm.add_alarm_action(actions.SnsAction(topic))

    def _let_rules_send(self) -> None:
        place = place_of(self)
        rules = f"arn:{place.partition}:events:{place.region}:{place.account}:rule/*"
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="RulesSend",
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={"ArnLike": {"aws:SourceArn": rules}},
            )
        )

    def _alarm(self) -> cloudwatch.Alarm:
        metric = cloudwatch.Metric(
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions_map={"QueueName": self.queue.queue_name},
            statistic="Maximum",
            period=Duration.minutes(5),
        )
        return metric.create_alarm(
            self,
            "Alarm",
            alarm_description=(
                f"{self.node.path}: events were not handled. See the queue and the function's log."
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
