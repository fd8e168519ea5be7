"""What else a subnet reaches: every route out of its VPC, and the gateway endpoints."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from secure_bedrock.evidence.reachability.estate import Estate
from secure_bedrock.evidence.reachability.layout import ENDPOINT, Subnet, service_of
from secure_bedrock.evidence.reachability.routes import Routes, routes_of
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, any_of

_PUBLIC = ("internet gateway", "NAT gateway", "egress-only internet gateway", "carrier gateway")
_PRIVATE = ("peering", "local")
_RESERVED = tuple(
    IPv4Network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way out of a VPC.

    Attributes:
        destination: A range, a service, or empty if that is not known.
        kind: What leads there.
        target: Which one; empty if that is not known.
    """

    destination: str
    kind: str
    target: str


def ways(estate: Estate, subnet: Subnet) -> tuple[tuple[Way, ...], Answer]:
    """Every way out, and whether one of them leads to the internet."""
    routes = routes_of(estate, subnet)
    found = [
        Way(destination=r.destination, kind=r.kind, target=r.target or "")
        for r in routes.routes
        if r.kind != "local"
    ]
    found += _gateways(estate, subnet)
    return tuple(found), _public(routes)


def _public(routes: Routes) -> Answer:
    judged = []
    for route in routes.routes:
        if route.kind in _PUBLIC:
            judged.append(YES)
        elif route.kind in _PRIVATE or (route.network and _reserved(route.network)):
            judged.append(NO)
        else:
            judged.append(UNKNOWN)
    if not routes.complete:
        judged.append(UNKNOWN)
    return any_of(judged)


def _reserved(network: IPv4Network) -> bool:
    return any(network.subnet_of(each) for each in _RESERVED)


def _gateways(estate: Estate, subnet: Subnet) -> list[Way]:
    tables = {
        each.key("RouteTableId")
        for each in estate.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if each.key("SubnetId") == subnet.key
    }
    return [
        Way(destination=service_of(each) or "", kind="gateway endpoint", target=each.id)
        for each in estate.of_type(ENDPOINT)
        if tables & set(each.keys("RouteTableIds")) - {None}
    ]
