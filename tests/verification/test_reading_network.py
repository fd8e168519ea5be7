import json

import pytest

ANYWHERE = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def vpc(ec2):
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})
    return made


@pytest.fixture
def subnet(ec2, vpc):
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]


VPC = {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True}


def test_a_vpc_as_claimed(vpc, differences):
    assert differences("AWS::EC2::VPC", vpc, VPC) == []


def test_an_internet_gateway_nobody_claimed(ec2, vpc, differences):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert differences("AWS::EC2::VPC", vpc, VPC) == ["InternetGateways[]"]


def test_an_internet_gateway_of_the_stack_is_as_claimed(ec2, vpc, verified):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    attachment = {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": gateway}
    reports = verified(
        {
            "Vpc": ("AWS::EC2::VPC", vpc, VPC),
            "Out": ("AWS::EC2::VPCGatewayAttachment", "out", attachment),
        }
    )
    assert reports["Vpc"].outcome == "ok"


def test_a_nat_gateway_nobody_claimed(ec2, vpc, subnet, differences):
    ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    assert differences("AWS::EC2::VPC", vpc, VPC) == ["NatGateways[]"]


def test_a_vpc_without_its_dns_names(ec2, vpc, differences):
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    assert differences("AWS::EC2::VPC", vpc, VPC) == ["EnableDnsHostnames"]


@pytest.mark.parametrize(("public", "paths"), [(False, []), (True, ["MapPublicIpOnLaunch"])])
def test_a_subnet(ec2, vpc, subnet, differences, public, paths):  # noqa: PLR0917
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": public})
    claim = {"VpcId": vpc, "CidrBlock": "10.0.0.0/24"}
    assert differences("AWS::EC2::Subnet", subnet, claim) == paths


@pytest.fixture
def table(ec2, vpc):
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


def test_a_route_table_as_claimed(vpc, table, differences):
    assert differences("AWS::EC2::RouteTable", table, {"VpcId": vpc}) == []


def test_a_route_out_that_nobody_claimed(ec2, vpc, table, differences):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    out = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
    ec2.create_route(**out)
    assert differences("AWS::EC2::RouteTable", table, {"VpcId": vpc}) == ["RoutesOut[]"]


@pytest.mark.parametrize(("moved", "paths"), [(False, []), (True, ["(resource)"])])
def test_a_route_table_association(ec2, table, subnet, differences, moved, paths):  # noqa: PLR0917
    made = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    if moved:
        ec2.disassociate_route_table(AssociationId=made)
    claim = {"RouteTableId": table, "SubnetId": subnet}
    assert differences("AWS::EC2::SubnetRouteTableAssociation", made, claim) == paths


GROUP = {
    "GroupDescription": "claimed",
    "SecurityGroupIngress": [{**HTTPS, "CidrIp": "10.0.0.0/16", "Description": "inside"}],
    "SecurityGroupEgress": [{**HTTPS, "CidrIp": "10.0.0.0/16"}],
}


@pytest.fixture
def group(ec2, vpc):
    made = ec2.create_security_group(GroupName="g", Description="claimed", VpcId=vpc)["GroupId"]
    inside = [{**HTTPS, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}]
    ec2.revoke_security_group_egress(GroupId=made, IpPermissions=[ANYWHERE])
    ec2.authorize_security_group_egress(GroupId=made, IpPermissions=inside)
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=inside)
    return made


def test_a_security_group_as_claimed(group, differences):
    assert differences("AWS::EC2::SecurityGroup", group, GROUP) == []


@pytest.mark.parametrize(
    ("direction", "name"),
    [("ingress", "SecurityGroupIngress[]"), ("egress", "SecurityGroupEgress[]")],
)
def test_a_rule_nobody_claimed(ec2, group, differences, direction, name):
    getattr(ec2, f"authorize_security_group_{direction}")(GroupId=group, IpPermissions=[ANYWHERE])
    assert differences("AWS::EC2::SecurityGroup", group, GROUP) == [name]


def test_a_group_that_claims_no_egress_has_all_of_it(group, differences):
    claim = {name: value for name, value in GROUP.items() if name != "SecurityGroupEgress"}
    assert "SecurityGroupEgress[].IpProtocol" in differences(
        "AWS::EC2::SecurityGroup", group, claim
    )


