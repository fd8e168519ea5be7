"""Alarms on ingestion that failed."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.data.ingestion import ScheduledSync
from secure_bedrock.data.knowledge_base_logs import KnowledgeBaseLogs
from secure_bedrock.encryption.topic_policies import allow_alarms


class IngestionAlarms(Construct):
    """One alarm on jobs and documents that failed, and one on jobs that were never started.

    Args:
        scope: Parent construct.
        id: Construct id.
        logs: The application logs.
        sync: The schedule, None if there is none.
    """

    def __init__(
        self, scope: Construct, id: str, *, logs: KnowledgeBaseLogs, sync: ScheduledSync | None
    ) -> None:
        super().__init__(scope, id)
        text = "A job or a document of the knowledge base failed to be ingested or deleted"
        self.alarms = [self._alarm("Failed", logs.metric_failures(), text)]
        if sync is not None:
            text = "The scheduled ingestion of the knowledge base could not be started"
            self.alarms.append(self._alarm("NotStarted", sync.metric_failures(), text))

    def notify(self, topic: sns.ITopic) -> None:
        """Tell a topic when an alarm is raised, and when it is over; its policies are completed."""
        allow_alarms(topic)
        action = actions.SnsAction(topic)
        for alarm in self.alarms:
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)

    def _alarm(self, id: str, metric: cloudwatch.Metric, description: str) -> cloudwatch.Alarm:
        return metric.create_alarm(
            self,
            id,
            alarm_description=description,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
