"""VPCs with their subnets and endpoints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secure_bedrock.evidence.picture.graph import Graph, Thing
from secure_bedrock.evidence.picture.shapes import WIDTH, box, figure, label, linked

MOST = 24
"""Subnets, and endpoints, of a VPC that are drawn."""

_PAD, _ROW, _ACROSS, _HEAD = 14, 50, 3, 30
_CELL = (WIDTH - 4 * _PAD) / _ACROSS - 6
_OUTWARD = {
    "AWS::EC2::InternetGateway": "an internet gateway",
    "AWS::EC2::VPCGatewayAttachment": "an attached gateway",
    "AWS::EC2::NatGateway": "a NAT gateway",
    "AWS::EC2::EgressOnlyInternetGateway": "an egress-only internet gateway",
    "AWS::EC2::TransitGateway": "a Transit Gateway",
    "AWS::EC2::TransitGatewayAttachment": "a Transit Gateway attachment",
    "AWS::EC2::VPCPeeringConnection": "VPC peering",
    "AWS::EC2::VPNGateway": "a VPN gateway",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    name: str
    more: str
    anchor: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpc:
    """A VPC as it is drawn.

    Attributes:
        title: Its name and addresses.
        anchor: Where a click leads; empty for a VPC outside of the templates.
        subnets: Its subnets.
        endpoints: Its endpoints.
    """

    title: str
    anchor: str
    subnets: tuple[_Cell, ...]
    endpoints: tuple[_Cell, ...]


def vpcs(graph: Graph) -> tuple[Vpc, ...]:
    """The VPCs of the templates; one more for what lies in VPCs outside of them."""
    routes = _ways_out(graph)
    inside: dict[str, tuple[list[_Cell], list[_Cell]]] = {}
    for thing in graph.of_type("AWS::EC2::Subnet"):
        cell = _Cell(
            name=thing.name,
            more=_subnet(thing, routes.get(thing.id, ())),
            anchor=thing.id,
            kind="subnet",
        )
        inside.setdefault(_home(graph, thing), ([], []))[0].append(cell)
    for thing in graph.of_type("AWS::EC2::VPCEndpoint"):
        inside.setdefault(_home(graph, thing), ([], []))[1].append(_endpoint(thing))
    own = {
        thing.id: f"VPC {thing.name} {thing.resource['CidrBlock'].literal or ''}".strip()
        for thing in graph.of_type("AWS::EC2::VPC")
    }
    names = {**own, **({"": "A VPC outside of the templates"} if "" in inside else {})}
    return tuple(
        Vpc(
            title=title,
            anchor=id,
            subnets=tuple(inside.get(id, ([], []))[0]),
            endpoints=tuple(inside.get(id, ([], []))[1]),
        )
        for id, title in names.items()
    )


def sentences(graph: Graph, found: Sequence[Vpc]) -> Iterator[str]:
    """The figure in words."""
    for vpc in found:
        yield f"{vpc.title}: subnets {len(vpc.subnets)}, endpoints {len(vpc.endpoints)}"
        yield from (f"{cell.name}: {cell.more}" for cell in (*vpc.subnets, *vpc.endpoints))
    ways = [what for kind, what in _OUTWARD.items() if graph.of_type(kind)]
    yield f"Ways out of the network in the templates: {', '.join(ways) or 'none'}"


def draw_vpcs(found: Sequence[Vpc], description: str) -> str:
    """The figure as SVG."""
    parts: list[str] = []
    top = 4.0
    for vpc in found:
        drawn, height = _drawn(vpc, top + _HEAD)
        head = label(_PAD + 6, top + 22, vpc.title, width=WIDTH - 4 * _PAD, kind="h")
        parts += [box(4, top, WIDTH - 8, height + _HEAD, "box vpc"), linked(vpc.anchor, head)]
        parts += drawn
        top += height + _HEAD + _PAD
    return figure("network", "Network", description, top, "".join(parts))


def _drawn(vpc: Vpc, top: float) -> tuple[list[str], float]:
    parts: list[str] = []
    y = top
    for head, cells in (("Subnets", vpc.subnets), ("Endpoints", vpc.endpoints)):
        parts.append(
            label(_PAD + 6, y + 16, f"{head}: {len(cells) or 'none'}", width=400, kind="s")
        )
        y += 24
        for number, cell in enumerate(cells[:MOST]):
            x = _PAD + 6 + (number % _ACROSS) * (_CELL + 9)
            parts.append(_cell(cell, x, y + number // _ACROSS * _ROW))
        y += -(-min(len(cells), MOST) // _ACROSS) * _ROW
        if len(cells) > MOST:
            text = f"{len(cells) - MOST} more are not drawn; all are in words below."
            parts.append(label(_PAD + 6, y + 12, text, width=WIDTH, kind="s"))
            y += 22
    return parts, y - top + 6


def _cell(cell: _Cell, x: float, y: float) -> str:
    room = _CELL - 18
    return linked(
        cell.anchor,
        box(x, y, _CELL, _ROW - 8, f"box {cell.kind}")
        + label(x + 9, y + 17, cell.name, width=room)
        + label(x + 9, y + 34, cell.more, width=room, kind="s", size=11.5),
    )


def _home(graph: Graph, thing: Thing) -> str:
    vpc = graph.of(thing, "VpcId", "AWS::EC2::VPC")
    return vpc.id if vpc is not None else ""


def _subnet(thing: Thing, ways: Sequence[str]) -> str:
    block = thing.resource["CidrBlock"].literal
    out = f"route to {', '.join(ways)}" if ways else "no route out in the templates"
    return f"{block}, {out}" if block else out


def _endpoint(thing: Thing) -> _Cell:
    service = thing.view.text(thing.resource["ServiceName"])
    kind = thing.resource["VpcEndpointType"].literal or "Gateway"
    policy = "open policy" if thing.resource["PolicyDocument"].missing else "policy of its own"
    return _Cell(
        name=_brief(service),
        more=f"{kind.lower()} endpoint, {policy}",
        anchor=thing.id,
        kind="endpoint",
    )


def _brief(service: str) -> str:
    """The service without the Region, which every endpoint of a VPC shares."""
    parts = service.split(".")
    return ".".join(parts[3:]) if service.startswith("com.amazonaws.") and parts[3:] else service


def _ways_out(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Subnet to what its route table leads to besides the VPC itself."""
    by_table: dict[str, list[str]] = {}
    for route in graph.of_type("AWS::EC2::Route"):
        table = graph.of(route, "RouteTableId", "AWS::EC2::RouteTable")
        for kind, what in _OUTWARD.items():
            if table is not None and graph.of(route, "", kind) is not None:
                by_table.setdefault(table.id, []).append(what)
    found: dict[str, tuple[str, ...]] = {}
    for each in graph.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        subnet = graph.of(each, "SubnetId", "AWS::EC2::Subnet")
        table = graph.of(each, "RouteTableId", "AWS::EC2::RouteTable")
        if subnet is not None and table is not None:
            found[subnet.id] = tuple(dict.fromkeys(by_table.get(table.id, ())))
    return found
