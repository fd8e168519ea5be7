"""Each layout's full table, and what its broken twins show."""

from dataclasses import replace

import pytest

from secure_bedrock.evidence.reachability import Answer, OnPremises, reachability
from secure_bedrock.evidence.reachability.reachability import BEDROCK

HOSTS = ["bedrock", "bedrock-runtime", "bedrock-agent", "bedrock-agent-runtime"]
NOTHING = "nnnn"
OFFICE = OnPremises(name="Office", address_range="192.168.0.0/16", account="111122223333")


def every(subnets, runtime, rest=NOTHING):
    """A table in which all subnets have the runtime endpoint and no other."""
    return {(s, h): runtime if h == "bedrock-runtime" else rest for s in subnets for h in HOSTS}


HUB_HAS_NO_CALLERS = every(["Hub1", "Hub2"], "yy?y")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("new_vpc", every(["New1", "New2"], "yyyy")),
        ("existing_vpc", every(["Described"], "yyyy")),
        ("peering_with_hub_zones", HUB_HAS_NO_CALLERS | every(["Spoke1", "Spoke2"], "yyyy")),
        ("peering_with_own_zones", HUB_HAS_NO_CALLERS | every(["Spoke1", "Spoke2"], "yyyy")),
        ("transit_with_profile", HUB_HAS_NO_CALLERS | every(["Spoke1", "Spoke2"], "yyyy")),
    ],
)
def test_every_layout_reaches_the_runtime_endpoint_and_no_other(layout, table, name, expected):
    assert table(layout(name), services=BEDROCK) == expected


def test_on_premises_reaches_the_runtime_endpoint_and_no_other(layout, table):
    found = table(layout("on_premises"), services=BEDROCK, on_premises=[OFFICE])
    assert found == HUB_HAS_NO_CALLERS | every(["Office"], "yyyy")


@pytest.mark.parametrize(
    "name",
    ["new_vpc", "existing_vpc", "peering_with_hub_zones", "peering_with_own_zones", "on_premises"],
)
def test_no_subnet_of_a_layout_reaches_the_internet(layout, name):
    found = reachability(*layout(name)).elsewhere
    assert found
    assert {each.internet for each in found} == {Answer.NO}


def test_transit_layout_has_no_way_but_the_gateway_and_the_other_range(layout):
    found = reachability(*layout("transit_with_profile")).elsewhere
    ways = {(each.subnet[:3], w.kind, w.destination) for each in found for w in each.ways}
    assert ways == {
        ("Hub", "transit gateway", "10.1.0.0/16"),
        ("Spo", "transit gateway", "10.0.0.0/16"),
    }


ZONES, OWN, TRANSIT = "peering_with_hub_zones", "peering_with_own_zones", "transit_with_profile"


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        ((ZONES, "Spoke", "EC2::Route", "Peering"), "ynyy"),
        ((ZONES, "Hub", "EC2::Route", "Back"), "ynyy"),
        ((ZONES, "Hub", "EC2::Route", "BackRoute2"), "ynyy"),
        ((ZONES, "Hub", "Route53::HostedZone", ""), NOTHING),
        ((ZONES, "Hub", "Route53::RecordSet", ""), NOTHING),
        ((OWN, "Spoke", "Route53::HostedZone", ""), NOTHING),
        ((TRANSIT, "Spoke", "Route53Profiles::ProfileAssociation", ""), NOTHING),
        ((TRANSIT, "Hub", "Route53Profiles::ProfileResourceAssociation", ""), NOTHING),
        ((TRANSIT, "Spoke", "EC2::Route", ""), "ynyy"),
        ((TRANSIT, "Hub", "EC2::Route", ""), "ynyy"),
        ((TRANSIT, "Hub", "EC2::TransitGatewayRoute", "SpokesToHub"), "ynyy"),
        ((TRANSIT, "Hub", "EC2::TransitGatewayRoute", "HubToSpoke"), "ynyy"),
        ((TRANSIT, "Hub", "EC2::TransitGatewayRouteTableAssociation", "Admission"), "ynyy"),
        ((TRANSIT, "Spoke", "EC2::TransitGatewayVpcAttachment", ""), "ynyy"),
    ],
)
def test_what_is_missing_is_seen(layout, table, without, broken, seen):
    name, stack, kind, part = broken
    found = table(without(layout(name), stack, f"AWS::{kind}", part))
    assert {found[s, "bedrock-runtime"] for s in ("Spoke1", "Spoke2")} == {seen}


def test_missing_ingress_rule_of_the_hub_is_seen(layout, table, only):
    broken = layout("peering_with_own_zones")
    for group in only(broken, "Hub", "AWS::EC2::SecurityGroup"):
        group["SecurityGroupIngress"] = group["SecurityGroupIngress"][:1]
    assert table(broken)["Spoke1", "bedrock-runtime"] == "yyny"


