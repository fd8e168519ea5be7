"""Names for networks on premises."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53resolver as resolver
from constructs import Construct

from secure_bedrock.network.hub_addresses import address_range

_LEAST, _MOST = 2, 6
_DNS = 53
_MOST_RANGES = 30  # each takes two of a security group's 60 inbound rules


class InboundResolver(Construct):
    """Addresses in a VPC at which networks on premises ask for names as the VPC sees them.

    It protects against requests from on premises that leave for Bedrock's public addresses, and
    against a resolver that answers everyone: it admits the ranges you name on port 53, UDP and TCP,
    and opens no connection. On premises, forward the services' names to its addresses.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The VPC in which the names lead to endpoints: a hub's, or one with private DNS.
        networks: IPv4 ranges that may ask, up to 30.
        subnets: Where it gets addresses, 2 to 6, in as many subnets. Default: the isolated subnets.

    Raises:
        ValueError: No network or too many, one that is not IPv4, or too few or many subnets.

    Source: Amazon Route 53 Developer Guide, "Forwarding inbound DNS queries to your VPCs".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        networks: Sequence[str],
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        super().__init__(scope, id)
        chosen = vpc.select_subnets(
            subnets=(
                vpc.select_subnets(
                    subnet_type=subnets.subnet_type,
                    subnets=subnets.subnets,
                    subnet_filters=subnets.subnet_filters,
                    subnet_group_name=subnets.subnet_group_name,
                    availability_zones=subnets.availability_zones,
                )
                if subnets
                else vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            ).subnets
        ).subnet_ids
        self._check(networks, chosen)
        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=vpc,
            description="DNS queries from on premises",
            allow_all_outbound=False,
        )
        for network in networks:
            peer = ec2.Peer.ipv4(network)
            for port in (ec2.Port.udp(_DNS), ec2.Port.tcp(_DNS)):
                self.security_group.add_ingress_rule(peer, port, "DNS queries from on premises")
        endpoint = resolver.CfnResolverEndpoint(
            self,
            "Resource",
            direction="INBOUND",
            security_group_ids=[self.security_group.security_group_id],
            ip_addresses=[
                resolver.CfnResolverEndpoint.IpAddressRequestProperty(subnet_id=subnet)
                for subnet in chosen
            ],
        )
        self.resolver_endpoint_id = endpoint.attr_resolver_endpoint_id

    def _check(self, networks: Sequence[str], subnets: Sequence[str]) -> None:
        where = self.node.path
        if not 1 <= len(networks) <= _MOST_RANGES:
            raise ValueError(
                f"{where}: {len(networks)} networks: name 1 to {_MOST_RANGES} that may ask"
            )
        for network in networks:
            address_range(self, "network", network)
        if not _LEAST <= len(subnets) <= _MOST:
            raise ValueError(
                f"{where}: {len(subnets)} subnets: a resolver endpoint takes {_LEAST} to {_MOST} "
                "addresses, choose as many subnets"
            )
