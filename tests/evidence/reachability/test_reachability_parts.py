"""Routes, network ACLs, security groups and zones, one property each."""

import pytest

from secure_bedrock import EndpointService
from secure_bedrock.evidence.reachability import Answer, Deployment, reachability

VPC = {"EnableDnsSupport": True, "EnableDnsHostnames": True, "CidrBlock": "10.0.0.0/16"}
GATEWAY = EndpointService.BEDROCK_AGENTCORE_GATEWAY


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def network(service="bedrock-runtime", **more):
    """A VPC with two subnets, an endpoint in the second, callers in the first."""
    anyone = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"}
    inside = {"VpcId": {"Ref": "V"}}
    return {
        "V": resource("EC2::VPC", **VPC),
        "S": resource("EC2::Subnet", **inside, CidrBlock="10.0.1.0/24"),
        "T": resource("EC2::Subnet", **inside, CidrBlock="10.0.2.0/24"),
        "Callers": resource("EC2::SecurityGroup", **inside, SecurityGroupEgress=[anyone]),
        "Own": resource("EC2::SecurityGroup", **inside, SecurityGroupIngress=[anyone]),
        "E": resource(
            "EC2::VPCEndpoint",
            **inside,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.eu-west-1.{service}",
            PrivateDnsEnabled=True,
            SubnetIds=[{"Ref": "T"}],
            SecurityGroupIds=[{"Ref": "Own"}],
        ),
        **more,
    }


@pytest.fixture
def row():
    """The answers from subnet S."""

    def ask(resources, service=EndpointService.BEDROCK_RUNTIME):
        one = Deployment(
            template={"Resources": resources},
            name="One",
            account="111122223333",
            region="eu-west-1",
        )
        return reachability(one, services=[service]).rows[0]

    return ask


def acl(subnet, *entries):
    """A network ACL of a subnet: (number, egress, first port, last port, action)."""
    made = {
        "Acl": resource("EC2::NetworkAcl", VpcId={"Ref": "V"}),
        "Uses": resource(
            "EC2::SubnetNetworkAclAssociation",
            SubnetId={"Ref": subnet},
            NetworkAclId={"Ref": "Acl"},
        ),
    }
    for number, egress, first, last, action in entries:
        made[f"Entry{number}{egress}"] = resource(
            "EC2::NetworkAclEntry",
            NetworkAclId={"Ref": "Acl"},
            RuleNumber=number,
            Egress=egress,
            Protocol=6,
            PortRange={"From": first, "To": last},
            CidrBlock="0.0.0.0/0",
            RuleAction=action,
        )
    return made


OUT, ANSWERS = (100, True, 443, 443, "allow"), (100, False, 1024, 65535, "allow")


def test_everything_in_place_reaches_the_endpoint(row):
    assert row(network()).reaches is Answer.YES


def test_endpoint_without_a_policy_lets_everything_pass(row):
    assert [p.action for p in row(network()).passes] == ["*"]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([OUT, ANSWERS], Answer.YES),
        ([OUT], Answer.NO),
        ([ANSWERS], Answer.NO),
        ([(90, True, 443, 443, "deny"), OUT, ANSWERS], Answer.NO),
        ([(110, True, 443, 443, "deny"), OUT, ANSWERS], Answer.YES),
        ([OUT, (100, False, 1024, 2048, "allow")], Answer.UNKNOWN),
        ([OUT, (100, False, 22, 22, "allow")], Answer.NO),
    ],
)
def test_network_acl_of_the_callers_subnet_counts(row, entries, expected):
    assert row(network(**acl("S", *entries))).admitted is expected


