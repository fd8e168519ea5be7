"""VPC endpoints."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, Reading, reader

_READY = "available"


@reader(
    "AWS::EC2::VPCEndpoint",
    implied={"VpcEndpointType": "Gateway", "State": _READY},
    ids=["Id"],
)
def read_endpoint(aws: Aws, endpoint: Deployed) -> Reading:
    """Service, policy, private DNS and security groups of an endpoint."""
    found = aws.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint.id])
    one = found["VpcEndpoints"][0]
    return Reading(
        properties={
            **pick(one, "ServiceName", "VpcEndpointType", "VpcId"),
            "RouteTableIds": one.get("RouteTableIds", []),
            "SecurityGroupIds": [each["GroupId"] for each in one.get("Groups", [])],
            "State": one["State"].lower(),
            "SubnetIds": one.get("SubnetIds", []),
        },
        if_claimed={
            "Tags": tag_list(one.get("Tags")),
            "PrivateDnsEnabled": one.get("PrivateDnsEnabled", False),
            **pick(one, "DnsOptions", "IpAddressType", "PolicyDocument"),
        },
        attributes={
            "DnsEntries": [
                f"{each.get('HostedZoneId', '')}:{each['DnsName']}"
                for each in one.get("DnsEntries", [])
            ],
            "NetworkInterfaceIds": one.get("NetworkInterfaceIds", []),
        },
    )
