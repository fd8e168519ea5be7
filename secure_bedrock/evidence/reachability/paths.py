"""Whether packets get from a subnet to a range of another VPC."""

from ipaddress import IPv4Network

from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.layout import Subnet
from secure_bedrock.evidence.reachability.routes import Route, best, routes_of
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, answer, any_of
from secure_bedrock.rules._values import equals

_ATTACHMENTS = ("AWS::EC2::TransitGatewayVpcAttachment", "AWS::EC2::TransitGatewayAttachment")


def leads(
    estate: Estate, subnet: Subnet, vpc: str | None, network: IPv4Network | None
) -> tuple[Answer, str]:
    """Whether a subnet's packets for a range arrive in a VPC, and why."""
    if subnet.vpc is None or vpc is None:
        return UNKNOWN, "a VPC is not known"
    if subnet.vpc == vpc:
        return YES, "the same VPC"
    if network is None:
        return UNKNOWN, "the range of the other side is not known"
    routes = routes_of(estate, subnet)
    route, certain = best(routes, network)
    if route is None:
        found = NO if certain else UNKNOWN
        return found, f"{subnet.shown} has no route to {network}"
    arrives = _through(estate, route, subnet.vpc, vpc, network)
    if not certain and arrives is not UNKNOWN:
        return UNKNOWN, f"not every route of {subnet.shown} is known"
    return arrives, f"{subnet.shown}: {route.destination} by {route.kind} {route.target or '?'}"


def _through(estate: Estate, route: Route, here: str, there: str, network: IPv4Network) -> Answer:
    if route.kind == "peering":
        return _peered(estate, route.target, {here, there})
    if route.kind == "transit gateway":
        return _by_transit(estate, route.target, here, there, network)
    return UNKNOWN if route.kind in _UNCLEAR else NO


_UNCLEAR = ("unknown", "network interface", "instance", "core network", "VPN gateway")


def _peered(estate: Estate, target: str | None, vpcs: set[str]) -> Answer:
    connection = estate.item(target, "AWS::EC2::VPCPeeringConnection")
    if connection is None:
        return UNKNOWN
    sides = {connection.key("VpcId"), connection.key("PeerVpcId")}
    return UNKNOWN if None in sides else answer(sides == vpcs)


def _by_transit(
    estate: Estate, gateway: str | None, here: str, there: str, network: IPv4Network
) -> Answer:
    sources, sure = _attached(estate, gateway, here)
    targets, also = _attached(estate, gateway, there)
    if not sources or not targets:
        ours = estate.item(gateway, "AWS::EC2::TransitGateway") is not None
        return NO if ours and sure and also else UNKNOWN
    return any_of(
        _carried(estate, gateway, source, target, network)
        for source in sources
        for target in targets
    )


def _attached(estate: Estate, gateway: str | None, vpc: str) -> tuple[list[Item], bool]:
    """Attachments of a VPC to a gateway, and whether all attachments could be read."""
    every = estate.of_type(*_ATTACHMENTS)
    found = [
        each
        for each in every
        if each.key("TransitGatewayId") == gateway and each.key("VpcId") == vpc
    ]
    clear = gateway is not None and all(
        None not in (each.key("TransitGatewayId"), each.key("VpcId")) for each in every
    )
    return found if gateway is not None else [], clear


def _carried(
    estate: Estate, gateway: str | None, source: Item, target: Item, network: IPv4Network
) -> Answer:
    owner = estate.item(gateway, "AWS::EC2::TransitGateway")
    associations = estate.of_type("AWS::EC2::TransitGatewayRouteTableAssociation")
    tables = [
        each.key("TransitGatewayRouteTableId")
        for each in associations
        if each.key("TransitGatewayAttachmentId") == source.id
    ]
    stray = any(each.key("TransitGatewayAttachmentId") is None for each in associations)
    if not tables:
        if owner is None or stray:
            return UNKNOWN
        off = ~_on(owner, "DefaultRouteTableAssociation")
        spread = _on(owner, "DefaultRouteTablePropagation")
        return NO if off is YES else spread & ~off
    return _in_table(estate, tables[0], target, network)


def _in_table(estate: Estate, table: str | None, target: Item, network: IPv4Network) -> Answer:
    if table is None:
        return UNKNOWN
    rows = [
        each
        for each in estate.of_type("AWS::EC2::TransitGatewayRoute")
        if each.key("TransitGatewayRouteTableId") in {table, None}
    ]
    if any(
        each.key("TransitGatewayRouteTableId") is None
        or each.network("DestinationCidrBlock") is None
        for each in rows
    ):
        return UNKNOWN
    covering = [
        (found.prefixlen, each)
        for each in rows
        if (found := each.network("DestinationCidrBlock")) and network.subnet_of(found)
    ]
    if covering:
        nearest = max(covering, key=lambda pair: pair[0])[1]
        if nearest.text("Blackhole") == "true":
            return NO
        towards = nearest.key("TransitGatewayAttachmentId")
        return UNKNOWN if towards is None else answer(towards == target.id)
    spread = estate.of_type("AWS::EC2::TransitGatewayRouteTablePropagation")
    return any_of(
        answer(each.key("TransitGatewayAttachmentId") == target.id)
        for each in spread
        if each.key("TransitGatewayRouteTableId") == table
    )


def _on(gateway: Item, name: str) -> Answer:
    return equals(gateway.resource[name], "enable", missing=YES)
