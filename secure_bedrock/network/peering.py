"""VPC peering: who asks, who accepts, and the routes of either side.

CloudFormation has no property for the option that lets one side resolve the other's public DNS host
names to private addresses (``AllowDnsResolutionFromRemoteVpc``). It is not needed here: private
zones answer with private addresses wherever they are associated.
"""

from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.network.hub_addresses import refuse_overlaps, route_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerVpc:
    """The VPC that is asked for peering.

    Attributes:
        vpc_id: Its id.
        address_range: Its IPv4 range.
        account: Its account.
        region: Its Region.
        role_arn: The role in its account that accepts, see ``PeeringAcceptorRole``. Needed when
            the account is another than the one that asks.
    """

    vpc_id: str
    address_range: str
    account: str
    region: str
    role_arn: str = ""


class VpcPeering(Construct):
    """Asks for a peering connection, and routes the peer's range to it.

    The peer needs ``PeeringRoutes`` for its way back. Security groups of the other side cannot be
    named across Regions: name ranges.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC that asks.
        address_range: Its IPv4 range.
        peer: The VPC that is asked.
        subnets: Whose route tables get the route. Default: the isolated subnets.

    Raises:
        ValueError: Ranges that overlap or are not IPv4, a peer in another account without a role,
            or subnets without a known route table.

    Source: Amazon VPC Peering Guide; AWS CloudFormation User Guide, "Peer with a VPC in another
    AWS account".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        address_range: str,
        peer: PeerVpc,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        super().__init__(scope, id)
        refuse_overlaps(
            self, [("address_range", address_range), ("the peer's range", peer.address_range)]
        )
        place = place_of(self)
        foreign = peer.account != place.account
        if foreign and not peer.role_arn:
            raise ValueError(
                f"{self.node.path}: the peer is in account {peer.account}: give the ARN of a role "
                "there that accepts, PeeringAcceptorRole makes one"
            )
        connection = ec2.CfnVPCPeeringConnection(
            self,
            "Resource",
            vpc_id=vpc.vpc_id,
            peer_vpc_id=peer.vpc_id,
            peer_owner_id=peer.account if foreign else None,
            peer_region=peer.region if peer.region != place.region else None,
            peer_role_arn=peer.role_arn if foreign else None,
        )
        self.peering_id = connection.attr_id
        PeeringRoutes(
            self,
            "Routes",
            vpc=vpc,
            peering_id=self.peering_id,
            peer_range=peer.address_range,
            subnets=subnets,
        )


class PeeringRoutes(Construct):
    """Routes to a peer, from every route table of a VPC's subnets.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC on this side.
        peering_id: The peering connection.
        peer_range: The peer's IPv4 range.
        subnets: Whose route tables get the route. Default: the isolated subnets.

    Raises:
        ValueError: The range is not IPv4, or the route table of a subnet is not known.

    Source: Amazon VPC Peering Guide, "Update your route tables for a VPC peering connection".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        peering_id: str,
        peer_range: str,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        super().__init__(scope, id)
        refuse_overlaps(self, [("peer_range", peer_range)])
        for number, table in enumerate(route_tables(self, vpc, subnets), start=1):
            ec2.CfnRoute(
                self,
                f"Route{number}",
                route_table_id=table,
                destination_cidr_block=peer_range,
                vpc_peering_connection_id=peering_id,
            )


class PeeringAcceptorRole(Construct):
    """A role with which another account's CloudFormation accepts peering with one VPC.

    It protects against peering with anything else: it accepts for this VPC and from that account
    only, and can do nothing more.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc_id: The VPC that may be peered with.
        requester_account: The account that asks.

    Raises:
        ValueError: The account is not 12 digits.

    Source: AWS CloudFormation User Guide, "Peer with a VPC in another AWS account"; Service
    Authorization Reference, ``ec2:AcceptVpcPeeringConnection``.
    """

    def __init__(self, scope: Construct, id: str, *, vpc_id: str, requester_account: str) -> None:
        super().__init__(scope, id)
        digits = 12
        if not unresolved(requester_account) and not (
            requester_account.isdigit() and len(requester_account) == digits
        ):
            raise ValueError(
                f"{self.node.path}: requester_account is {requester_account!r}: write the "
                "12 digits of an account"
            )
        role = iam.Role(
            self,
            "Resource",
            assumed_by=iam.AccountPrincipal(requester_account),
            description="Accepts VPC peering that another account asks for",
        )
        iam.CfnManagedPolicy(
            self,
            "Policy",
            roles=[role.role_name],
            policy_document={
                "Version": "2012-10-17",
                "Statement": self._statements(vpc_id, requester_account),
            },
        )
        self.role_arn = role.role_arn

    def _statements(self, vpc_id: str, requester: str) -> list[dict[str, Any]]:
        """The action is judged on the VPC, and on the connection that is accepted."""
        place = place_of(self)
        prefix = f"arn:{place.partition}:ec2:{place.region}:{place.account}"
        own = f"{prefix}:vpc/{vpc_id}"
        theirs = f"arn:{place.partition}:ec2:*:{requester}:vpc/*"
        accept = {"Effect": "Allow", "Action": "ec2:AcceptVpcPeeringConnection"}
        sides = {"ec2:AccepterVpc": own, "ec2:RequesterVpc": theirs}
        return [
            {**accept, "Resource": own},
            {
                **accept,
                "Resource": f"{prefix}:vpc-peering-connection/*",
                "Condition": {"ArnLike": sides},
            },
        ]
