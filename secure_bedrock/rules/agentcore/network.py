"""From which networks AgentCore runs and reaches out."""

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Controls,
    Node,
    Profile,
    Resource,
    Severity,
    Template,
    Unknown,
    Verdicts,
    any_of,
    equals,
    forbid,
    matches,
    refers_to,
    rule,
)
from secure_bedrock.rules.agentcore._shapes import (
    BROWSER,
    GUIDE,
    HARNESS,
    INTERPRETER,
    RUNTIME,
    network,
    placement,
)

_VPC = f"{GUIDE}/agentcore-vpc.html"
_FIX = "Set NetworkMode to VPC and name private subnets and security groups."


@rule(
    "AGC01",
    resource=(RUNTIME, HARNESS),
    severity=Severity.HIGH,
    fix=_FIX,
    source=_VPC,
    controls={
        "HIPAA": Controls(("164.312(e)(1)",), "stave"),
        "NIST 800-53 r5": Controls(("SC-7", "AC-4"), "stave"),
        "SOC 2": Controls(("CC6.6",), "stave"),
    },
)
def runtime_runs_in_a_vpc(runtime: Resource) -> Verdicts:
    """A runtime is connected to a VPC, not to the internet.

    A runtime with a capacity provider runs in the VPC of that provider.
    """
    mode = network(runtime)["NetworkMode"]
    if not mode.missing:
        yield from forbid(equals(mode, "PUBLIC"), mode)
    elif runtime["CapacityProviderConfiguration"].missing:
        yield Unknown(network(runtime), "the service chooses the network, because none is named")


@rule(
    "AGC02",
    resource=(RUNTIME, HARNESS, BROWSER, INTERPRETER),
    severity=Severity.HIGH,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Name subnets whose route table has no route to an internet gateway.",
    source=_VPC,
)
def subnets_are_private(resource: Resource) -> Verdicts:
    """The subnets of runtimes and tools have no route to an internet gateway."""
    for node in placement(resource)["Subnets"]:
        subnet = node.target
        if subnet is None or subnet.type != "AWS::EC2::Subnet":
            yield Unknown(node, f"the routes of subnet {node.shown} are not in this template")
        else:
            message = "the subnet has a route to an internet gateway"
            yield from forbid(_routed_to_internet(subnet), node, message)


def _routed_to_internet(subnet: Resource) -> Answer:
    template = subnet.template
    tables = [
        link["RouteTableId"]
        for link in template.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if refers_to(link["SubnetId"], subnet) is YES
    ]
    return any_of(_leads_out(template, table) for table in tables)


def _leads_out(template: Template, table: Node) -> Answer:
    routes = template.of_type("AWS::EC2::Route")
    if table.target is None:
        return UNKNOWN
    return any_of(
        _is_internet_gateway(route["GatewayId"])
        for route in routes
        if refers_to(route["RouteTableId"], table.target) is YES
    )


def _is_internet_gateway(node: Node) -> Answer:
    if node.target is not None:
        return YES if node.target.type == "AWS::EC2::InternetGateway" else NO
    return matches(node, "igw-*")


@rule(
    "AGC25",
    resource=BROWSER,
    severity=Severity.HIGH,
    fix=_FIX,
    source="https://docs.aws.amazon.com/config/latest/developerguide/bedrockagentcore-browsercustom-network-mode-not-public.html",
)
def browser_runs_in_a_vpc(browser: Resource) -> Verdicts:
    """A browser is connected to a VPC, where its traffic can be filtered."""
    mode = network(browser)["NetworkMode"]
    yield from forbid(equals(mode, "PUBLIC"), mode)


@rule(
    "AGC27",
    resource=INTERPRETER,
    severity=Severity.HIGH,
    fix=_FIX,
    source="https://docs.aws.amazon.com/config/latest/developerguide/bedrockagentcore-codeinterpreter-networkmode-check.html",
)
def interpreter_runs_in_a_vpc(interpreter: Resource) -> Verdicts:
    """A code interpreter is connected to a VPC.

    AWS Config does not accept SANDBOX either: its limited network is not under your control.
    """
    mode = network(interpreter)["NetworkMode"]
    yield from forbid(equals(mode, "PUBLIC", "SANDBOX"), mode)
