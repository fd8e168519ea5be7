"""Metrics, logs and traces of many accounts, seen from one of them."""

import re
from collections.abc import Collection
from enum import StrEnum

from aws_cdk import Names
from aws_cdk import aws_oam as oam
from constructs import Construct

from secure_bedrock.encryption.tokens import unresolved

_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_SINK = re.compile(r"arn:[a-z-]+:oam:[a-z0-9-]+:\d{12}:sink/[0-9a-f-]+")


class Telemetry(StrEnum):
    """What a source account shares."""

    METRICS = "AWS::CloudWatch::Metric"
    LOG_GROUPS = "AWS::Logs::LogGroup"
    TRACES = "AWS::XRay::Trace"


class ObservabilitySink(Construct):
    """The monitoring account's side: accounts of one organization may link to it.

    It protects against a sink that takes links from anywhere: only accounts of the organization,
    and only for the telemetry that is named. An account has one sink in a Region.

    Args:
        scope: Parent construct.
        id: Construct id.
        organization_id: Such as ``o-exampleorgid``.
        telemetry: What may be shared. Default: metrics.

    Attributes:
        sink_arn: ARN of the sink, for ``ObservabilityLink``.

    Raises:
        ValueError: The organization id is none, or no telemetry is named.

    Source: CloudWatch User Guide, "CloudWatch cross-account observability"; Observability Access
    Manager API Reference, "PutSinkPolicy".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        organization_id: str,
        telemetry: Collection[Telemetry] = (Telemetry.METRICS,),
    ) -> None:
        super().__init__(scope, id)
        if not unresolved(organization_id) and not _ORGANIZATION.fullmatch(organization_id):
            raise ValueError(
                f"{self.node.path}: organization_id is {organization_id!r}: it looks like"
                " o-exampleorgid"
            )
        kinds = _kinds(self, telemetry)
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["oam:CreateLink", "oam:UpdateLink"],
            "Resource": "*",
            "Condition": {
                "StringEquals": {"aws:PrincipalOrgID": organization_id},
                "ForAllValues:StringEquals": {"oam:ResourceTypes": kinds},
                # Without it, a request that names no type at all would meet "for all values".
                "Null": {"oam:ResourceTypes": "false"},
            },
        }
        sink = oam.CfnSink(
            self,
            "Resource",
            name=Names.unique_resource_name(self, max_length=100, separator="-"),
            policy={"Version": "2012-10-17", "Statement": [statement]},
        )
        self.sink_arn = sink.attr_arn


class ObservabilityLink(Construct):
    """A source account's side: shares telemetry of Amazon Bedrock with a monitoring account.

    It protects against sharing more than was meant: metrics of Amazon Bedrock only, log groups only
    by name.

    Args:
        scope: Parent construct.
        id: Construct id.
        sink_arn: ARN of the monitoring account's sink, in the same Region.
        telemetry: What is shared. Default: metrics.
        log_groups: Beginnings of the names of the log groups that are shared; needed with
            ``Telemetry.LOG_GROUPS``. Default: none.

    Raises:
        ValueError: The ARN is none of a sink, no telemetry is named, or log groups are shared
            without a name.

    Source: CloudWatch User Guide, "Link monitoring accounts with source accounts".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        sink_arn: str,
        telemetry: Collection[Telemetry] = (Telemetry.METRICS,),
        log_groups: Collection[str] = (),
    ) -> None:
        super().__init__(scope, id)
        if not unresolved(sink_arn) and not _SINK.fullmatch(sink_arn):
            raise ValueError(
                f"{self.node.path}: sink_arn is {sink_arn!r}: it looks like"
                " arn:aws:oam:REGION:ACCOUNT:sink/ID"
            )
        kinds = _kinds(self, telemetry)
        if (Telemetry.LOG_GROUPS in kinds) != bool(log_groups):
            raise ValueError(
                f"{self.node.path}: log_groups has {len(log_groups)} names: name log groups if, and"
                " only if, telemetry has Telemetry.LOG_GROUPS"
            )
        filters = oam.CfnLink.LinkFilterProperty
        oam.CfnLink(
            self,
            "Resource",
            sink_identifier=sink_arn,
            label_template="$AccountName",
            resource_types=kinds,
            link_configuration=oam.CfnLink.LinkConfigurationProperty(
                metric_configuration=filters(filter="Namespace LIKE 'AWS/Bedrock%'")
                if Telemetry.METRICS in kinds
                else None,
                log_group_configuration=filters(
                    filter=" OR ".join(f"LogGroupName LIKE '{name}%'" for name in log_groups)
                )
                if log_groups
                else None,
            ),
        )


def _kinds(scope: Construct, telemetry: Collection[Telemetry]) -> list[str]:
    unknown = sorted(set(telemetry) - set(Telemetry))
    if unknown or not telemetry:
        raise ValueError(
            f"{scope.node.path}: telemetry has {unknown or 'nothing'}: choose members of Telemetry"
        )
    return sorted(set(map(str, telemetry)))
