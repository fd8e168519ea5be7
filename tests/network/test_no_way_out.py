import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from secure_bedrock import (
    BedrockEndpoints,
    EndpointService,
    NoWayOut,
    SecureBedrockVpc,
    parse_model,
)

NOVA = parse_model("eu.amazon.nova-lite-v1:0")
INTERNET = "0.0.0.0/0"


def function(scope, **vpc):
    return lambda_.Function(
        scope,
        "App",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        allow_public_subnet=True,
        **vpc,
    )


@pytest.fixture
def bare(stack):
    """A subnet with a route table, and a function in it; routes are added by the test."""
    vpc = ec2.CfnVPC(stack, "Vpc", cidr_block="10.0.0.0/16")
    subnet = ec2.CfnSubnet(stack, "Subnet", vpc_id=vpc.ref, cidr_block="10.0.0.0/20")
    table = ec2.CfnRouteTable(stack, "Table", vpc_id=vpc.ref)
    ec2.CfnSubnetRouteTableAssociation(
        stack, "Link", subnet_id=subnet.attr_subnet_id, route_table_id=table.ref
    )
    config = lambda_.CfnFunction.VpcConfigProperty(subnet_ids=[subnet.ref])
    lambda_.CfnFunction(
        stack, "App", role="arn:aws:iam::111122223333:role/App", code={}, vpc_config=config
    )
    NoWayOut(stack, "Closed")
    return lambda **route: ec2.CfnRoute(
        stack, "Out", route_table_id=table.attr_route_table_id, **route
    )


def findings(app):
    with pytest.raises(RuntimeError) as error:
        app.synth()
    return [
        line.strip().partition("] ")[2] for line in str(error.value).splitlines() if "] " in line
    ]


def test_private_workload_passes(stack, app):
    network = SecureBedrockVpc(stack, "Net", models=[NOVA])
    function(stack, vpc=network.vpc, security_groups=[network.workload_security_group])
    NoWayOut(stack, "Closed")
    assert app.synth()
    Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp("routes of"))


def test_function_behind_a_nat_gateway_fails_with_one_line(stack, app):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    function(stack, vpc=vpc)
    NoWayOut(stack, "Closed")
    (line,) = findings(app)
    assert line == (
        "Test/Closed: Test/Vpc/PrivateSubnet1/Subnet, where Test/App is, leads out through a NAT "
        "gateway (Test/Vpc/PrivateSubnet1/DefaultRoute, 0.0.0.0/0): remove the route, use another "
        "subnet, or acknowledge it with a reason"
    )


def test_function_of_another_stack_in_a_public_subnet_fails(stack, app):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1, nat_gateways=0)
    other = cdk.Stack(app, "Other")
    function(other, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC))
    NoWayOut(other, "Closed")
    (line,) = findings(app)
    assert (
        "Test/Vpc/PublicSubnet1/Subnet, where Other/App is, leads out through an internet" in line
    )


def test_service_whose_subnets_are_lazy_fails(stack, app):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("App", image=ecs.ContainerImage.from_registry("app"))
    ecs.FargateService(
        stack, "Service", cluster=ecs.Cluster(stack, "C", vpc=vpc), task_definition=task
    )
    NoWayOut(stack, "Closed")
    assert any("where Test/Service/Service is, leads out through a NAT" in f for f in findings(app))


def test_endpoint_of_bedrock_counts_and_other_endpoints_do_not(stack, app):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
    services = [EndpointService.BEDROCK, EndpointService.KMS]
    BedrockEndpoints(stack, "E", vpc=vpc, models=[], services=services, subnets=subnets)
    NoWayOut(stack, "Closed")
    (line,) = findings(app)
    assert "where Test/E/Bedrock is, leads out" in line


