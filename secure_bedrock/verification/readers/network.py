"""Amazon VPC: networks, subnets, routes, flow logs."""

from collections.abc import Mapping
from typing import Any

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader

_OUT = ("GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId")


@reader(
    "AWS::EC2::VPC",
    implied={
        "EnableDnsSupport": True,
        "EnableDnsHostnames": False,
        "InstanceTenancy": "default",
        "InternetGateways": [],
        "NatGateways": [],
    },
    ids=["VpcId"],
)
def read_vpc(aws: Aws, vpc: Deployed) -> Reading:
    """A network, its DNS settings, and every gateway to the internet it has."""
    ec2 = aws.client("ec2")
    found = ec2.describe_vpcs(VpcIds=[vpc.id])["Vpcs"][0]
    in_vpc = [{"Name": "vpc-id", "Values": [vpc.id]}]
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc.id]}]
    gateways = aws.pages("ec2", "describe_internet_gateways", "InternetGateways", Filters=attached)
    nats = aws.pages("ec2", "describe_nat_gateways", "NatGateways", Filters=in_vpc)
    default = [*in_vpc, {"Name": "group-name", "Values": ["default"]}]
    groups = ec2.describe_security_groups(Filters=default)["SecurityGroups"]
    return Reading(
        properties={
            "EnableDnsSupport": _attribute(ec2, vpc.id, "enableDnsSupport"),
            "EnableDnsHostnames": _attribute(ec2, vpc.id, "enableDnsHostnames"),
            "InstanceTenancy": found.get("InstanceTenancy", "default"),
            "InternetGateways": [each["InternetGatewayId"] for each in gateways],
            "NatGateways": [each["NatGatewayId"] for each in nats if each["State"] != "deleted"],
        },
        if_claimed={"CidrBlock": found["CidrBlock"], "Tags": tag_list(found.get("Tags"))},
        attributes={
            "CidrBlock": found["CidrBlock"],
            "DefaultSecurityGroup": groups[0]["GroupId"],
        },
        claim={
            "InternetGateways": [
                each.claim["InternetGatewayId"]
                for each in vpc.peers("AWS::EC2::VPCGatewayAttachment")
                if each.claim.get("VpcId") == vpc.id and "InternetGatewayId" in each.claim
            ],
            "NatGateways": [each.id for each in vpc.peers("AWS::EC2::NatGateway")],
        },
    )


@reader("AWS::EC2::Subnet", implied={"MapPublicIpOnLaunch": False}, ids=["SubnetId"])
def read_subnet(aws: Aws, subnet: Deployed) -> Reading:
    """Where a subnet is, and whether it hands out public addresses."""
    found = aws.client("ec2").describe_subnets(SubnetIds=[subnet.id])["Subnets"][0]
    return Reading(
        properties=pick(found, "CidrBlock", "MapPublicIpOnLaunch", "VpcId"),
        if_claimed={
            "Tags": tag_list(found.get("Tags")),
            **pick(found, "AvailabilityZone", "AssignIpv6AddressOnCreation"),
        },
        attributes=pick(found, "AvailabilityZone", "CidrBlock", "VpcId"),
    )


@reader("AWS::EC2::RouteTable", ids=["RouteTableId"])
def read_route_table(aws: Aws, table: Deployed) -> Reading:
    """A route table, and every route in it that leaves the network."""
    found = aws.client("ec2").describe_route_tables(RouteTableIds=[table.id])["RouteTables"][0]
    claimed = [
        each.claim["DestinationCidrBlock"]
        for each in table.peers("AWS::EC2::Route")
        if each.claim.get("RouteTableId") == table.id and any(key in each.claim for key in _OUT)
    ]
    return Reading(
        properties={
            "VpcId": found["VpcId"],
            "RoutesOut": [_destination(each) for each in found["Routes"] if _leaves(each)],
        },
        if_claimed={"Tags": tag_list(found.get("Tags"))},
        claim={"RoutesOut": claimed},
    )


@reader("AWS::EC2::SubnetRouteTableAssociation")
def read_association(aws: Aws, association: Deployed) -> Reading:
    """Which route table a subnet uses."""
    wanted = [{"Name": "association.route-table-association-id", "Values": [association.id]}]
    tables = aws.client("ec2").describe_route_tables(Filters=wanted)["RouteTables"]
    for each in (each for table in tables for each in table["Associations"]):
        if each["RouteTableAssociationId"] == association.id:
            return Reading(properties=pick(each, "RouteTableId", "SubnetId"))
    raise GoneError


@reader("AWS::EC2::FlowLog", implied={"LogDestinationType": "cloud-watch-logs"}, ids=["Id"])
def read_flow_log(aws: Aws, flow_log: Deployed) -> Reading:
    """What a flow log records, and where to."""
    found = aws.client("ec2").describe_flow_logs(FlowLogIds=[flow_log.id])["FlowLogs"]
    if not found:
        raise GoneError
    (one,) = found
    kinds = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface"}
    return Reading(
        properties={
            **pick(one, "ResourceId", "TrafficType", "LogDestinationType", "LogGroupName"),
            "ResourceType": kinds.get(one["ResourceId"].split("-")[0], one["ResourceId"]),
            "DeliverLogsPermissionArn": one.get("DeliverLogsPermissionArn"),
            "FlowLogStatus": one.get("FlowLogStatus", "ACTIVE"),
        },
        if_claimed={
            "Tags": tag_list(one.get("Tags")),
            **pick(one, "LogDestination", "LogFormat", "MaxAggregationInterval"),
        },
        claim={"FlowLogStatus": "ACTIVE"},
    )


def _attribute(ec2: Any, vpc: str, name: str) -> bool:  # noqa: ANN401 - a client
    answer = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)
    return bool(answer[name[:1].upper() + name[1:]]["Value"])


def _leaves(route: Mapping[str, str]) -> bool:
    """Whether a route goes to a gateway: endpoints and the local route do not leave."""
    targets = [route.get(key, "") for key in _OUT]
    return any(target.startswith(("igw-", "nat-", "eigw-")) for target in targets)


def _destination(route: Mapping[str, str]) -> str:
    return route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock", "")
