"""Ingestion of documents on a schedule."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_EXPRESSION = re.compile(r"rate\([1-9]\d* (minutes?|hours?|days?)\)|cron\(\S+( \S+){5}\)")
_RETRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSchedule:
    """When documents are ingested.

    Attributes:
        expression: ``rate(1 day)`` or ``cron(0 3 * * ? *)``, as EventBridge Scheduler has them.
        timezone: What a ``cron`` expression is in. The default is UTC.
    """

    expression: str = "rate(1 day)"
    timezone: str = "UTC"

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if not unresolved(self.expression) and not _EXPRESSION.fullmatch(self.expression):
            yield (
                f"sync expression {self.expression!r} is no schedule that repeats: write "
                "rate(1 day) or cron(0 3 * * ? *)"
            )


DAILY = SyncSchedule()


class ScheduledSync(Construct):
    """Starts an ingestion job on a schedule, with a role that can do only that.

    It protects against answers from documents that were changed or erased: what is deleted from the
    bucket is found until the next ingestion.

    Args:
        scope: Parent construct.
        id: Construct id.
        schedule: When.
        knowledge_base: The knowledge base.
        data_source: Its data source.

    Source: EventBridge Scheduler User Guide, "Universal targets" and "Confused deputy prevention".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        schedule: SyncSchedule,
        knowledge_base: bedrock.CfnKnowledgeBase,
        data_source: bedrock.CfnDataSource,
    ) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        self._group = scheduler.CfnScheduleGroup(self, "Group")
        role = self._role(knowledge_base.attr_knowledge_base_arn)
        ids = {
            "KnowledgeBaseId": knowledge_base.attr_knowledge_base_id,
            "DataSourceId": data_source.attr_data_source_id,
        }
        self.schedule = scheduler.CfnSchedule(
            self,
            "Schedule",
            group_name=self._group.ref,
            schedule_expression=schedule.expression,
            schedule_expression_timezone=schedule.timezone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=f"arn:{place.partition}:scheduler:::aws-sdk:bedrockagent:startIngestionJob",
                role_arn=role.role_arn,
                input=json.dumps(ids),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=_RETRIES
                ),
            ),
        )

    def metric_failures(self, period: Duration | None = None) -> cloudwatch.Metric:
        """Attempts to start an ingestion job that failed."""
        return cloudwatch.Metric(
            namespace="AWS/Scheduler",
            metric_name="TargetErrorCount",
            dimensions_map={"ScheduleGroup": self._group.ref},
            statistic="Sum",
            period=period or Duration.minutes(5),
        )

    def _role(self, knowledge_base_arn: str) -> iam.Role:
        permissions = iam.ManagedPolicy(
            self,
            "Permissions",
            statements=[
                iam.PolicyStatement(
                    actions=["bedrock:StartIngestionJob"], resources=[knowledge_base_arn]
                )
            ],
        )
        conditions = {
            "StringEquals": {"aws:SourceAccount": place_of(self).account},
            "ArnEquals": {"aws:SourceArn": self._group.attr_arn},
        }
        principal = iam.ServicePrincipal("scheduler.amazonaws.com", conditions=conditions)
        return iam.Role(self, "Role", assumed_by=principal, managed_policies=[permissions])