def test_network_acl_of_the_endpoints_subnet_counts(row):
    both = [(100, False, 443, 443, "allow"), (100, True, 1024, 65535, "allow")]
    assert row(network(**acl("T", *both))).admitted is Answer.YES
    assert row(network(**acl("T", both[0]))).admitted is Answer.NO


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}, Answer.YES),
        ({"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}, Answer.NO),
        ({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}, Answer.NO),
        ({"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "CidrIp": "10.0.1.0/25"}, Answer.NO),
        ({"IpProtocol": "-1", "SourceSecurityGroupId": {"Ref": "Callers"}}, Answer.YES),
        ({"IpProtocol": "-1", "SourceSecurityGroupId": {"Ref": "Own"}}, Answer.NO),
        ({"IpProtocol": "-1", "SourcePrefixListId": "pl-1"}, Answer.UNKNOWN),
        ({"IpProtocol": "-1", "CidrIp": {"Fn::GetAtt": ["V", "CidrBlock"]}}, Answer.YES),
        ({"IpProtocol": "-1", "CidrIp": {"Ref": "Given"}}, Answer.UNKNOWN),
    ],
)
def test_ingress_rule_of_the_endpoint_counts(row, rule, expected):
    resources = network()
    resources["Own"]["Properties"]["SecurityGroupIngress"] = [rule]
    assert row(resources).admitted is expected


def test_rule_that_is_a_resource_of_its_own_counts(row):
    resources = network()
    del resources["Own"]["Properties"]["SecurityGroupIngress"]
    assert row(resources).admitted is Answer.NO
    peer = {"GroupId": {"Ref": "Own"}, "IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}
    resources["Rule"] = resource("EC2::SecurityGroupIngress", **peer)
    assert row(resources).admitted is Answer.YES


def test_group_without_egress_rules_sends_everything_as_aws_lets_it(row):
    resources = network()
    del resources["Callers"]["Properties"]["SecurityGroupEgress"]
    assert row(resources).admitted is Answer.YES


def test_endpoint_without_private_dns_has_no_name(row):
    resources = network()
    resources["E"]["Properties"]["PrivateDnsEnabled"] = False
    assert row(resources).resolves is Answer.NO


def zone(name, record="", vpcs=({"VPCId": {"Ref": "V"}, "VPCRegion": "eu-west-1"},)):
    entry = {"Fn::Select": [0, {"Fn::GetAtt": ["E", "DnsEntries"]}]}
    alias = {"DNSName": {"Fn::Select": [1, {"Fn::Split": [":", entry]}]}}
    made = {"Z": resource("Route53::HostedZone", Name=name, VPCs=list(vpcs))}
    if record:
        made["R"] = resource(
            "Route53::RecordSet",
            HostedZoneId={"Fn::GetAtt": ["Z", "Id"]},
            Name=record,
            Type="A",
            AliasTarget=alias,
        )
    return made


def test_zone_above_answers_with_no_such_name_where_it_has_no_record(row):
    """A private zone hides the public name: nothing is reached rather than the internet."""
    resources = network("bedrock-agentcore.gateway")
    resources["E"]["Properties"]["PrivateDnsEnabled"] = False
    above = "bedrock-agentcore.eu-west-1.amazonaws.com"
    found = row(resources | zone(above, above), GATEWAY)
    assert (found.resolves, found.why[0]) == (Answer.NO, "zone One/Z: no")


def test_wildcard_record_leads_the_names_below_to_the_endpoint(row):
    resources = network("bedrock-agentcore.gateway")
    resources["E"]["Properties"]["PrivateDnsEnabled"] = False
    below = "gateway.bedrock-agentcore.eu-west-1.amazonaws.com"
    assert row(resources | zone(below, f"*.{below}"), GATEWAY).resolves is Answer.YES


def test_private_dns_of_the_gateway_covers_the_names_below(row):
    assert row(network("bedrock-agentcore.gateway"), GATEWAY).resolves is Answer.YES


def test_public_zone_does_not_count(row):
    resources = network()
    resources["E"]["Properties"]["PrivateDnsEnabled"] = False
    name = "bedrock-runtime.eu-west-1.amazonaws.com"
    assert row(resources | zone(name, name, vpcs=())).resolves is Answer.NO


def transit(**gateway):
    """A second VPC, both attached to a Transit Gateway, callers there, routes to it in both."""
    made = network(
        G=resource("EC2::TransitGateway", **gateway),
        W=resource("EC2::VPC", **VPC | {"CidrBlock": "10.1.0.0/16"}),
        A=resource("EC2::Subnet", VpcId={"Ref": "W"}, CidrBlock="10.1.1.0/24"),
        Far=resource("EC2::SecurityGroup", VpcId={"Ref": "W"}),
        P=resource("Route53Profiles::Profile", Name="p"),
    )
    for vpc, subnet, other in (("V", "T", "10.1.0.0/16"), ("W", "A", "10.0.0.0/16")):
        table = {"RouteTableId": f"rtb-{vpc}"}
        uses = {"SubnetId": {"Ref": subnet}}
        made |= {
            f"Attach{vpc}": resource(
                "EC2::TransitGatewayAttachment", TransitGatewayId={"Ref": "G"}, VpcId={"Ref": vpc}
            ),
            f"Uses{vpc}": resource("EC2::SubnetRouteTableAssociation", **table, **uses),
            f"Route{vpc}": resource(
                "EC2::Route", **table, DestinationCidrBlock=other, TransitGatewayId={"Ref": "G"}
            ),
        }
    return made


@pytest.mark.parametrize(
    ("gateway", "expected"),
    [
        ({}, Answer.YES),
        ({"DefaultRouteTableAssociation": "disable"}, Answer.NO),
        ({"DefaultRouteTablePropagation": "disable"}, Answer.NO),
        ({"DefaultRouteTablePropagation": {"Ref": "Given"}}, Answer.UNKNOWN),
    ],
)
def test_default_tables_of_a_transit_gateway_connect_everything(gateway, expected):
    resources = transit(**gateway)
    name = "bedrock-runtime.eu-west-1.amazonaws.com"
    vpcs = [{"VPCId": {"Ref": vpc}, "VPCRegion": "eu-west-1"} for vpc in "VW"]
    resources["E"]["Properties"]["PrivateDnsEnabled"] = False
    resources |= zone(name, name, vpcs)
    one = Deployment(
        template={"Resources": resources}, name="One", account="111122223333", region="eu-west-1"
    )
    found = reachability(one, services=[EndpointService.BEDROCK_RUNTIME]).rows
    assert {r.routed for r in found if r.subnet == "One/A"} == {expected}


def test_more_specific_route_inside_of_the_range_leaves_the_path_unknown(layout, table, only):
    found = layout("peering_with_own_zones")
    route = dict(only(found, "Spoke", "AWS::EC2::Route")[0])
    route |= {"DestinationCidrBlock": "10.0.0.0/24"}
    spoke = next(d for d in found if d.name == "Spoke")
    spoke.template["Resources"]["Narrow"] = {"Type": "AWS::EC2::Route", "Properties": route}
    assert table(found)["Spoke1", "bedrock-runtime"] == "y?yy"
