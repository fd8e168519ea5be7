"""What a spoke has to know of a hub: plain values that travel between accounts and apps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from aws_cdk import Fn

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.encryption.tokens import unresolved


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointAddress:
    """Where alias records for an interface endpoint lead to.

    Attributes:
        dns_name: The endpoint's own regional name, ``vpce-....vpce.amazonaws.com``.
        hosted_zone_id: The zone that AWS keeps this name in.
    """

    dns_name: str
    hosted_zone_id: str

    @classmethod
    def parse(cls, entry: str) -> Self:
        """Read ``ZONE:NAME``, as CloudFormation gives it and as a hub publishes it."""
        if unresolved(entry):
            parts = Fn.split(":", entry)
            return cls(hosted_zone_id=Fn.select(0, parts), dns_name=Fn.select(1, parts))
        zone, colon, name = entry.partition(":")
        if not (zone and colon and name):
            raise ValueError(f"{entry!r} is no endpoint address: write ZONEID:DNSNAME")
        return cls(hosted_zone_id=zone, dns_name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubExports:
    """A hub as a spoke sees it.

    Every value is a plain text: write down what the hub's stack put out, take it from a parameter,
    or import it with ``imported`` where hub and spoke share account and Region. In one app
    ``BedrockHub.exports`` gives them.

    Attributes:
        account: Account of the hub.
        region: Region of the hub, and so of the Bedrock that is reached through it.
        address_range: The range that the hub's endpoints have their addresses in.
        vpc_id: The hub's VPC; needed for peering.
        endpoints: Where records for each service lead to; needed for zones of the spoke's own.
        profile_id: The Route 53 Profile with the hub's zones; empty if it has none.
        transit_gateway_id: The Transit Gateway; empty if there is none.
        peering_role_arn: The role that accepts peering from another account; empty if none.
    """

    account: str
    region: str
    address_range: str
    vpc_id: str = ""
    endpoints: Mapping[EndpointService, EndpointAddress] = field(default_factory=dict)
    profile_id: str = ""
    transit_gateway_id: str = ""
    peering_role_arn: str = ""

    @classmethod
    def imported(
        cls,
        prefix: str,
        *,
        account: str,
        region: str,
        address_range: str,
        services: Sequence[EndpointService],
        profile: bool = False,
    ) -> Self:
        """Import what ``BedrockHub.publish`` exported, in the same account and Region.

        Args:
            prefix: The prefix that the hub's names were published with.
            account: Account of the hub.
            region: Region of the hub.
            address_range: The hub's range.
            services: The hub's endpoints.
            profile: Whether the hub shares a Route 53 Profile.
        """
        return cls(
            account=account,
            region=region,
            address_range=address_range,
            vpc_id=Fn.import_value(f"{prefix}-VpcId"),
            endpoints={
                service: EndpointAddress.parse(
                    Fn.import_value(f"{prefix}-Endpoint-{export_part(service)}")
                )
                for service in services
            },
            profile_id=Fn.import_value(f"{prefix}-ProfileId") if profile else "",
        )


def export_part(service: EndpointService) -> str:
    """A service's name as a part of an export's name, which takes no dots."""
    return service.value.replace(".", "-")
