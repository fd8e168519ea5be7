"""Route tables: where packets for a range go."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.layout import Subnet

ROUTE = "AWS::EC2::Route"
_TARGETS = {
    "VpcPeeringConnectionId": "peering",
    "TransitGatewayId": "transit gateway",
    "NatGatewayId": "NAT gateway",
    "EgressOnlyInternetGatewayId": "egress-only internet gateway",
    "GatewayId": "gateway",
    "CarrierGatewayId": "carrier gateway",
    "LocalGatewayId": "local gateway",
    "CoreNetworkArn": "core network",
    "NetworkInterfaceId": "network interface",
    "InstanceId": "instance",
    "VpcEndpointId": "gateway load balancer endpoint",
    "OdbNetworkArn": "Oracle database network",
}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route of a subnet, besides the local ones.

    Attributes:
        network: The IPv4 range it is for; None if it is for something else, or not known.
        destination: What it is for, as a text.
        kind: What it leads to.
        target: Which one; None if that is not known.
    """

    network: IPv4Network | None
    destination: str
    kind: str
    target: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """All routes of a subnet that the templates have.

    Attributes:
        routes: The routes.
        complete: Whether there can be no others, as far as templates decide.
    """

    routes: tuple[Route, ...]
    complete: bool


def routes_of(estate: Estate, subnet: Subnet) -> Routes:
    """The routes of a subnet's table; a subnet without one has the VPC's main table."""
    cached = ("routes", subnet.key)
    if cached not in estate.cache:
        estate.cache[cached] = _read(estate, subnet)
    found: Routes = estate.cache[cached]
    return found


def _read(estate: Estate, subnet: Subnet) -> Routes:
    item = estate.item(subnet.key, "AWS::EC2::Subnet")
    associations = estate.of_type("AWS::EC2::SubnetRouteTableAssociation")
    tables = [
        each.key("RouteTableId") for each in associations if each.key("SubnetId") == subnet.key
    ]
    unclear = any(each.key("SubnetId") is None for each in associations)
    if item is None or None in tables or (unclear and not tables):
        return Routes(routes=(), complete=False)
    every = estate.of_type(ROUTE)
    owned = [each for each in every if tables and each.key("RouteTableId") == tables[0]]
    stray = any(each.key("RouteTableId") is None for each in every) and bool(tables)
    routes = tuple(map(_route, owned))
    clear = not any(r.destination == "" for r in routes)
    return Routes(routes=routes, complete=clear and not stray)


def _route(item: Item) -> Route:
    given = next((name for name in _DESTINATIONS if item.has(name)), _DESTINATIONS[0])
    network = item.network(given) if given == _DESTINATIONS[0] else None
    text = str(network or item.text(given) or ("" if given == _DESTINATIONS[0] else "not IPv4"))
    property_name = next((name for name in _TARGETS if item.has(name)), "")
    target = item.key(property_name) if property_name else None
    kind = _TARGETS.get(property_name, "unknown")
    if kind == "gateway":
        kind = _gateway(item.stack.estate, target)
    return Route(network=network, destination=text, kind=kind, target=target)


def _gateway(estate: Estate, target: str | None) -> str:
    if target is None:
        return "unknown"
    if estate.item(target, "AWS::EC2::InternetGateway") or target.startswith("igw-"):
        return "internet gateway"
    if estate.item(target, "AWS::EC2::VPNGateway") or target.startswith("vgw-"):
        return "VPN gateway"
    return "local" if target == "local" else "unknown"


def best(routes: Routes, network: IPv4Network) -> tuple[Route | None, bool]:
    """The route that all of a range takes, and whether that is certain."""
    known = [r for r in routes.routes if r.network is not None]
    covering = [r for r in known if r.network and network.subnet_of(r.network)]
    inside = [
        r for r in known if r.network and r.network != network and r.network.subnet_of(network)
    ]
    chosen = max(covering, key=lambda r: r.network.prefixlen if r.network else 0, default=None)
    return chosen, routes.complete and not inside
