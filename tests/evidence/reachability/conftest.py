"""Every layout of the network, synthesized once, as templates with where each goes."""

import copy
import functools
from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from secure_bedrock import (
    BedrockEndpoints,
    BedrockHub,
    BedrockSpoke,
    EndpointAccess,
    EndpointAddress,
    EndpointService,
    HubExports,
    HubTransitGateway,
    InboundResolver,
    NameSharing,
    PeeringRoutes,
    SecureBedrockVpc,
    ShareWith,
    SpokeConnection,
    SpokeNames,
    TransitGatewayAdmission,
    ZoneVpc,
    parse_model,
)
from secure_bedrock.evidence.reachability import Deployment, reachability
from secure_bedrock.network.subnets import isolated_vpc

HUB, SPOKE = "111122223333", "444455556666"
IRELAND, FRANKFURT = "eu-west-1", "eu-central-1"
HUB_RANGE, SPOKE_RANGE = "10.0.0.0/16", "10.1.0.0/16"
RUNTIME = EndpointService.BEDROCK_RUNTIME
MODELS = [parse_model("eu.amazon.nova-lite-v1:0")]
LETTERS = {"yes": "y", "no": "n", "unknown": "?"}


class Apps:
    """Stacks of one layout, in accounts that know of each other by written ids only."""

    def __init__(self):
        self.app = cdk.App()
        self.ids = {}

    def stack(self, name, account=HUB, region=IRELAND, **ids):
        self.ids[name] = ids
        environment = cdk.Environment(account=account, region=region)
        return cdk.Stack(self.app, name, env=environment)

    def deployments(self):
        return tuple(self._deployment(each) for each in self.app.synth().stacks)

    def _deployment(self, stack):
        values = {}
        for kind, value in self.ids[stack.stack_name].items():
            type_name = kind.replace("__", "::")
            found = [k for k, r in stack.template["Resources"].items() if r["Type"] == type_name]
            (values[min(found)],) = (value,)
        return Deployment(
            template=stack.template,
            name=stack.stack_name,
            account=stack.environment.account,
            region=stack.environment.region,
            values=values,
        )


def vpc(stack, address_range):
    return isolated_vpc(stack, ec2.IpAddresses.cidr(address_range), 2)[1]


def hub(stack, **options):
    defaults = {
        "vpc": vpc(stack, HUB_RANGE),
        "address_range": HUB_RANGE,
        "models": MODELS,
        "admitted_ranges": [SPOKE_RANGE],
        "services": [RUNTIME],
        "access": EndpointAccess(accounts=[HUB, SPOKE]),
    }
    return BedrockHub(stack, "Hub", **{**defaults, **options}), defaults["vpc"]


def exports(**options):
    entry = f"Z1:vpce-hub-a1.bedrock-runtime.{IRELAND}.vpce.amazonaws.com"
    return HubExports(
        account=HUB,
        region=IRELAND,
        address_range=HUB_RANGE,
        vpc_id="vpc-hub",
        endpoints={RUNTIME: EndpointAddress.parse(entry)},
        **options,
    )


def spoke(stack, hub_exports, connection, names):
    return BedrockSpoke(
        stack,
        "Spoke",
        vpc=vpc(stack, SPOKE_RANGE),
        address_range=SPOKE_RANGE,
        hub=hub_exports,
        connection=connection,
        names=names,
    )


def new_vpc():
    apps = Apps()
    SecureBedrockVpc(apps.stack("New"), "Net", models=MODELS, services=[RUNTIME])
    return apps.deployments()


def existing_vpc():
    apps = Apps()
    stack = apps.stack("Endpoints")
    theirs = ec2.Vpc.from_vpc_attributes(
        stack,
        "Theirs",
        vpc_id="vpc-1",
        availability_zones=["a"],
        isolated_subnet_ids=["subnet-1"],
        isolated_subnet_route_table_ids=["rtb-1"],
    )
    endpoints = BedrockEndpoints(stack, "E", vpc=theirs, models=MODELS, services=[RUNTIME])
    group = ec2.SecurityGroup(stack, "App", vpc=theirs, allow_all_outbound=False)
    endpoints.allow_from(group)
    group.connections.allow_to(endpoints.security_groups[0], ec2.Port.tcp(443))
    return (*apps.deployments(), described_vpc())


def described_vpc():
    """What a user writes down of a VPC that no template made."""
    dns = {"EnableDnsSupport": True, "EnableDnsHostnames": True}
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16", **dns}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.9.1.0/24"},
        },
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Uses": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": {"Ref": "Table"}},
        },
    }
    return Deployment(
        template={"Resources": resources},
        name="Described",
        account=HUB,
        region=IRELAND,
        values={"Vpc": "vpc-1", "Subnet": "subnet-1", "Table": "rtb-1"},
    )


