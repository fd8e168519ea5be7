import dataclasses

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock import (
    BedrockSpoke,
    EndpointAddress,
    EndpointService,
    HubExports,
    HubTransitGateway,
    InboundResolver,
    IsolatedVpc,
    PeeringAcceptorRole,
    PeeringRoutes,
    PeerVpc,
    ShareWith,
    SpokeConnection,
    SpokeNames,
    TransitGatewayAdmission,
    VpcPeering,
)
from secure_bedrock.testing import assert_secure

HUB = HubExports(
    account="111122223333",
    region="eu-west-1",
    address_range="10.0.0.0/16",
    vpc_id="vpc-hub",
    profile_id="rp-1",
    transit_gateway_id="tgw-1",
    endpoints={
        EndpointService.BEDROCK_RUNTIME: EndpointAddress.parse("Z1:vpce-1-a.example.com"),
    },
)
PEERING, TRANSIT = SpokeConnection.PEERING, SpokeConnection.TRANSIT_GATEWAY
PROFILE, OWN, HUBS = SpokeNames.PROFILE, SpokeNames.OWN_ZONES, SpokeNames.HUB_ZONES
ATTACHMENT = "AWS::EC2::TransitGatewayVpcAttachment"
CONNECTION = "AWS::EC2::VPCPeeringConnection"


@pytest.fixture
def spoke(env_stack, existing_vpc):
    """A spoke in a VPC that somebody else made."""

    def build(connection=PEERING, names=OWN, *, address_range="10.9.0.0/16", **of_hub):
        return BedrockSpoke(
            env_stack,
            "Spoke",
            vpc=existing_vpc,
            address_range=address_range,
            hub=dataclasses.replace(HUB, **of_hub),
            connection=connection,
            names=names,
        )

    return build


def properties(resources, stack, kind):
    return [each["Properties"] for each in resources(stack, kind).values()]


def test_defaults(env_stack, spoke, snapshot):
    spoke(TRANSIT, PROFILE)
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


@pytest.mark.parametrize("connection", [PEERING, TRANSIT])
@pytest.mark.parametrize("names", [PROFILE, OWN, HUBS])
def test_every_kind_of_spoke_is_clean_in_every_profile(env_stack, spoke, connection, names):
    spoke(connection, names)
    assert_secure(env_stack, profile=["strict", "residency", "agentic"])


def test_every_route_table_leads_the_hubs_range_to_the_peering(env_stack, spoke, resources):
    built = spoke(PEERING)
    routes = properties(resources, env_stack, "AWS::EC2::Route")
    assert {r["RouteTableId"] for r in routes} == {"rtb-a", "rtb-b"}
    assert {r["DestinationCidrBlock"] for r in routes} == {"10.0.0.0/16"}
    found = env_stack.resolve(built.connection_id)
    assert [r["VpcPeeringConnectionId"] for r in routes] == [found] * 2


def test_every_route_table_leads_the_hubs_range_to_the_gateway(env_stack, spoke, resources):
    spoke(TRANSIT)
    routes = resources(env_stack, "AWS::EC2::Route").values()
    assert {r["Properties"]["RouteTableId"] for r in routes} == {"rtb-a", "rtb-b"}
    assert {r["Properties"]["TransitGatewayId"] for r in routes} == {"tgw-1"}
    (attachment,) = resources(env_stack, ATTACHMENT)
    assert {tuple(r["DependsOn"]) for r in routes} == {(attachment,)}


def test_existing_connection_makes_no_route(env_stack, spoke, resources):
    assert spoke(SpokeConnection.EXISTING).connection_id == ""
    assert resources(env_stack, "AWS::EC2::Route") == {}


def test_workloads_may_open_connections_to_the_hub_and_nowhere_else(env_stack, spoke, resources):
    spoke()
    (group,) = properties(resources, env_stack, "AWS::EC2::SecurityGroup")
    (rule,) = group["SecurityGroupEgress"]
    assert (rule["CidrIp"], rule["FromPort"], rule["ToPort"]) == ("10.0.0.0/16", 443, 443)
    assert "SecurityGroupIngress" not in group


def test_own_zones_carry_the_names_of_the_hubs_region(env_stack, spoke, resources):
    spoke(PEERING, OWN, region="eu-central-1")
    (zone,) = properties(resources, env_stack, "AWS::Route53::HostedZone")
    assert zone["Name"] == "bedrock-runtime.eu-central-1.amazonaws.com"
    assert zone["VPCs"] == [{"VPCId": "vpc-0123456789abcdef0", "VPCRegion": "eu-west-1"}]


def test_profile_is_associated_with_the_vpc(env_stack, spoke, resources):
    spoke(TRANSIT, PROFILE)
    (found,) = properties(resources, env_stack, "AWS::Route53Profiles::ProfileAssociation")
    assert (found["ProfileId"], found["ResourceId"]) == ("rp-1", "vpc-0123456789abcdef0")


