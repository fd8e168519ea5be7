"""What a knowledge base reports of each document it ingests, and the alarm on failures."""

from aws_cdk import ArnFormat, Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct, IDependable

from secure_bedrock.encryption.key_policies import allow_log_groups
from secure_bedrock.encryption.place import place_of

METRIC_NAMESPACE = "SecureBedrock/KnowledgeBases"
METRIC_NAME = "IngestionFailures"

_DIMENSION = "KnowledgeBaseArn"
_DELIVERY_NAME_LENGTH = 60
_FAILED = (
    '$.event.ingestion_job_status = "*FAILED"',
    '$.event.status = "*FAILED"',
    '$.event.connector_document_status = "FAILED"',
    "$.event.resource_statistics.number_of_resources_failed > 0",
)


class KnowledgeBaseLogs(Construct):
    """An encrypted log group that receives the application logs of a knowledge base.

    It protects against documents that were never taken in, or never taken out, without anybody
    knowing: one failed job or document counts in a metric.

    Args:
        scope: Parent construct.
        id: Construct id.
        knowledge_base_arn: The knowledge base.
        encryption_key: Encrypts the log group; its key policy is completed.
        removal_policy: What happens to the log group when it leaves the stack.

    Source: Amazon Bedrock User Guide, "Monitor knowledge bases using CloudWatch Logs"; CloudWatch
    Logs User Guide, "Enable logging from AWS services".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        knowledge_base_arn: str,
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self._knowledge_base_arn = knowledge_base_arn
        allow_log_groups(encryption_key)
        self.log_group = logs.LogGroup(
            self,
            "LogGroup",
            encryption_key=encryption_key,
            retention=logs.RetentionDays.THIRTEEN_MONTHS,
            removal_policy=removal_policy,
        )
        allowed = self.log_group.add_to_resource_policy(self._delivery())
        self._deliver(allowed.policy_dependable)
        logs.MetricFilter(
            self,
            "Failures",
            log_group=self.log_group,
            filter_pattern=logs.FilterPattern.literal(
                f"{{ {' || '.join(f'({each})' for each in _FAILED)} }}"
            ),
            metric_namespace=METRIC_NAMESPACE,
            metric_name=METRIC_NAME,
            metric_value="1",
            dimensions={_DIMENSION: "$.event.knowledge_base_arn"},
        )

    def metric_failures(self, period: Duration | None = None) -> cloudwatch.Metric:
        """Jobs and documents that could not be ingested."""
        return cloudwatch.Metric(
            namespace=METRIC_NAMESPACE,
            metric_name=METRIC_NAME,
            dimensions_map={_DIMENSION: self._knowledge_base_arn},
            statistic="Sum",
            period=period or Duration.minutes(5),
        )

    def _delivery(self) -> iam.PolicyStatement:
        place = place_of(self)
        source = f"arn:{place.partition}:logs:{place.region}:{place.account}:*"
        return iam.PolicyStatement(
            sid="KnowledgeBaseLogs",
            principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[f"{self._log_group_arn()}:log-stream:*"],
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": source},
            },
        )

    def _log_group_arn(self) -> str:
        """Without the ``:*`` at its end, which delivery destinations do not take."""
        return Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=self.log_group.log_group_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _deliver(self, allowed: IDependable | None) -> None:
        name = Names.unique_resource_name(
            self, max_length=_DELIVERY_NAME_LENGTH, separator="-", allowed_special_characters="-"
        )
        source = logs.CfnDeliverySource(
            self,
            "Source",
            name=name,
            log_type="APPLICATION_LOGS",
            resource_arn=self._knowledge_base_arn,
        )
        destination = logs.CfnDeliveryDestination(
            self,
            "Destination",
            name=name,
            destination_resource_arn=self._log_group_arn(),
            output_format="json",
        )
        if allowed is not None:
            destination.node.add_dependency(allowed)
        delivery = logs.CfnDelivery(
            self,
            "Delivery",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.attr_arn,
        )
        delivery.node.add_dependency(source)
