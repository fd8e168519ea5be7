"""Amazon EC2: virtual private clouds, subnets, routes."""

from secure_bedrock.emulator.resources.declaration import Part, ResourceType, call, get, put
from secure_bedrock.emulator.resources.tagging import EC2
from secure_bedrock.emulator.values import Json


def _attribute(property_name: str, operation: str, read: str, **which: Json) -> Part:
    name = property_name[0].lower() + property_name[1:]
    return Part(
        property=property_name,
        set=call(operation, **which, **{property_name: {"Value": f"${property_name}"}}),
        clear=call(operation, **which, **{property_name: {"Value": False}}),
        read=get(read, "@", **which, Attribute=name),
    )


_VPC = ResourceType(
    name="AWS::EC2::VPC",
    service="ec2",
    create=put("create_vpc"),
    id="$created.Vpc.VpcId",
    delete=call("delete_vpc", VpcId="$id"),
    parts=(
        _attribute(
            "EnableDnsSupport", "modify_vpc_attribute", "describe_vpc_attribute", VpcId="$id"
        ),
        _attribute(
            "EnableDnsHostnames", "modify_vpc_attribute", "describe_vpc_attribute", VpcId="$id"
        ),
    ),
    reads=(
        get("describe_vpcs", "Vpcs[0]", VpcIds=["$id"]),
        get(
            "describe_security_groups",
            "SecurityGroups[0].{DefaultSecurityGroup: GroupId}",
            Filters=[
                {"Name": "vpc-id", "Values": ["$id"]},
                {"Name": "group-name", "Values": ["default"]},
            ],
        ),
        get(
            "describe_network_acls",
            "NetworkAcls[0].{DefaultNetworkAcl: NetworkAclId}",
            Filters=[
                {"Name": "vpc-id", "Values": ["$id"]},
                {"Name": "default", "Values": ["true"]},
            ],
        ),
    ),
    attributes={"CidrBlockAssociations": "$read.CidrBlockAssociationSet[].AssociationId"},
    tagging=EC2,
)

_SUBNET = ResourceType(
    name="AWS::EC2::Subnet",
    service="ec2",
    create=put("create_subnet"),
    id="$created.Subnet.SubnetId",
    delete=call("delete_subnet", SubnetId="$id"),
    parts=(
        Part(
            property="MapPublicIpOnLaunch",
            set=call(
                "modify_subnet_attribute",
                SubnetId="$id",
                MapPublicIpOnLaunch={"Value": "$MapPublicIpOnLaunch"},
            ),
            clear=call(
                "modify_subnet_attribute", SubnetId="$id", MapPublicIpOnLaunch={"Value": False}
            ),
            read=get(
                "describe_subnets",
                "Subnets[0].{MapPublicIpOnLaunch: {Value: MapPublicIpOnLaunch}}",
                SubnetIds=["$id"],
            ),
        ),
    ),
    reads=(get("describe_subnets", "Subnets[0]", SubnetIds=["$id"]),),
    tagging=EC2,
)

_ROUTE_TABLE = ResourceType(
    name="AWS::EC2::RouteTable",
    service="ec2",
    create=put("create_route_table"),
    id="$created.RouteTable.RouteTableId",
    delete=call("delete_route_table", RouteTableId="$id"),
    reads=(get("describe_route_tables", "RouteTables[0]", RouteTableIds=["$id"]),),
    tagging=EC2,
)

_ROUTE = ResourceType(
    name="AWS::EC2::Route",
    service="ec2",
    create=put("create_route", DestinationCidrBlock="$DestinationCidrBlock"),
    id="${RouteTableId}|${DestinationCidrBlock}",
    update=put("replace_route"),
    delete=call("delete_route", RouteTableId="$RouteTableId", DestinationCidrBlock="$id.1"),
    reads=(
        get(
            "describe_route_tables",
            "RouteTables[0].Routes[?DestinationCidrBlock=='${DestinationCidrBlock}'] | [0]",
            RouteTableIds=["$RouteTableId"],
        ),
    ),
    unread=frozenset({"RouteTableId"}),
    note="IPv4 destinations only.",
)

_ASSOCIATION = ResourceType(
    name="AWS::EC2::SubnetRouteTableAssociation",
    service="ec2",
    create=put("associate_route_table"),
    id="$created.AssociationId",
    delete=call("disassociate_route_table", AssociationId="$id"),
    reads=(
        get(
            "describe_route_tables",
            "RouteTables[0].Associations[?RouteTableAssociationId=='${id}'] | [0]",
            RouteTableIds=["$RouteTableId"],
        ),
    ),
    attributes={"Id": "$id"},
)

_GATEWAY = ResourceType(
    name="AWS::EC2::InternetGateway",
    service="ec2",
    create=call("create_internet_gateway"),
    id="$created.InternetGateway.InternetGatewayId",
    delete=call("delete_internet_gateway", InternetGatewayId="$id"),
    reads=(get("describe_internet_gateways", "InternetGateways[0]", InternetGatewayIds=["$id"]),),
    tagging=EC2,
)

_GATEWAY_ATTACHMENT = ResourceType(
    name="AWS::EC2::VPCGatewayAttachment",
    service="ec2",
    create=call("attach_internet_gateway", InternetGatewayId="$InternetGatewayId", VpcId="$VpcId"),
    id="IGW|${VpcId}",
    delete=call("detach_internet_gateway", InternetGatewayId="$InternetGatewayId", VpcId="$VpcId"),
    reads=(
        get(
            "describe_internet_gateways",
            "InternetGateways[0].{InternetGatewayId: InternetGatewayId,"
            " VpcId: Attachments[0].VpcId}",
            InternetGatewayIds=["$InternetGatewayId"],
        ),
    ),
    attributes={"AttachmentType": "IGW"},
)

_ACL = ResourceType(
    name="AWS::EC2::NetworkAcl",
    service="ec2",
    create=put("create_network_acl"),
    id="$created.NetworkAcl.NetworkAclId",
    delete=call("delete_network_acl", NetworkAclId="$id"),
    reads=(get("describe_network_acls", "NetworkAcls[0]", NetworkAclIds=["$id"]),),
    attributes={"Id": "$id"},
    tagging=EC2,
)

_ACL_ENTRY = ResourceType(
    name="AWS::EC2::NetworkAclEntry",
    service="ec2",
    create=put("create_network_acl_entry"),
    id="$generated_name",
    update=put("replace_network_acl_entry"),
    delete=call(
        "delete_network_acl_entry",
        NetworkAclId="$NetworkAclId",
        RuleNumber="$RuleNumber",
        Egress="$Egress",
    ),
    reads=(
        get(
            "describe_network_acls",
            "NetworkAcls[0].Entries[?RuleNumber==`${RuleNumber}`] | [0]",
            NetworkAclIds=["$NetworkAclId"],
        ),
    ),
    unread=frozenset({"NetworkAclId"}),
    renames={"Icmp": "IcmpTypeCode"},
)

TYPES = (
    _VPC,
    _SUBNET,
    _ROUTE_TABLE,
    _ROUTE,
    _ASSOCIATION,
    _GATEWAY,
    _GATEWAY_ATTACHMENT,
    _ACL,
    _ACL_ENTRY,
)
