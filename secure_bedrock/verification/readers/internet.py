"""Ways out of a network: gateways and routes."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader


@reader("AWS::EC2::InternetGateway", ids=["InternetGatewayId"])
def read_gateway(aws: Aws, gateway: Deployed) -> Reading:
    """An internet gateway."""
    found = aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway.id])
    (one,) = found["InternetGateways"]
    return Reading(properties={}, if_claimed={"Tags": tag_list(one.get("Tags"))})


@reader("AWS::EC2::VPCGatewayAttachment")
def read_attachment(aws: Aws, attachment: Deployed) -> Reading:
    """Which network an internet gateway is attached to."""
    gateway = attachment.claim.get("InternetGatewayId")
    if gateway is None:
        return Reading(properties={}, unreadable=dict.fromkeys(attachment.claim, "not read"))
    found = aws.client("ec2").describe_internet_gateways(InternetGatewayIds=[gateway])
    attached = [each["VpcId"] for each in found["InternetGateways"][0]["Attachments"]]
    return Reading(
        properties={"InternetGatewayId": gateway, "VpcId": next(iter(attached), None)},
    )


@reader("AWS::EC2::Route")
def read_route(aws: Aws, route: Deployed) -> Reading:
    """Where a route leads."""
    claim = route.claim
    tables = aws.client("ec2").describe_route_tables(RouteTableIds=[claim["RouteTableId"]])
    for found in tables["RouteTables"][0]["Routes"]:
        keys = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        if any(key in claim and claim[key] == found.get(key) for key in keys):
            return Reading(
                properties={"RouteTableId": claim["RouteTableId"], **pick(found, *keys)},
                if_claimed=pick(
                    found,
                    "EgressOnlyInternetGatewayId",
                    "GatewayId",
                    "NatGatewayId",
                    "TransitGatewayId",
                    "VpcPeeringConnectionId",
                ),
            )
    raise GoneError
