"""Somebody is told when the endpoints turn traffic away."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aws_cdk import Duration, Fn, Names
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.encryption.topic_policies import allow_alarms

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2

    from secure_bedrock.network.endpoints import BedrockEndpoints

NAMESPACE = "SecureBedrock/Network"

_TOGETHER = 4
"""Endpoints in one filter: at most 6 zones each, 31 characters an interface, and a pattern has at
most 1,024."""

_SEPARATOR = '" || eni = "'


class RejectedTrafficAlarm(Construct):
    """An alarm on traffic that the security groups of the endpoints rejected.

    It protects against a workload that looks for a way to Amazon Bedrock that it was not given: the
    endpoints reject whoever was not admitted with ``allow_from``, and every other port than 443.

    Args:
        scope: Parent construct.
        id: Construct id.
        endpoints: The endpoints to watch.
        log_group: Where the VPC's flow logs are, in AWS's default format (version 2), with rejected
            traffic: ``SecureBedrockVpc.flow_logs.log_group``.
        topic: Is told. Its policy and its key's policy are completed.
        rejections: How many records of rejected traffic within five minutes raise the alarm, at
            least 1. A record stands for up to ten minutes of one flow. Default: 1.

    Attributes:
        alarm: The alarm.

    Raises:
        ValueError: Fewer than one rejection.

    Sources: Amazon VPC User Guide, "Flow log records"; Amazon CloudWatch Logs User Guide, "Filter
    pattern syntax for metric filters".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        endpoints: "BedrockEndpoints",
        log_group: logs.ILogGroup,
        topic: sns.ITopic,
        rejections: int = 1,
    ) -> None:
        super().__init__(scope, id)
        if rejections < 1:
            raise ValueError(f"{self.node.path}: rejections is {rejections}: use 1 or more")
        self._metric_name = Names.unique_resource_name(self, max_length=200)
        every = [endpoints.endpoint(service) for service in endpoints.services]
        for start in range(0, len(every), _TOGETHER):
            self._count(start // _TOGETHER, log_group, every[start : start + _TOGETHER])
        self.alarm = self.metric_rejections().create_alarm(
            self,
            "Alarm",
            alarm_description="Traffic to the interface endpoints was rejected: look in the flow "
            "logs who is trying to reach them",
            threshold=rejections,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        allow_alarms(topic)
        self.alarm.add_alarm_action(actions.SnsAction(topic))

    def metric_rejections(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Records of rejected traffic at the endpoints. Default: within five minutes."""
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=self._metric_name,
            statistic="Sum",
            period=period or Duration.minutes(5),
        )

    def _count(
        self,
        number: int,
        log_group: logs.ILogGroup,
        endpoints: Sequence["ec2.InterfaceVpcEndpoint"],
    ) -> None:
        interfaces = [
            Fn.join(_SEPARATOR, endpoint.vpc_endpoint_network_interface_ids)
            for endpoint in endpoints
        ]
        logs.MetricFilter(
            self,
            f"Filter{number}",
            log_group=log_group,
            filter_pattern=logs.FilterPattern.literal(
                f'[version, account, eni = "{Fn.join(_SEPARATOR, interfaces)}", source, '
                "destination, source_port, destination_port, protocol, packets, bytes, start, end, "
                'action = "REJECT", status]'
            ),
            metric_namespace=NAMESPACE,
            metric_name=self._metric_name,
            metric_value="1",
        )
