"""From each subnet: which names of Amazon Bedrock lead to a private address that admits it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secure_bedrock.catalog.endpoint_services import EndpointService
from secure_bedrock.catalog.private_names import dns_suffix, private_zones
from secure_bedrock.evidence.reachability.acls import pass_acls
from secure_bedrock.evidence.reachability.deployment import Deployment, Estate, Item
from secure_bedrock.evidence.reachability.groups import GROUP, Side, any_lets
from secure_bedrock.evidence.reachability.layout import Subnet, endpoints, subnets
from secure_bedrock.evidence.reachability.names import Resolution, resolve
from secure_bedrock.evidence.reachability.on_premises import OnPremises, resolved, way_back
from secure_bedrock.evidence.reachability.passes import Passing, passing
from secure_bedrock.evidence.reachability.paths import leads
from secure_bedrock.evidence.reachability.ways import Way, ways
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of, any_of

BEDROCK = (
    EndpointService.BEDROCK,
    EndpointService.BEDROCK_RUNTIME,
    EndpointService.BEDROCK_AGENT,
    EndpointService.BEDROCK_AGENT_RUNTIME,
)
_HTTPS = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One name, asked for by one group of callers in one subnet.

    Attributes:
        subnet: The subnet, or the network on premises.
        group: Security group of the callers; empty if the templates have none in its VPC.
        name: The name.
        resolves: Whether the name leads to a private address there.
        routed: Whether packets get there, and answers back.
        admitted: Whether both security groups and network ACLs let TCP 443 pass.
        policy: Whether the endpoint policy lets anything pass for the subnet's account.
        passes: What it lets pass.
        why: A line each for the first two answers.
    """

    subnet: str
    group: str
    name: str
    resolves: Answer
    routed: Answer
    admitted: Answer
    policy: Answer
    passes: tuple[Passing, ...]
    why: tuple[str, ...]

    @property
    def reaches(self) -> Answer:
        """Whether a caller reaches the name privately and may do anything there."""
        return all_of((self.resolves, self.routed, self.admitted, self.policy))


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What else is reachable from a subnet.

    Attributes:
        subnet: The subnet.
        ways: Routes out of its VPC, and gateway endpoints.
        internet: Whether one of them leads to the internet.
    """

    subnet: str
    ways: tuple[Way, ...]
    internet: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """The whole table.

    Attributes:
        rows: Every subnet, group of callers and name.
        elsewhere: Every subnet.
        notes: What had to be assumed.
    """

    rows: tuple[Row, ...]
    elsewhere: tuple[Elsewhere, ...]
    notes: tuple[str, ...]


def reachability(
    *deployments: Deployment,
    services: Sequence[EndpointService] = BEDROCK,
    on_premises: Sequence[OnPremises] = (),
) -> Reachability:
    """Compute what is reachable from the subnets of templates that are deployed together.

    Args:
        deployments: The templates, with where each goes. What other templates refer to by id, and
            what no template makes, is known only if ``values`` or a small template say so;
            otherwise the answers are unknown.
        services: The services whose names are asked for, in every Region with an endpoint.
        on_premises: Networks outside of AWS to ask for as well.

    Raises:
        ValueError: Two deployments with one name.
    """
    estate = Estate(deployments)
    known = subnets(estate)
    asked = list(_names(estate, services))
    rows = [
        _row(estate, subnet, group, name)
        for subnet in known.values()
        for group in _callers(estate, subnet)
        for name in asked
    ]
    rows += [_outside(estate, network, name) for network in on_premises for name in asked]
    elsewhere = []
    for subnet in known.values():
        found, internet = ways(estate, subnet)
        elsewhere.append(Elsewhere(subnet=subnet.shown, ways=found, internet=internet))
    return Reachability(rows=tuple(rows), elsewhere=tuple(elsewhere), notes=tuple(_notes(estate)))


def _names(estate: Estate, services: Sequence[EndpointService]) -> Iterator[str]:
    for region in sorted({each.stack.deployment.region for each in endpoints(estate)}):
        for service in services:
            for zone in private_zones(service, region, dns_suffix(region)):
                yield zone.record.replace("*", "name")


def _callers(estate: Estate, subnet: Subnet) -> list[Item | None]:
    """Security groups of the VPC, besides those of endpoints and resolvers."""
    taken = {key for each in endpoints(estate) for key in each.keys("SecurityGroupIds")}
    for each in estate.of_type("AWS::Route53Resolver::ResolverEndpoint"):
        taken |= set(each.keys("SecurityGroupIds"))
    free: list[Item | None] = [
        each
        for each in estate.of_type(GROUP)
        if each.key("VpcId") == subnet.vpc and subnet.vpc and each.id not in taken
    ]
    return free or [None]


def _row(estate: Estate, subnet: Subnet, group: Item | None, name: str) -> Row:
    found = resolve(estate, subnet.vpc, name)
    routed, how, admitted = UNKNOWN, "the endpoint is not known", UNKNOWN
    if found.endpoint is not None:
        here = all_subnets(estate, found.endpoint)
        routed, how = _both_ways(estate, subnet, found.endpoint, here)
        admitted = _admitted(estate, subnet, group, found.endpoint, here)
    who = (subnet.shown, group.shown if group else "", name)
    return _judged(estate, who, subnet.account, found, routed=(routed, how), admitted=admitted)


def _outside(estate: Estate, network: OnPremises, name: str) -> Row:
    found = resolved(estate, network, name)
    routed, how, admitted = UNKNOWN, "the endpoint is not known", UNKNOWN
    if found.endpoint is not None:
        there = all_subnets(estate, found.endpoint)
        routed, how = way_back(estate, network, there)
        side = Side(networks=(network.network,), groups=(), by_group=NO)
        groups = found.endpoint.keys("SecurityGroupIds")
        admitted = any_lets(estate, groups, side, out=False, port=_HTTPS)
        for each in there:
            acl = pass_acls(estate, each, network.network, calling=False) if each else UNKNOWN
            admitted &= acl
    return _judged(
        estate,
        (network.name, "", name),
        network.account,
        found,
        routed=(routed, how),
        admitted=admitted,
    )


def _judged(
    estate: Estate,
    who: tuple[str, str, str],
    account: str,
    found: Resolution,
    *,
    routed: tuple[Answer, str],
    admitted: Answer,
) -> Row:
    """A row; without a private address there is nothing to get to."""
    policy, passes = UNKNOWN, tuple[Passing, ...]()
    if found.private is NO:
        routed, admitted, policy = (NO, "there is no endpoint to get to"), NO, NO
    elif found.endpoint is not None:
        policy, passes = passing(estate, found.endpoint, account)
    subnet, group, name = who
    return Row(
        subnet=subnet,
        group=group,
        name=name,
        resolves=found.private,
        routed=routed[0],
        admitted=admitted,
        policy=policy,
        passes=passes,
        why=(found.why, routed[1]),
    )


def all_subnets(estate: Estate, endpoint: Item) -> list[Subnet | None]:
    """The subnets of an endpoint; None for one that is not known."""
    known = subnets(estate)
    return [known.get(key or "") for key in endpoint.keys("SubnetIds")]


def _both_ways(
    estate: Estate, subnet: Subnet, endpoint: Item, there: Sequence[Subnet | None]
) -> tuple[Answer, str]:
    vpc = endpoint.key("VpcId")
    judged = []
    for each in there:
        if each is None:
            judged.append((UNKNOWN, "a subnet of the endpoint is not known"))
        else:
            judged.append(leads(estate, subnet, vpc, each.network))
            judged.append(leads(estate, each, subnet.vpc, subnet.network))
    result = all_of(found for found, _ in judged) if judged else UNKNOWN
    lines = [line for found, line in judged if found is result]
    return result, next(iter(lines), "the subnets of the endpoint are not known")


def _admitted(
    estate: Estate,
    subnet: Subnet,
    group: Item | None,
    endpoint: Item,
    there: Sequence[Subnet | None],
) -> Answer:
    same = YES if endpoint.key("VpcId") == subnet.vpc else _groups_across(estate, subnet, endpoint)
    networks = tuple(each.network if each else None for each in there)
    groups = tuple(endpoint.keys("SecurityGroupIds"))
    callers = (group.id,) if group else ()
    to_endpoint = Side(networks=networks, groups=groups, by_group=same)
    from_caller = Side(networks=(subnet.network,), groups=callers or (None,), by_group=same)
    acls = [pass_acls(estate, subnet, network, calling=True) for network in networks]
    acls += [
        pass_acls(estate, each, subnet.network, calling=False) if each else UNKNOWN
        for each in there
    ]
    return all_of(
        (
            any_lets(estate, callers, to_endpoint, out=True, port=_HTTPS),
            any_lets(estate, groups, from_caller, out=False, port=_HTTPS),
            *acls,
        )
    )


def _groups_across(estate: Estate, subnet: Subnet, endpoint: Item) -> Answer:
    """Rules that name a group of another VPC work over peering in one Region only."""
    region = endpoint.stack.deployment.region
    peered = any_of(
        YES
        if {each.key("VpcId"), each.key("PeerVpcId")} == {subnet.vpc, endpoint.key("VpcId")}
        else NO
        for each in estate.of_type("AWS::EC2::VPCPeeringConnection")
    )
    return peered if region == subnet.region else NO


def _notes(estate: Estate) -> Iterator[str]:
    for stack in estate.stacks:
        if len(stack.possible) > 1:
            chosen = ", ".join(stack.possible[0].choices)
            yield f"{stack.name}: conditions are decided by the defaults of {chosen}"