def test_peering_across_accounts_and_regions_names_both_and_the_role(env_stack, spoke, resources):
    role = "arn:aws:iam::444455556666:role/accepts"
    spoke(PEERING, OWN, account="444455556666", region="eu-central-1", peering_role_arn=role)
    (found,) = properties(resources, env_stack, CONNECTION)
    assert found == {
        "VpcId": "vpc-0123456789abcdef0",
        "PeerVpcId": "vpc-hub",
        "PeerOwnerId": "444455556666",
        "PeerRegion": "eu-central-1",
        "PeerRoleArn": role,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"address_range": "10.0.128.0/17"}, "the hub's range 10.0.0.0/16 overlaps address_range"),
        ({"connection": PEERING, "vpc_id": ""}, "peering needs the hub's vpc_id"),
        ({"connection": TRANSIT, "transit_gateway_id": ""}, "needs the hub's transit_gateway_id"),
        ({"names": PROFILE, "profile_id": ""}, "profile needs the hub's profile_id"),
        ({"names": OWN, "endpoints": {}}, "own-zones needs the hub's endpoints"),
        ({"account": "444455556666"}, "the peer is in account 444455556666: give the ARN"),
        (
            {"connection": TRANSIT, "region": "eu-central-1"},
            "transit-gateway of eu-central-1 does not reach VPCs of eu-west-1: choose peering",
        ),
        (
            {"names": PROFILE, "region": "eu-central-1"},
            "profile of eu-central-1 does not reach VPCs of eu-west-1: choose own-zones",
        ),
    ],
)
def test_what_cannot_work_is_refused(spoke, options, message):
    with pytest.raises(ValueError, match=rf"^Test/Spoke.*: .*{message}"):
        spoke(**options)


def test_subnets_without_a_known_route_table_are_refused(env_stack):
    vpc = ec2.Vpc.from_vpc_attributes(
        env_stack, "V", vpc_id="vpc-1", availability_zones=["a"], isolated_subnet_ids=["subnet-a"]
    )
    with pytest.raises(ValueError, match=r"^Test/P: the route table of subnet subnet-a is not kno"):
        PeeringRoutes(env_stack, "P", vpc=vpc, peering_id="pcx-1", peer_range="10.1.0.0/16")


@pytest.fixture
def transit(env_stack, existing_vpc):
    def build(**options):
        defaults = {
            "vpc": existing_vpc,
            "address_range": "10.9.0.0/16",
            "spokes": {"A": "10.1.0.0/16", "B": "10.2.0.0/16"},
        }
        return HubTransitGateway(env_stack, "T", **{**defaults, **options})

    return build


def test_transit_defaults(env_stack, transit, snapshot):
    transit()
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def test_nothing_is_associated_propagated_or_accepted_by_default(env_stack, transit, resources):
    transit()
    (gateway,) = properties(resources, env_stack, "AWS::EC2::TransitGateway")
    assert gateway["DefaultRouteTableAssociation"] == "disable"
    assert gateway["DefaultRouteTablePropagation"] == "disable"
    assert gateway["AutoAcceptSharedAttachments"] == "disable"


def test_spokes_table_leads_to_the_hub_only(env_stack, transit, resources):
    table = env_stack.resolve(transit().spoke_route_table_id)
    routes = properties(resources, env_stack, "AWS::EC2::TransitGatewayRoute")
    found = [r for r in routes if r["TransitGatewayRouteTableId"] == table]
    assert [r["DestinationCidrBlock"] for r in found] == ["10.9.0.0/16"]


def test_hubs_subnets_have_a_route_to_every_spoke(env_stack, transit, resources):
    transit()
    routes = properties(resources, env_stack, "AWS::EC2::Route")
    found = {(r["RouteTableId"], r["DestinationCidrBlock"]) for r in routes}
    assert found == {(t, r) for t in ("rtb-a", "rtb-b") for r in ("10.1.0.0/16", "10.2.0.0/16")}


def test_shared_gateway_is_for_the_named_accounts(env_stack, transit, resources):
    transit(share_with=ShareWith(accounts=["444455556666"]))
    (share,) = properties(resources, env_stack, "AWS::RAM::ResourceShare")
    assert share["Principals"] == ["444455556666"]
    assert "TransitGatewayArn" in str(share["ResourceArns"])


def test_spokes_that_overlap_are_refused(transit):
    with pytest.raises(ValueError, match=r"^Test/T: B 10\.1\.4\.0/24 overlaps A 10\.1\.0\.0/16"):
        transit(spokes={"A": "10.1.0.0/16", "B": "10.1.4.0/24"})


