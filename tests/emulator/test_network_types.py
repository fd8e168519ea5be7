"""Types that connected networks are made of, created, read back and removed."""

import pytest

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
FAR = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}}


def subnet(number):
    return {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": f"10.0.{number}.0/24"},
    }


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


TRANSIT = {
    "Vpc": VPC,
    "Subnet": subnet(1),
    "Gateway": resource(
        "EC2::TransitGateway",
        DefaultRouteTableAssociation="disable",
        DefaultRouteTablePropagation="disable",
    ),
    "Attachment": resource(
        "EC2::TransitGatewayVpcAttachment",
        TransitGatewayId={"Ref": "Gateway"},
        VpcId={"Ref": "Vpc"},
        SubnetIds=[{"Ref": "Subnet"}],
    ),
    "Table": resource("EC2::TransitGatewayRouteTable", TransitGatewayId={"Ref": "Gateway"}),
    "Association": resource(
        "EC2::TransitGatewayRouteTableAssociation",
        TransitGatewayRouteTableId={"Ref": "Table"},
        TransitGatewayAttachmentId={"Ref": "Attachment"},
    ),
    "Route": resource(
        "EC2::TransitGatewayRoute",
        TransitGatewayRouteTableId={"Ref": "Table"},
        TransitGatewayAttachmentId={"Ref": "Attachment"},
        DestinationCidrBlock="10.9.0.0/16",
    ),
    "Routes": resource("EC2::RouteTable", VpcId={"Ref": "Vpc"}),
    "ToGateway": resource(
        "EC2::Route",
        RouteTableId={"Ref": "Routes"},
        DestinationCidrBlock="10.9.0.0/16",
        TransitGatewayId={"Ref": "Gateway"},
    ),
}


def test_transit_gateway_with_its_routes_is_made_and_removed(stack, aws):
    assert stack.create(TRANSIT) == "CREATE_COMPLETE", stack.reasons()
    table = stack.physical_id("Table")
    found = aws("ec2").search_transit_gateway_routes(
        TransitGatewayRouteTableId=table,
        Filters=[{"Name": "state", "Values": ["active"]}],
    )["Routes"]
    assert [r["DestinationCidrBlock"] for r in found] == ["10.9.0.0/16"]
    assert stack.delete() == "DELETE_COMPLETE"


def test_peering_connects_two_vpcs(stack, aws):
    peering = resource("EC2::VPCPeeringConnection", VpcId={"Ref": "Vpc"}, PeerVpcId={"Ref": "Far"})
    assert stack.create({"Vpc": VPC, "Far": FAR, "Peering": peering}) == "CREATE_COMPLETE"
    found = aws("ec2").describe_vpc_peering_connections(
        VpcPeeringConnectionIds=[stack.physical_id("Peering")]
    )["VpcPeeringConnections"]
    assert found[0]["AccepterVpcInfo"]["VpcId"] == stack.physical_id("Far")


@pytest.fixture
def zone():
    name = "bedrock-runtime.eu-west-1.amazonaws.com"
    alias = {"DNSName": "vpce-1.example.com", "HostedZoneId": "Z1", "EvaluateTargetHealth": False}
    vpcs = [{"VPCId": {"Ref": each}, "VPCRegion": "eu-west-1"} for each in ("Vpc", "Far")]
    return {
        "Vpc": VPC,
        "Far": FAR,
        "Zone": resource("Route53::HostedZone", Name=name, VPCs=vpcs),
        "Record": resource(
            "Route53::RecordSet",
            HostedZoneId={"Fn::GetAtt": ["Zone", "Id"]},
            Name=name,
            Type="A",
            AliasTarget=alias,
        ),
    }


def test_private_zone_answers_in_its_vpcs_only(stack, aws, zone):
    assert stack.create(zone) == "CREATE_COMPLETE", stack.reasons()
    found = aws("route53").get_hosted_zone(Id=stack.physical_id("Zone"))
    assert found["HostedZone"]["Config"]["PrivateZone"] is True
    assert {v["VPCId"] for v in found["VPCs"]} == {stack.physical_id(n) for n in ("Vpc", "Far")}
    assert stack.delete() == "DELETE_COMPLETE"


def test_vpc_is_taken_from_a_zone_again(stack, aws, zone):
    stack.create(zone)
    zone["Zone"]["Properties"]["VPCs"].pop()
    assert stack.update(zone) == "UPDATE_COMPLETE", stack.reasons()
    found = aws("route53").get_hosted_zone(Id=stack.physical_id("Zone"))
    assert [v["VPCId"] for v in found["VPCs"]] == [stack.physical_id("Vpc")]


def test_inbound_resolver_has_an_address_in_each_subnet(stack, aws):
    group = resource("EC2::SecurityGroup", GroupDescription="g", VpcId={"Ref": "Vpc"})
    endpoint = resource(
        "Route53Resolver::ResolverEndpoint",
        Direction="INBOUND",
        SecurityGroupIds=[{"Fn::GetAtt": ["Group", "GroupId"]}],
        IpAddresses=[{"SubnetId": {"Ref": each}} for each in ("One", "Two")],
    )
    resources = {"Vpc": VPC, "One": subnet(1), "Two": subnet(2), "Group": group, "In": endpoint}
    assert stack.create(resources) == "CREATE_COMPLETE", stack.reasons()
    found = aws("route53resolver").list_resolver_endpoint_ip_addresses(
        ResolverEndpointId=stack.physical_id("In")
    )["IpAddresses"]
    assert {each["SubnetId"] for each in found} == {stack.physical_id(n) for n in ("One", "Two")}


def test_share_is_for_named_accounts_and_nobody_outside(stack, aws):
    share = resource(
        "RAM::ResourceShare",
        Name="transit",
        AllowExternalPrincipals=False,
        Principals=["444455556666"],
        ResourceArns=["arn:aws:ec2:eu-west-1:123456789012:transit-gateway/tgw-1"],
    )
    assert stack.create({"Share": share}) == "CREATE_COMPLETE", stack.reasons()
    (found,) = aws("ram").get_resource_shares(
        resourceOwner="SELF", resourceShareArns=[stack.physical_id("Share")]
    )["resourceShares"]
    assert found["allowExternalPrincipals"] is False