def test_missing_egress_rule_of_the_workload_is_seen(layout, table, only):
    broken = layout("peering_with_own_zones")
    (group,) = only(broken, "Spoke", "AWS::EC2::SecurityGroup")
    group["SecurityGroupEgress"][0]["CidrIp"] = "10.3.0.0/16"
    assert table(broken)["Spoke1", "bedrock-runtime"] == "yyny"


def test_missing_association_with_the_spokes_vpc_is_seen(layout, table, only):
    broken = layout("peering_with_hub_zones")
    (zone,) = only(broken, "Hub", "AWS::Route53::HostedZone")
    zone["VPCs"] = zone["VPCs"][:1]
    assert table(broken)["Spoke1", "bedrock-runtime"] == NOTHING


def test_endpoint_policy_that_lets_only_the_hubs_account_pass_is_seen(layout, table, only):
    broken = layout("peering_with_own_zones")
    (endpoint,) = only(broken, "Hub", "AWS::EC2::VPCEndpoint")
    for statement in endpoint["PolicyDocument"]["Statement"]:
        statement["Condition"]["StringEquals"]["aws:PrincipalAccount"] = "111122223333"
    assert table(broken)["Spoke1", "bedrock-runtime"] == "yyyn"


def test_vpc_without_dns_host_names_resolves_no_private_zone(layout, table, only):
    broken = layout("peering_with_own_zones")
    (vpc,) = only(broken, "Spoke", "AWS::EC2::VPC")
    vpc["EnableDnsHostnames"] = False
    assert table(broken)["Spoke1", "bedrock-runtime"][0] == "n"


@pytest.mark.parametrize("target", ["GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId"])
def test_route_to_the_internet_is_seen(layout, only, target):
    broken = layout("new_vpc")
    (name,) = [d.name for d in broken]
    table_id = only(broken, name, "AWS::EC2::SubnetRouteTableAssociation")[0]["RouteTableId"]
    route = {"RouteTableId": table_id, "DestinationCidrBlock": "0.0.0.0/0", target: "igw-1"}
    broken[0].template["Resources"]["Out"] = {"Type": "AWS::EC2::Route", "Properties": route}
    answers = [each.internet for each in reachability(*broken).elsewhere]
    assert answers == [Answer.YES, Answer.NO]


def test_default_route_to_a_transit_gateway_may_lead_to_the_internet(layout, only):
    broken = layout("transit_with_profile")
    for route in only(broken, "Spoke", "AWS::EC2::Route"):
        route["DestinationCidrBlock"] = "0.0.0.0/0"
    found = {each.subnet[:3]: each.internet for each in reachability(*broken).elsewhere}
    assert found["Spo"] is Answer.UNKNOWN


def test_office_that_the_resolver_does_not_admit_has_no_names(layout, table):
    branch = OnPremises(name="Branch", address_range="172.16.0.0/16", account="111122223333")
    found = table(layout("on_premises"), on_premises=[branch])
    assert found["Branch", "bedrock-runtime"] == NOTHING


def test_office_without_a_route_back_is_seen(layout, table, without):
    broken = without(layout("on_premises"), "Hub", "AWS::EC2::Route", "Home")
    assert table(broken, on_premises=[OFFICE])["Office", "bedrock-runtime"] == "ynyy"


def test_peering_with_another_vpc_does_not_count(layout, table, only):
    broken = layout(OWN)
    (connection,) = only(broken, "Spoke", "AWS::EC2::VPCPeeringConnection")
    connection["PeerVpcId"] = "vpc-else"
    assert table(broken)["Spoke1", "bedrock-runtime"] == "ynyy"


@pytest.mark.parametrize(
    "change", [{"TransitGatewayAttachmentId": "tgw-attach-else"}, {"Blackhole": True}]
)
def test_transit_route_that_leads_elsewhere_does_not_count(layout, table, only, change):
    broken = layout(TRANSIT)
    for route in only(broken, "Hub", "AWS::EC2::TransitGatewayRoute"):
        route.update(change)
    assert table(broken)["Spoke1", "bedrock-runtime"] == "ynyy"


@pytest.mark.parametrize(("region", "seen"), [("eu-central-1", "yyny"), ("eu-west-1", "yyyy")])
def test_group_of_the_other_side_works_within_a_region_only(layout, table, only, region, seen):
    hub, spoke = layout(OWN)
    (group,) = only([hub], "Hub", "AWS::EC2::SecurityGroup")
    group["SecurityGroupIngress"] = [{"IpProtocol": "-1", "SourceSecurityGroupId": "sg-spoke"}]
    resources = spoke.template["Resources"]
    own = next(k for k, r in resources.items() if r["Type"] == "AWS::EC2::SecurityGroup")
    placed = replace(spoke, region=region, values={**spoke.values, own: "sg-spoke"})
    assert table([hub, placed])["Spoke1", "bedrock-runtime"] == seen