def peering_with_hub_zones():
    """One account, two Regions: the hub's zones name the spoke's VPC."""
    apps = Apps()
    hub_stack = apps.stack("Hub", AWS__EC2__VPC="vpc-hub")
    names = NameSharing(vpcs=[ZoneVpc(vpc_id="vpc-spoke", region=FRANKFURT)])
    _, hub_vpc = hub(hub_stack, names=names)
    spoke_stack = apps.stack(
        "Spoke", region=FRANKFURT, AWS__EC2__VPC="vpc-spoke", AWS__EC2__VPCPeeringConnection="pcx-1"
    )
    spoke(spoke_stack, exports(), SpokeConnection.PEERING, SpokeNames.HUB_ZONES)
    PeeringRoutes(hub_stack, "Back", vpc=hub_vpc, peering_id="pcx-1", peer_range=SPOKE_RANGE)
    return apps.deployments()


def peering_with_own_zones():
    """Two accounts, two Regions: the spoke has zones of its own."""
    apps = Apps()
    hub_stack = apps.stack("Hub", AWS__EC2__VPC="vpc-hub", AWS__EC2__VPCEndpoint="vpce-hub")
    _, hub_vpc = hub(hub_stack)
    spoke_stack = apps.stack("Spoke", SPOKE, FRANKFURT, AWS__EC2__VPCPeeringConnection="pcx-1")
    accepts = exports(peering_role_arn=f"arn:aws:iam::{HUB}:role/accepts")
    spoke(spoke_stack, accepts, SpokeConnection.PEERING, SpokeNames.OWN_ZONES)
    PeeringRoutes(hub_stack, "Back", vpc=hub_vpc, peering_id="pcx-1", peer_range=SPOKE_RANGE)
    return apps.deployments()


def transit_with_profile():
    """Two accounts, one Region: Transit Gateway and Route 53 Profile, both shared."""
    apps = Apps()
    everyone = ShareWith(accounts=[SPOKE])
    hub_stack = apps.stack(
        "Hub", AWS__EC2__TransitGateway="tgw-1", AWS__Route53Profiles__Profile="rp-1"
    )
    _, hub_vpc = hub(hub_stack, names=NameSharing(share_with=everyone))
    gateway = HubTransitGateway(
        hub_stack,
        "Transit",
        vpc=hub_vpc,
        address_range=HUB_RANGE,
        spokes={"Spoke": SPOKE_RANGE},
        share_with=everyone,
    )
    spoke_stack = apps.stack("Spoke", SPOKE, AWS__EC2__TransitGatewayVpcAttachment="tgw-attach-1")
    shared = exports(transit_gateway_id="tgw-1", profile_id="rp-1")
    spoke(spoke_stack, shared, SpokeConnection.TRANSIT_GATEWAY, SpokeNames.PROFILE)
    TransitGatewayAdmission(
        hub_stack,
        "Admission",
        spoke_route_table_id=gateway.spoke_route_table_id,
        hub_route_table_id=gateway.hub_route_table_id,
        attachment_id="tgw-attach-1",
        address_range=SPOKE_RANGE,
    )
    return apps.deployments()


def on_premises():
    apps = Apps()
    stack = apps.stack("Hub")
    _, hub_vpc = hub(stack, admitted_ranges=["192.168.0.0/16"])
    InboundResolver(stack, "Resolver", vpc=hub_vpc, networks=["192.168.0.0/16"])
    for number, subnet in enumerate(hub_vpc.isolated_subnets):
        ec2.CfnRoute(
            stack,
            f"Home{number}",
            route_table_id=subnet.route_table.route_table_id,
            destination_cidr_block="192.168.0.0/16",
            gateway_id="vgw-1",
        )
    return apps.deployments()


LAYOUTS = {
    each.__name__: each
    for each in (
        new_vpc,
        existing_vpc,
        peering_with_hub_zones,
        peering_with_own_zones,
        transit_with_profile,
        on_premises,
    )
}


@functools.cache
def synthesized(name):
    return LAYOUTS[name]()


@pytest.fixture
def layout():
    """A layout's deployments, free to be broken."""

    def build(name):
        return [replace(d, template=copy.deepcopy(dict(d.template))) for d in synthesized(name)]

    return build


@pytest.fixture
def table():
    """(subnet, host) -> resolves, routed, admitted, policy as letters, runtime only by default."""

    def compute(deployments, **options):
        options.setdefault("services", [RUNTIME])
        found = reachability(*deployments, **options)
        return {
            (short(row.subnet), row.name.split(".")[0]): "".join(
                LETTERS[each.value] for each in (row.resolves, row.routed, row.admitted, row.policy)
            )
            for row in found.rows
        }

    return compute


def short(subnet):
    stack, _, rest = subnet.partition("/")
    number = next((c for c in rest if c.isdigit()), "")
    return f"{stack}{number}"


@pytest.fixture
def without():
    """Take resources of a type out of a stack's template, by a part of the logical id."""

    def remove(deployments, stack, kind, part=""):
        template = next(d.template for d in deployments if d.name == stack)
        names = [
            name for name, r in template["Resources"].items() if r["Type"] == kind and part in name
        ]
        assert names, f"{stack} has no {kind} {part}"
        for name in names:
            del template["Resources"][name]
        return deployments

    return remove


@pytest.fixture
def only():
    """Properties of the resources of a type in a stack."""

    def find(deployments, stack, kind):
        template = next(d.template for d in deployments if d.name == stack)
        return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]

    return find
