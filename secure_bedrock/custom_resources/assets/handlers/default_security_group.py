"""Custom::ClosedDefaultSecurityGroup: the default security group of a VPC without its two rules.

AWS creates the group with one rule that admits its own members and one that lets everything out.
They are taken away by value, so the function needs no permission to read security groups, and other
rules stay as they are. Source: Amazon VPC User Guide, "Default security groups for your VPCs".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .patience import Patience
from .protocol import Answer, Event, respond

RETRY_SECONDS = 120

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})
_GONE = {"InvalidPermission.NotFound", "InvalidGroup.NotFound"}
_THERE = {"InvalidPermission.Duplicate", "InvalidGroup.NotFound"}


def handler(event: Event, _context: object) -> None:
    """The entry point of the function."""
    run(event, Patience(RETRY_SECONDS))


def run(event: Event, patience: Patience) -> None:
    """Carry the event out with so much patience, and answer it."""
    operations = Operations(boto3.client("ec2", config=_CLIENT), patience)
    respond(event, operations.by_type())


@dataclass(frozen=True, slots=True)
class Operations:
    """Close and reopen a group with this client.

    Attributes:
        ec2: Client of Amazon EC2.
        patience: How long calls are repeated.
    """

    ec2: Any
    patience: Patience

    def by_type(self) -> dict[str, Callable[[Event], Answer]]:
        """The operation for each request type."""
        return {"Create": self.close, "Update": self.close, "Delete": self.reopen}

    def close(self, event: Event) -> Answer:
        """Take the two rules away, those that are still there.

        The group is the resource's id: after an update to another group, CloudFormation deletes the
        resource of the former one, which reopens that.
        """
        group = event["ResourceProperties"]["GroupId"]
        self._call(self.ec2.revoke_security_group_ingress, group, _ingress(group), _GONE)
        self._call(self.ec2.revoke_security_group_egress, group, _egress(), _GONE)
        return Answer(group)

    def reopen(self, event: Event) -> Answer:
        """Give the two rules back, unless they or the group are gone or there again."""
        group = event["PhysicalResourceId"]
        self._call(self.ec2.authorize_security_group_ingress, group, _ingress(group), _THERE)
        self._call(self.ec2.authorize_security_group_egress, group, _egress(), _THERE)
        return Answer(group)

    def _call(
        self, operation: Callable[..., Any], group: str, rule: dict[str, Any], settled: set[str]
    ) -> None:
        try:
            self.patience.call(operation, GroupId=group, IpPermissions=[rule])
        except ClientError as error:
            if error.response["Error"]["Code"] not in settled:
                raise


def _ingress(group: str) -> dict[str, Any]:
    return {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}


def _egress() -> dict[str, Any]:
    return {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
