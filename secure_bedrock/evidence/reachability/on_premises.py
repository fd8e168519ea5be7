"""Networks on premises: they ask a VPC's inbound resolver, and come by VPN or Direct Connect.

Templates tell AWS's side only: who may ask, what the answer is, who is admitted, and whether
answers have a route back. How packets get to AWS is not in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.groups import Side, any_lets
from secure_bedrock.evidence.reachability.layout import Subnet, subnets
from secure_bedrock.evidence.reachability.names import Resolution, resolve
from secure_bedrock.evidence.reachability.routes import best, routes_of
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of

_DNS = 53
_BACK = {
    "VPN gateway": YES,
    "transit gateway": UNKNOWN,
    "unknown": UNKNOWN,
    "core network": UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPremises:
    """A network outside of AWS whose resolvers forward the services' names to a VPC.

    Attributes:
        name: What to call it in answers.
        address_range: Its IPv4 range.
        account: Account of the principals that call from there.
    """

    name: str
    address_range: str
    account: str

    @property
    def network(self) -> IPv4Network:
        """The range."""
        return IPv4Network(self.address_range)


def resolved(estate: Estate, network: OnPremises, name: str) -> Resolution:
    """Look a name up as from on premises: the best answer of the resolvers that may be asked."""
    nobody = Resolution(private=NO, endpoint=None, why="no inbound resolver answers it")
    best_found = nobody
    for endpoint in estate.of_type("AWS::Route53Resolver::ResolverEndpoint"):
        if endpoint.text("Direction") != "INBOUND":
            continue
        asked = _may_ask(estate, endpoint, network)
        for vpc in set(_vpcs(estate, endpoint)):
            found = resolve(estate, vpc, name)
            private = asked & found.private
            why = f"{endpoint.shown} may be asked: {asked.value}; {found.why}"
            if private is YES:
                return Resolution(private=YES, endpoint=found.endpoint, why=why)
            if private is UNKNOWN or best_found is nobody:
                kept = found.endpoint if private is UNKNOWN else None
                best_found = Resolution(private=private, endpoint=kept, why=why)
    return best_found


def way_back(estate: Estate, network: OnPremises, there: list[Subnet | None]) -> tuple[Answer, str]:
    """Whether an endpoint's answers are routed to the network."""
    judged = []
    for subnet in there:
        if subnet is None:
            judged.append((UNKNOWN, "a subnet of the endpoint is not known"))
            continue
        route, certain = best(routes_of(estate, subnet), network.network)
        if route is None:
            judged.append(_propagated(estate, subnet, certain=certain))
        else:
            line = f"{subnet.shown}: {route.destination} by {route.kind}"
            judged.append((_BACK.get(route.kind, NO) if certain else UNKNOWN, line))
    result = all_of(found for found, _ in judged) if judged else UNKNOWN
    return result, next((line for found, line in judged if found is result), "no subnet is known")


def _propagated(estate: Estate, subnet: Subnet, *, certain: bool) -> tuple[Answer, str]:
    tables = {
        each.key("RouteTableId")
        for each in estate.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if each.key("SubnetId") == subnet.key
    }
    for each in estate.of_type("AWS::EC2::VPNGatewayRoutePropagation"):
        if tables & set(each.keys("RouteTableIds")):
            return UNKNOWN, f"{subnet.shown}: what the VPN gateway announces"
    return NO if certain else UNKNOWN, f"{subnet.shown} has no route back"


def _may_ask(estate: Estate, endpoint: Item, network: OnPremises) -> Answer:
    side = Side(networks=(network.network,), groups=(), by_group=NO)
    groups = endpoint.keys("SecurityGroupIds")
    return all_of(
        any_lets(estate, groups, side, out=False, port=_DNS, protocol=protocol)
        for protocol in ("udp", "tcp")
    )


def _vpcs(estate: Estate, endpoint: Item) -> Iterator[str | None]:
    addresses = endpoint.raw("IpAddresses")
    for each in addresses if isinstance(addresses, list) else ():
        key = endpoint.stack.key(each.get("SubnetId")) if isinstance(each, dict) else None
        subnet = subnets(estate).get(key or "")
        yield subnet.vpc if subnet else None