@pytest.mark.parametrize(
    ("route", "through"),
    [
        ({"gateway_id": "igw-1"}, "an internet gateway"),
        ({"gateway_id": "vgw-1"}, "a virtual private gateway"),
        ({"gateway_id": cdk.Fn.import_value("Gateway")}, "a gateway that is only known at deploy"),
        ({"nat_gateway_id": "nat-1"}, "a NAT gateway"),
        ({"instance_id": "i-1"}, "an instance"),
        ({"network_interface_id": "eni-1"}, "a network interface"),
        ({"carrier_gateway_id": "cagw-1"}, "a carrier gateway"),
        ({"transit_gateway_id": "tgw-1"}, "a transit gateway"),
        ({"vpc_peering_connection_id": "pcx-1"}, "a peering connection"),
        ({"vpc_endpoint_id": "vpce-1"}, "an endpoint"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_default_route_fails(bare, app, route, through):
    bare(destination_cidr_block=INTERNET, **route)
    (line,) = findings(app)
    assert f"Test/Subnet, where Test/App is, leads out through {through}" in line


def test_egress_only_gateway_fails(bare, app):
    bare(destination_ipv6_cidr_block="::/0", egress_only_internet_gateway_id="eigw-1")
    (line,) = findings(app)
    assert "through an egress-only internet gateway (Test/Out, ::/0)" in line


def test_narrow_route_to_the_internet_fails_as_well(bare, app):
    bare(destination_cidr_block="198.51.100.7/32", gateway_id="igw-1")
    assert len(findings(app)) == 1


@pytest.mark.parametrize(
    "route",
    [
        {"transit_gateway_id": "tgw-1"},
        {"vpc_peering_connection_id": "pcx-1"},
        {"gateway_id": "vgw-1"},
    ],
    ids=lambda route: next(iter(route)),
)
def test_route_to_a_private_network_passes(bare, app, route):
    bare(destination_cidr_block="10.1.0.0/16", **route)
    assert app.synth()


def test_subnet_without_a_route_table_has_the_closed_one_of_its_vpc(stack, app):
    vpc = ec2.CfnVPC(stack, "Vpc", cidr_block="10.0.0.0/16")
    subnet = ec2.CfnSubnet(stack, "Subnet", vpc_id=vpc.ref, cidr_block="10.0.0.0/20")
    ec2.CfnInstance(stack, "App", subnet_id=subnet.ref)
    NoWayOut(stack, "Closed")
    assert app.synth()
    Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp("routes of"))


def test_named_subnet_fails_without_a_workload(stack, app):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    NoWayOut(stack, "Closed", subnets=vpc.private_subnets)
    (line,) = findings(app)
    assert "Test/Vpc/PrivateSubnet1/Subnet, where a workload of yours is, leads out" in line


def test_subnet_of_somebody_else_is_said_to_be_unknown(stack, existing, app):
    function(stack, vpc=existing)
    NoWayOut(stack, "Closed")
    app.synth()
    Annotations.from_stack(stack).has_warning(
        "/Test/Closed",
        Match.string_like_regexp("the routes of subnet-a, where Test/App is, are not made in this"),
    )


@pytest.fixture
def existing(stack):
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Theirs",
        vpc_id="vpc-1",
        availability_zones=["eu-west-1a"],
        isolated_subnet_ids=["subnet-a"],
    )


def test_acknowledged_subnet_passes_and_the_reason_is_kept(stack, app):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    closed = NoWayOut(stack, "Closed", subnets=vpc.private_subnets)
    closed.acknowledge(vpc.private_subnets[0], reason="fetches documents from a partner")
    assert app.synth()
    (entry,) = [m for m in closed.node.metadata if m.type == "secure-bedrock:way-out"]
    assert entry.data == "Test/Vpc/PrivateSubnet1: fetches documents from a partner"


def test_acknowledgement_of_one_subnet_is_not_one_of_another(stack, app):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    closed = NoWayOut(stack, "Closed", subnets=vpc.private_subnets)
    closed.acknowledge(vpc.private_subnets[0], reason="fetches documents from a partner")
    (line,) = findings(app)
    assert "PrivateSubnet2" in line


def test_idle_acknowledgement_fails(stack, app):
    network = SecureBedrockVpc(stack, "Net", models=[NOVA])
    closed = NoWayOut(stack, "Closed")
    closed.acknowledge(network.vpc.isolated_subnets[0], reason="was once open there")
    (line,) = findings(app)
    assert "Test/Net/Isolated1/Subnet is acknowledged, and no workload leads out from there" in line


def test_reason_that_explains_nothing_is_refused(stack):
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    closed = NoWayOut(stack, "Closed", subnets=vpc.private_subnets)
    with pytest.raises(ValueError, match="Test/Closed: the reason 'ok' explains nothing: write at"):
        closed.acknowledge(vpc.private_subnets[0], reason="ok")
