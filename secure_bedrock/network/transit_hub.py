"""A Transit Gateway on which spokes reach the hub, and not each other."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from secure_bedrock.network.hub_addresses import refuse_overlaps, route_tables
from secure_bedrock.network.hub_sharing import NetworkShare, ShareWith

_NOT: Final = "disable"


class HubTransitGateway(Construct):
    """A Transit Gateway with the hub attached, and a route table each for hub and spokes.

    It protects against spokes that reach one another by way of the hub: nothing is associated or
    propagated by default. An attachment reaches nothing until ``TransitGatewayAdmission`` takes it
    in, and then the hub's range only.

    Args:
        scope: Parent construct.
        id: Construct id.
        vpc: The hub's VPC.
        address_range: Its IPv4 range.
        spokes: IPv4 range of each spoke by a name: the hub's subnets get a route to it.
        share_with: Accounts that may attach VPCs. Default: the hub's account only. Attachments of
            accounts it is shared with are accepted automatically, since CloudFormation cannot
            accept one, and reach nothing by that.
        subnets: The hub's subnets: the attachment has an address in each, one per zone, and their
            route tables get the routes. Default: the isolated subnets.

    Raises:
        ValueError: Ranges that overlap or are not IPv4, or subnets without a known route table.

    Source: AWS Transit Gateways guide, "How transit gateways work" and "Example: Isolated VPCs with
    shared services".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc,
        address_range: str,
        spokes: Mapping[str, str],
        share_with: ShareWith | None = None,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        super().__init__(scope, id)
        refuse_overlaps(self, [("address_range", address_range), *spokes.items()])
        gateway = ec2.CfnTransitGateway(
            self,
            "Resource",
            description=f"Amazon Bedrock by {self.node.path}",
            auto_accept_shared_attachments="enable" if share_with else _NOT,
            default_route_table_association=_NOT,
            default_route_table_propagation=_NOT,
            dns_support="enable",
        )
        self.transit_gateway_id = gateway.attr_id
        if share_with:
            NetworkShare(
                self,
                "Share",
                name=self.node.path,
                resource_arns=[gateway.attr_transit_gateway_arn],
                share_with=share_with,
            )
        attachment = attach(self, "Attachment", vpc, gateway.attr_id, subnets)
        self.attachment_id = attachment.attr_id
        self.spoke_route_table_id = self._table("SpokeRoutes", gateway)
        self.hub_route_table_id = self._table("HubRoutes", gateway)
        associate(self, "HubAssociation", self.hub_route_table_id, attachment.attr_id)
        to_hub = ec2.CfnTransitGatewayRoute(
            self,
            "SpokesToHub",
            transit_gateway_route_table_id=self.spoke_route_table_id,
            transit_gateway_attachment_id=attachment.attr_id,
            destination_cidr_block=address_range,
        )
        to_hub.add_resource_dependency(attachment)
        for name, each in spokes.items():
            route_to(self, f"To{name}", vpc, each, attachment=attachment, subnets=subnets)

    def _table(self, name: str, gateway: ec2.CfnTransitGateway) -> str:
        table = ec2.CfnTransitGatewayRouteTable(self, name, transit_gateway_id=gateway.attr_id)
        return table.attr_transit_gateway_route_table_id


class TransitGatewayAdmission(Construct):
    """Takes a spoke's attachment in: it reaches the hub, and the hub's answers reach it.

    It belongs to the hub's account, and is deployed after the spoke.

    Args:
        scope: Parent construct.
        id: Construct id.
        spoke_route_table_id: ``HubTransitGateway.spoke_route_table_id``.
        hub_route_table_id: ``HubTransitGateway.hub_route_table_id``.
        attachment_id: The spoke's attachment, ``BedrockSpoke.connection_id``.
        address_range: The spoke's IPv4 range, one that ``HubTransitGateway`` was told of.

    Raises:
        ValueError: The range is not IPv4.

    Source: AWS Transit Gateways guide, "Transit gateway route tables".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        spoke_route_table_id: str,
        hub_route_table_id: str,
        attachment_id: str,
        address_range: str,
    ) -> None:
        super().__init__(scope, id)
        refuse_overlaps(self, [("address_range", address_range)])
        associate(self, "Association", spoke_route_table_id, attachment_id)
        ec2.CfnTransitGatewayRoute(
            self,
            "HubToSpoke",
            transit_gateway_route_table_id=hub_route_table_id,
            transit_gateway_attachment_id=attachment_id,
            destination_cidr_block=address_range,
        )


def attach(
    scope: Construct,
    id: str,
    vpc: ec2.IVpc,
    transit_gateway_id: str,
    subnets: ec2.SubnetSelection | None,
) -> ec2.CfnTransitGatewayVpcAttachment:
    """Attach a VPC by its subnets."""
    chosen = subnets or ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    selected = vpc.select_subnets(
        one_per_az=True,
        subnet_type=chosen.subnet_type,
        subnets=chosen.subnets,
        subnet_filters=chosen.subnet_filters,
        subnet_group_name=chosen.subnet_group_name,
        availability_zones=chosen.availability_zones,
    )
    return ec2.CfnTransitGatewayVpcAttachment(
        scope,
        id,
        transit_gateway_id=transit_gateway_id,
        vpc_id=vpc.vpc_id,
        subnet_ids=selected.subnet_ids,
    )


def associate(scope: Construct, id: str, table_id: str, attachment_id: str) -> None:
    """Let an attachment's traffic be routed by a table."""
    ec2.CfnTransitGatewayRouteTableAssociation(
        scope,
        id,
        transit_gateway_route_table_id=table_id,
        transit_gateway_attachment_id=attachment_id,
    )


def route_to(
    scope: Construct,
    id: str,
    vpc: ec2.IVpc,
    destination: str,
    *,
    attachment: ec2.CfnTransitGatewayVpcAttachment,
    subnets: ec2.SubnetSelection | None,
) -> None:
    """Route a range through the gateway, from every route table of the subnets."""
    for number, table in enumerate(route_tables(scope, vpc, subnets), start=1):
        route = ec2.CfnRoute(
            scope,
            f"{id}{number}",
            route_table_id=table,
            destination_cidr_block=destination,
            transit_gateway_id=attachment.transit_gateway_id,
        )
        route.add_resource_dependency(
            attachment
        )  # a route to a gateway the VPC is not attached to fails
