"""A VPC that uses the endpoints of a hub."""

from enum import StrEnum

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53profiles as profiles
from constructs import Construct

from secure_bedrock.catalog.private_names import dns_suffix
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.network.hub_addresses import refuse_overlaps
from secure_bedrock.network.hub_exports import HubExports
from secure_bedrock.network.peering import PeerVpc, VpcPeering
from secure_bedrock.network.shared_dns import PrivateZones, ZoneVpc
from secure_bedrock.network.transit_hub import attach, route_to


class SpokeConnection(StrEnum):
    """How packets get from a spoke to its hub."""

    PEERING = "peering"
    TRANSIT_GATEWAY = "transit-gateway"
    EXISTING = "existing"


class SpokeNames(StrEnum):
    """Where a spoke's names come from.

    ``PROFILE`` is the hub's Route 53 Profile, ``OWN_ZONES`` are zones of the spoke's account, and
    ``HUB_ZONES`` are the hub's zones, whose ``NameSharing.vpcs`` has to name the spoke's VPC.
    """

    PROFILE = "profile"
    OWN_ZONES = "own-zones"
    HUB_ZONES = "hub-zones"


class BedrockSpoke(Construct):
    """Connects a VPC to a hub's endpoints, in another account or app if need be.

    It protects against a second set of endpoints, or a NAT, in each VPC: only the hub's range is
    routed, and ``workload_security_group`` opens connections to TCP 443 of that range, and nothing
    else. It needs the hub's exported values only. The hub has to admit the spoke's range, and
    after the spoke comes the way back: ``PeeringRoutes`` or ``TransitGatewayAdmission`` there.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC, DNS support and DNS host names on.
        address_range: Its IPv4 range.
        hub: The hub's exports.
        connection: How packets get there. ``EXISTING``: routes are not made here.
        names: Where the services' names come from.
        subnets: Subnets of the workloads: their route tables get the route. Default: the isolated
            subnets.

    Raises:
        ValueError: Ranges that overlap or are not IPv4; a hub without what connection or names
            need; a Transit Gateway or profile in another Region, where neither reaches.

    Source: AWS whitepaper "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        address_range: str,
        hub: HubExports,
        connection: SpokeConnection,
        names: SpokeNames,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        super().__init__(scope, id)
        refuse_overlaps(
            self, [("address_range", address_range), ("the hub's range", hub.address_range)]
        )
        self._vpc = vpc
        self._hub = hub
        self._check(connection, names)
        self.connection_id = self._connect(connection, address_range, subnets)
        self._name(names)
        self.workload_security_group = ec2.SecurityGroup(
            self,
            "WorkloadGroup",
            vpc=vpc,
            description="Workloads that use Amazon Bedrock through the hub",
            allow_all_outbound=False,
        )
        self.workload_security_group.add_egress_rule(
            ec2.Peer.ipv4(hub.address_range),
            ec2.Port.tcp(443),
            "HTTPS to the interface endpoints of the hub",
        )

    def _connect(
        self, connection: SpokeConnection, own: str, subnets: ec2.SubnetSelection | None
    ) -> str:
        hub = self._hub
        if connection is SpokeConnection.PEERING:
            peer = PeerVpc(
                vpc_id=hub.vpc_id,
                address_range=hub.address_range,
                account=hub.account,
                region=hub.region,
                role_arn=hub.peering_role_arn,
            )
            return VpcPeering(
                self, "Peering", vpc=self._vpc, address_range=own, peer=peer, subnets=subnets
            ).peering_id
        if connection is SpokeConnection.TRANSIT_GATEWAY:
            attachment = attach(self, "Attachment", self._vpc, hub.transit_gateway_id, subnets)
            route_to(
                self, "ToHub", self._vpc, hub.address_range, attachment=attachment, subnets=subnets
            )
            return attachment.attr_id
        return ""

    def _name(self, names: SpokeNames) -> None:
        region = place_of(self).region
        if names is SpokeNames.PROFILE:
            profiles.CfnProfileAssociation(
                self,
                "Profile",
                name="bedrock-hub",
                profile_id=self._hub.profile_id,
                resource_id=self._vpc.vpc_id,
            )
        elif names is SpokeNames.OWN_ZONES:
            hub_region = self._hub.region
            same = Stack.of(self).url_suffix
            PrivateZones(
                self,
                "Zones",
                endpoints=self._hub.endpoints,
                region=hub_region,
                suffix=same if unresolved(hub_region) else dns_suffix(hub_region),
                vpcs=[ZoneVpc(vpc_id=self._vpc.vpc_id, region=region)],
            )

    def _check(self, connection: SpokeConnection, names: SpokeNames) -> None:
        hub = self._hub
        needed = {
            SpokeConnection.PEERING: ("vpc_id", hub.vpc_id),
            SpokeConnection.TRANSIT_GATEWAY: ("transit_gateway_id", hub.transit_gateway_id),
            SpokeNames.PROFILE: ("profile_id", hub.profile_id),
            SpokeNames.OWN_ZONES: ("endpoints", hub.endpoints),
        }
        for choice in (connection, names):
            name, value = needed.get(choice, ("", True))
            if not value:
                raise ValueError(
                    f"{self.node.path}: {choice.value} needs the hub's {name}, which is empty: "
                    "give it, or choose another way"
                )
        region = place_of(self).region
        if hub.region == region or unresolved(hub.region) or unresolved(region):
            return
        for choice in (connection, names):
            if choice in (SpokeConnection.TRANSIT_GATEWAY, SpokeNames.PROFILE):
                raise ValueError(
                    f"{self.node.path}: a {choice.value} of {hub.region} does not reach VPCs of "
                    f"{region}: choose {_ACROSS[choice]}"
                )


_ACROSS = {
    SpokeConnection.TRANSIT_GATEWAY: "peering",
    SpokeNames.PROFILE: "own-zones or hub-zones",
}
