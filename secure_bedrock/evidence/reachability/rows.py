"""One question: whether a name is reached privately, and each part of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.evidence.reachability.acls import pass_acls
from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.groups import Side, any_lets
from secure_bedrock.evidence.reachability.layout import Subnet, subnets
from secure_bedrock.evidence.reachability.names import Resolution, resolve
from secure_bedrock.evidence.reachability.on_premises import OnPremises, resolved, way_back
from secure_bedrock.evidence.reachability.passes import Passing, passing
from secure_bedrock.evidence.reachability.paths import leads
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of, any_of

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


def from_subnet(estate: Estate, subnet: Subnet, group: Item | None, name: str) -> Row:
    """Ask for a name as callers in a subnet with a security group."""
    found = resolve(estate, subnet.vpc, name)
    routed, how, admitted = UNKNOWN, "the endpoint is not known", UNKNOWN
    if found.endpoint is not None:
        here = _subnets_of(estate, found.endpoint)
        routed, how = _both_ways(estate, subnet, found.endpoint, here)
        admitted = _admitted(estate, subnet, group, found.endpoint, here)
    who = (subnet.shown, group.shown if group else "", name)
    return _judged(estate, who, subnet.account, found, routed=(routed, how), admitted=admitted)


def from_outside(estate: Estate, network: OnPremises, name: str) -> Row:
    """Ask for a name as callers on premises."""
    found = resolved(estate, network, name)
    routed, how, admitted = UNKNOWN, "the endpoint is not known", UNKNOWN
    if found.endpoint is not None:
        there = _subnets_of(estate, found.endpoint)
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


def _subnets_of(estate: Estate, endpoint: Item) -> list[Subnet | None]:
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
