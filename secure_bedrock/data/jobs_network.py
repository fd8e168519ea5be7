"""Private networking of model jobs.

Source: Amazon Bedrock User Guide, "Protect model customization jobs using a VPC" and "Protect batch
inference jobs using a VPC".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ec2 as ec2

from secure_bedrock.data.service_role import ServiceRole
from secure_bedrock.encryption.place import place_of

_LOOK = (
    "DescribeDhcpOptions",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcs",
)
_MANAGED = "BedrockManaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobNetwork:
    """Where a job reaches its data from.

    Attributes:
        subnets: 1 to 16, with a way to Amazon S3 through an endpoint.
        security_groups: 1 to 5.
    """

    subnets: Sequence[ec2.ISubnet]
    security_groups: Sequence[ec2.ISecurityGroup]

    def __post_init__(self) -> None:
        for name, most in (("subnets", 16), ("security_groups", 5)):
            number = len(getattr(self, name))
            if not 1 <= number <= most:
                raise ValueError(f"{name} has {number} entries: name 1 to {most}")

    def render(self) -> dict[str, list[str]]:
        """``vpcConfig`` of the API call that starts a job."""
        return {
            "subnetIds": [each.subnet_id for each in self.subnets],
            "securityGroupIds": [each.security_group_id for each in self.security_groups],
        }

    def allow(self, role: ServiceRole, job_tag: str) -> None:
        """Let jobs have network interfaces in these subnets, marked as their own.

        Args:
            role: The job's role.
            job_tag: The tag with the job's ARN that Amazon Bedrock puts on each interface.
        """
        place = place_of(role)
        ec2_arn = f"arn:{place.partition}:ec2:{place.region}:{place.account}"
        interfaces = [f"{ec2_arn}:network-interface/*"]
        subnets = [f"{ec2_arn}:subnet/{each.subnet_id}" for each in self.subnets]
        groups = [f"{ec2_arn}:security-group/{g.security_group_id}" for g in self.security_groups]
        role.allow([f"ec2:{each}" for each in _LOOK], ["*"])  # the actions take no other resource
        role.allow(["ec2:CreateNetworkInterface"], [*subnets, *groups])
        requested = _tagged("aws:RequestTag", job_tag, role.pattern)
        role.allow(["ec2:CreateNetworkInterface"], interfaces, requested)
        own = _tagged("aws:ResourceTag", job_tag, role.pattern)
        own["ArnEquals"] = {"ec2:Subnet": subnets}
        role.allow(
            [
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ],
            interfaces,
            own,
        )
        creating: dict[str, dict[str, Any]] = {
            "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
            "ForAllValues:StringEquals": {"aws:TagKeys": [_MANAGED, job_tag]},
        }
        role.allow(["ec2:CreateTags"], interfaces, creating)


def _tagged(key: str, job_tag: str, jobs: str) -> dict[str, dict[str, Any]]:
    return {"StringEquals": {f"{key}/{_MANAGED}": "true"}, "ArnLike": {f"{key}/{job_tag}": jobs}}
