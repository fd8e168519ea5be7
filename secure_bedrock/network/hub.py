"""One VPC with the endpoints for many."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aws_cdk import CfnOutput, Fn, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.models import Model
from secure_bedrock.catalog.private_names import dns_suffix
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.network.endpoint_access import EndpointAccess
from secure_bedrock.network.endpoints import BedrockEndpoints
from secure_bedrock.network.hub_addresses import refuse_overlaps
from secure_bedrock.network.hub_exports import EndpointAddress, HubExports, export_part
from secure_bedrock.network.hub_sharing import ShareWith
from secure_bedrock.network.shared_dns import PrivateZones, ZoneVpc
from secure_bedrock.network.shared_dns_profile import SharedProfile

_MOST_RANGES = 60  # inbound rules of a security group


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSharing:
    """Where the services' names lead to the hub's endpoints, besides the hub's own VPC.

    Attributes:
        vpcs: VPCs of the hub's account, in any Region.
        share_with: Accounts whose VPCs in the hub's Region may use the names, by a Route 53
            Profile. Default: there is no profile.
    """

    vpcs: Sequence[ZoneVpc] = field(default=())
    share_with: ShareWith | None = None


class BedrockHub(Construct):
    """Interface endpoints for Amazon Bedrock that other networks use.

    It protects against each network having endpoints, policies and costs of its own, or none and
    a way to the internet instead. The endpoints admit the hub's own range and the ranges you name,
    on TCP 443. Private DNS is off; private hosted zones, which can be shared, lead there instead.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC with the endpoints, DNS support and DNS host names on.
        address_range: Its IPv4 range.
        models: Models and inference profiles that may be invoked through the runtime endpoint.
        admitted_ranges: IPv4 ranges of spokes and of networks on premises, up to 60.
        services: Which endpoints. Default: that of ``BedrockEndpoints``.
        subnets: Where the endpoints get an address. Default: the isolated subnets.
        access: Who passes the endpoints: name the spokes' accounts, or their organization. Default:
            principals of the hub's account only.
        names: Where the services' names lead here. Default: the hub's own VPC only.

    Raises:
        ValueError: Ranges that overlap, are not IPv4, or are more than a security group has rules.

    Source: AWS whitepaper "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure",
    "Centralized access to VPC private endpoints".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        address_range: str,
        models: Sequence[Model],
        admitted_ranges: Sequence[str],
        services: Sequence[EndpointService] | None = None,
        subnets: ec2.SubnetSelection | None = None,
        access: EndpointAccess | None = None,
        names: NameSharing = NameSharing(),
    ) -> None:
        super().__init__(scope, id)
        self._check(address_range, admitted_ranges)
        self._vpc = vpc
        self._address_range = address_range
        place = place_of(self)
        self.endpoints = BedrockEndpoints(
            self,
            "Endpoints",
            vpc=vpc,
            models=models,
            services=services,
            subnets=subnets,
            private_dns=False,
            access=access,
        )
        for each in (address_range, *admitted_ranges):
            self.endpoints.allow_from(ec2.Peer.ipv4(each))
        self.zones = PrivateZones(
            self,
            "Zones",
            endpoints=self._addresses(),
            region=place.region,
            suffix=self._suffix(place.region),
            vpcs=[ZoneVpc(vpc_id=vpc.vpc_id, region=place.region), *names.vpcs],
        )
        self.profile = (
            SharedProfile(self, "Profile", zones=self.zones.zones, share_with=names.share_with)
            if names.share_with
            else None
        )

    @property
    def exports(self) -> HubExports:
        """What a spoke has to know. Add the Transit Gateway or the peering role if there is one."""
        place = place_of(self)
        return HubExports(
            account=place.account,
            region=place.region,
            address_range=self._address_range,
            vpc_id=self._vpc.vpc_id,
            endpoints=self._addresses(),
            profile_id=self.profile.profile_id if self.profile else "",
        )

    def publish(self, prefix: str) -> None:
        """Put the exports out as stack outputs and CloudFormation exports.

        They are called ``PREFIX-VpcId``, ``PREFIX-ProfileId`` and ``PREFIX-Endpoint-SERVICE``,
        where dots in a service's name become hyphens.
        """
        values = {"VpcId": self._vpc.vpc_id}
        if self.profile:
            values["ProfileId"] = self.profile.profile_id
        for service in self.endpoints.services:
            values[f"Endpoint-{export_part(service)}"] = self._entry(service)
        for name, value in values.items():
            CfnOutput(
                self,
                name.title().replace("-", ""),
                value=value,
                export_name=f"{prefix}-{name}",
            )

    def _addresses(self) -> dict[EndpointService, EndpointAddress]:
        return {
            service: EndpointAddress.parse(self._entry(service))
            for service in self.endpoints.services
        }

    def _entry(self, service: EndpointService) -> str:
        """The endpoint's zone and its regional name, the first that AWS lists."""
        return Fn.select(0, self.endpoints.endpoint(service).vpc_endpoint_dns_entries)

    def _suffix(self, region: str) -> str:
        return Stack.of(self).url_suffix if unresolved(region) else dns_suffix(region)

    def _check(self, own: str, admitted: Sequence[str]) -> None:
        if len(admitted) >= _MOST_RANGES:
            raise ValueError(
                f"{self.node.path}: {len(admitted)} admitted_ranges and the hub's own are more "
                f"than the {_MOST_RANGES} rules of a security group: name wider ranges"
            )
        named = [("address_range", own), *(("admitted range", each) for each in admitted)]
        refuse_overlaps(self, named)