def test_admission_associates_the_spoke_and_routes_its_range_back(env_stack, resources):
    TransitGatewayAdmission(
        env_stack,
        "A",
        spoke_route_table_id="tgw-rtb-spokes",
        hub_route_table_id="tgw-rtb-hub",
        attachment_id="tgw-attach-1",
        address_range="10.1.0.0/16",
    )
    (association,) = properties(
        resources, env_stack, "AWS::EC2::TransitGatewayRouteTableAssociation"
    )
    (route,) = properties(resources, env_stack, "AWS::EC2::TransitGatewayRoute")
    assert association["TransitGatewayRouteTableId"] == "tgw-rtb-spokes"
    assert route["TransitGatewayRouteTableId"] == "tgw-rtb-hub"
    assert route["DestinationCidrBlock"] == "10.1.0.0/16"


def test_acceptor_accepts_for_one_vpc_from_one_account(env_stack, resources):
    PeeringAcceptorRole(env_stack, "R", vpc_id="vpc-1", requester_account="444455556666")
    (role,) = properties(resources, env_stack, "AWS::IAM::Role")
    (policy,) = properties(resources, env_stack, "AWS::IAM::ManagedPolicy")
    vpc, connection = policy["PolicyDocument"]["Statement"]
    assert "444455556666:root" in str(role["AssumeRolePolicyDocument"])
    assert {vpc["Action"], connection["Action"]} == {"ec2:AcceptVpcPeeringConnection"}
    assert str(vpc["Resource"]).count("vpc/vpc-1") == 1
    assert "444455556666:vpc/*" in str(connection["Condition"]["ArnLike"]["ec2:RequesterVpc"])


def test_acceptor_is_clean_in_every_profile(env_stack):
    PeeringAcceptorRole(env_stack, "R", vpc_id="vpc-1", requester_account="444455556666")
    assert_secure(env_stack, profile=["strict", "residency", "agentic"])


def test_acceptor_for_no_account_is_refused(env_stack):
    with pytest.raises(ValueError, match=r"^Test/R: requester_account is '\*': write the 12"):
        PeeringAcceptorRole(env_stack, "R", vpc_id="vpc-1", requester_account="*")


def test_peering_with_an_overlapping_vpc_is_refused(env_stack, existing_vpc):
    peer = PeerVpc(
        vpc_id="vpc-2", address_range="10.9.1.0/24", account="111122223333", region="eu-west-1"
    )
    with pytest.raises(ValueError, match=r"^Test/P: the peer's range 10\.9\.1\.0/24 overlaps"):
        VpcPeering(env_stack, "P", vpc=existing_vpc, address_range="10.9.0.0/16", peer=peer)


def test_resolver_admits_the_named_networks_on_both_protocols(env_stack, existing_vpc, resources):
    InboundResolver(env_stack, "R", vpc=existing_vpc, networks=["192.168.0.0/16"])
    (group,) = properties(resources, env_stack, "AWS::EC2::SecurityGroup")
    rules = {(r["CidrIp"], r["IpProtocol"], r["FromPort"]) for r in group["SecurityGroupIngress"]}
    assert rules == {("192.168.0.0/16", "udp", 53), ("192.168.0.0/16", "tcp", 53)}
    (endpoint,) = properties(resources, env_stack, "AWS::Route53Resolver::ResolverEndpoint")
    assert endpoint["IpAddresses"] == [{"SubnetId": "subnet-a"}, {"SubnetId": "subnet-b"}]


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        ([], "0 networks: name 1 to 30"),
        (["192.168.0.0/16"] * 31, "31 networks: name 1 to 30"),
        (["0.0.0.0/0"], "wider than /8"),
    ],
)
def test_resolver_for_nobody_or_everybody_is_refused(env_stack, existing_vpc, networks, message):
    with pytest.raises(ValueError, match=rf"^Test/R: .*{message}"):
        InboundResolver(env_stack, "R", vpc=existing_vpc, networks=networks)


def test_resolver_in_one_subnet_is_refused(env_stack, existing_vpc):
    one = ec2.SubnetSelection(availability_zones=["eu-west-1a"])
    with pytest.raises(ValueError, match=r"^Test/R: 1 subnets: a resolver endpoint takes 2 to 6"):
        InboundResolver(env_stack, "R", vpc=existing_vpc, networks=["192.168.0.0/16"], subnets=one)


def test_isolated_vpc_is_clean_and_has_no_interface_endpoint(env_stack, resources):
    IsolatedVpc(env_stack, "Net", address_range="10.4.0.0/16")
    endpoints = properties(resources, env_stack, "AWS::EC2::VPCEndpoint")
    assert {each["VpcEndpointType"] for each in endpoints} == {"Gateway"}
    assert_secure(env_stack, profile=["strict", "residency", "agentic"])