def test_rules_of_their_own_count_for_their_group(group, verified):
    inward, outward = GROUP["SecurityGroupIngress"][0], GROUP["SecurityGroupEgress"][0]
    claim = {name: value for name, value in GROUP.items() if name != "SecurityGroupIngress"}
    of_group = {"GroupId": {"Ref": "Group"}}
    reports = verified(
        {
            "Group": ("AWS::EC2::SecurityGroup", group, claim),
            "In": ("AWS::EC2::SecurityGroupIngress", "sgr-1", {**inward, **of_group}),
            "Out": ("AWS::EC2::SecurityGroupEgress", "sgr-2", {**outward, **of_group}),
        }
    )
    assert reports["In"].outcome == "ok"
    assert reports["Group"].differences[0].path == "SecurityGroupEgress[]"


@pytest.mark.parametrize(
    ("claim", "paths"),
    [
        ({**HTTPS, "CidrIp": "10.0.0.0/16"}, []),
        ({**HTTPS, "CidrIp": "10.0.0.0/16", "ToPort": 444}, ["Rule.ToPort"]),
        ({**HTTPS, "CidrIp": "10.9.0.0/16"}, ["(resource)"]),
    ],
)
def test_a_rule_of_its_own(group, differences, claim, paths):
    found = differences("AWS::EC2::SecurityGroupIngress", "sgr-1", {**claim, "GroupId": group})
    assert found == paths


def test_a_closed_default_group(ec2, vpc, differences):
    default = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    group = ec2.describe_security_groups(Filters=default)["SecurityGroups"][0]["GroupId"]
    claim = {"GroupId": group, "ServiceToken": "arn:x"}
    assert "Rules[]" in differences("Custom::ClosedDefaultSecurityGroup", group, claim)
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[ANYWHERE])
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    if found["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"])
    assert differences("Custom::ClosedDefaultSecurityGroup", group, claim) == []


def document(account):
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "bedrock:InvokeModel",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def endpoint(vpc, subnet, group):
    return {
        "ServiceName": "com.amazonaws.eu-west-1.bedrock-runtime",
        "VpcEndpointType": "Interface",
        "VpcId": vpc,
        "SubnetIds": [subnet],
        "SecurityGroupIds": [group],
        "PrivateDnsEnabled": True,
        "PolicyDocument": document("123456789012"),
    }


@pytest.mark.parametrize(
    ("deployed", "paths"),
    [
        ({}, []),
        ({"PrivateDnsEnabled": False}, ["PrivateDnsEnabled"]),
        ({"SecurityGroupIds": []}, ["SecurityGroupIds"]),
        ({"PolicyDocument": json.dumps(document("*"))}, ["PolicyDocument"]),
    ],
)
def test_an_endpoint(ec2, endpoint, changed, deployed, paths):
    policy = {"PolicyDocument": json.dumps(endpoint["PolicyDocument"])}
    made = ec2.create_vpc_endpoint(**{**endpoint, **policy, **deployed})["VpcEndpoint"]
    assert changed("AWS::EC2::VPCEndpoint", made["VpcEndpointId"], endpoint) == paths


@pytest.mark.parametrize(("traffic", "paths"), [("ALL", []), ("REJECT", ["TrafficType"])])
def test_a_flow_log(aws, ec2, vpc, changed, traffic, paths):  # noqa: PLR0917
    aws.client("logs").create_log_group(logGroupName="flow")
    role = "arn:aws:iam::123456789012:role/flow"
    made = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType=traffic,
        LogGroupName="flow",
        DeliverLogsPermissionArn=role,
    )["FlowLogIds"][0]
    claim = {
        "ResourceId": vpc,
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogGroupName": "flow",
        "DeliverLogsPermissionArn": role,
    }
    assert changed("AWS::EC2::FlowLog", made, claim) == paths


def test_a_flow_log_that_is_gone(differences):
    assert differences("AWS::EC2::FlowLog", "fl-0123456789abcdef0", {}) == ["(resource)"]
