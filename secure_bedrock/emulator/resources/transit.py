"""Amazon EC2: Transit Gateways and VPC peering. AWS RAM: resource shares."""

from secure_bedrock.emulator.resources.declaration import ResourceType, call, get, put
from secure_bedrock.emulator.resources.tagging import EC2

_GATEWAY = ResourceType(
    name="AWS::EC2::TransitGateway",
    service="ec2",
    create=call(
        "create_transit_gateway",
        Description="$Description",
        Options={
            "AmazonSideAsn": "$AmazonSideAsn",
            "AutoAcceptSharedAttachments": "$AutoAcceptSharedAttachments",
            "DefaultRouteTableAssociation": "$DefaultRouteTableAssociation",
            "DefaultRouteTablePropagation": "$DefaultRouteTablePropagation",
            "DnsSupport": "$DnsSupport",
            "VpnEcmpSupport": "$VpnEcmpSupport",
        },
    ),
    id="$created.TransitGateway.TransitGatewayId",
    delete=call("delete_transit_gateway", TransitGatewayId="$id"),
    reads=(get("describe_transit_gateways", "TransitGateways[0]", TransitGatewayIds=["$id"]),),
    attributes={"Id": "$id", "TransitGatewayArn": "$read.TransitGatewayArn"},
    tagging=EC2,
    note="Nothing is routed.",
)

_ATTACHMENT = ResourceType(
    name="AWS::EC2::TransitGatewayVpcAttachment",
    service="ec2",
    create=put(
        "create_transit_gateway_vpc_attachment",
        TransitGatewayId="$TransitGatewayId",
        VpcId="$VpcId",
        SubnetIds="$SubnetIds",
    ),
    id="$created.TransitGatewayVpcAttachment.TransitGatewayAttachmentId",
    delete=call("delete_transit_gateway_vpc_attachment", TransitGatewayAttachmentId="$id"),
    reads=(
        get(
            "describe_transit_gateway_vpc_attachments",
            "TransitGatewayVpcAttachments[0]",
            TransitGatewayAttachmentIds=["$id"],
        ),
    ),
    attributes={"Id": "$id"},
    tagging=EC2,
)

_TABLE = ResourceType(
    name="AWS::EC2::TransitGatewayRouteTable",
    service="ec2",
    create=put("create_transit_gateway_route_table"),
    id="$created.TransitGatewayRouteTable.TransitGatewayRouteTableId",
    delete=call("delete_transit_gateway_route_table", TransitGatewayRouteTableId="$id"),
    reads=(
        get(
            "describe_transit_gateway_route_tables",
            "TransitGatewayRouteTables[0]",
            TransitGatewayRouteTableIds=["$id"],
        ),
    ),
    attributes={"TransitGatewayRouteTableId": "$id"},
    tagging=EC2,
)

_TABLE_ASSOCIATION = ResourceType(
    name="AWS::EC2::TransitGatewayRouteTableAssociation",
    service="ec2",
    create=put("associate_transit_gateway_route_table"),
    id="${TransitGatewayRouteTableId}_${TransitGatewayAttachmentId}",
    delete=call(
        "disassociate_transit_gateway_route_table",
        TransitGatewayRouteTableId="$TransitGatewayRouteTableId",
        TransitGatewayAttachmentId="$TransitGatewayAttachmentId",
    ),
    reads=(
        get(
            "get_transit_gateway_route_table_associations",
            "Associations[?TransitGatewayAttachmentId=='${TransitGatewayAttachmentId}'] | [0]",
            TransitGatewayRouteTableId="$TransitGatewayRouteTableId",
        ),
    ),
    unread=frozenset({"TransitGatewayRouteTableId"}),
)

_ROUTE = ResourceType(
    name="AWS::EC2::TransitGatewayRoute",
    service="ec2",
    create=put("create_transit_gateway_route"),
    id="${TransitGatewayRouteTableId}_${DestinationCidrBlock}",
    delete=call(
        "delete_transit_gateway_route",
        TransitGatewayRouteTableId="$TransitGatewayRouteTableId",
        DestinationCidrBlock="$DestinationCidrBlock",
    ),
    reads=(
        get(
            "search_transit_gateway_routes",
            "Routes[?DestinationCidrBlock=='${DestinationCidrBlock}'] | [0]",
            TransitGatewayRouteTableId="$TransitGatewayRouteTableId",
            Filters=[{"Name": "state", "Values": ["active", "blackhole"]}],
        ),
    ),
    unread=frozenset({"TransitGatewayRouteTableId", "TransitGatewayAttachmentId"}),
    note="Which attachment a route leads to is not read back.",
)

_PEERING = ResourceType(
    name="AWS::EC2::VPCPeeringConnection",
    service="ec2",
    create=call(
        "create_vpc_peering_connection",
        VpcId="$VpcId",
        PeerVpcId="$PeerVpcId",
        PeerRegion="$PeerRegion",
        PeerOwnerId="$PeerOwnerId",
    ),
    id="$created.VpcPeeringConnection.VpcPeeringConnectionId",
    delete=call("delete_vpc_peering_connection", VpcPeeringConnectionId="$id"),
    reads=(
        get(
            "describe_vpc_peering_connections",
            "VpcPeeringConnections[0]",
            VpcPeeringConnectionIds=["$id"],
        ),
    ),
    read_as={
        "VpcId": "RequesterVpcInfo.VpcId",
        "PeerVpcId": "AccepterVpcInfo.VpcId",
        "PeerRegion": "AccepterVpcInfo.Region",
        "PeerOwnerId": "AccepterVpcInfo.OwnerId",
    },
    attributes={"Id": "$id"},
    tagging=EC2,
    note="Nothing is routed, and the request stays pending: CloudFormation accepts it on AWS.",
)

_SHARE = ResourceType(
    name="AWS::RAM::ResourceShare",
    service="ram",
    create=call(
        "create_resource_share",
        name="$Name",
        allowExternalPrincipals="$AllowExternalPrincipals",
        principals="$Principals",
        resourceArns="$ResourceArns",
    ),
    id="$created.resourceShare.resourceShareArn",
    delete=call("delete_resource_share", resourceShareArn="$id"),
    reads=(
        get(
            "get_resource_shares",
            "resourceShares[0]",
            resourceOwner="SELF",
            resourceShareArns=["$id"],
        ),
    ),
    unread=frozenset({"principals", "resourceArns"}),
    attributes={"Arn": "$id"},
    note="Nobody is let in. Whom and what it is for is kept, and not read back.",
)

TYPES = (
    _GATEWAY,
    _ATTACHMENT,
    _TABLE,
    _TABLE_ASSOCIATION,
    _ROUTE,
    _PEERING,
    _SHARE,
)
