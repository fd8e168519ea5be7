"""Security groups: what they let out and in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from secure_bedrock.evidence.reachability.deployment import Stack
from secure_bedrock.evidence.reachability.estate import Estate
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of, answer, any_of

GROUP = "AWS::EC2::SecurityGroup"
_TCP = {"tcp": 6, "udp": 17}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The other side of a connection.

    Attributes:
        networks: Its addresses; None for a range that is not known.
        groups: Its security groups.
        by_group: Whether a rule that names its group works from here.
    """

    networks: tuple[IPv4Network | None, ...]
    groups: tuple[str | None, ...]
    by_group: Answer


def lets(
    estate: Estate, group: str | None, other: Side, *, out: bool, port: int, protocol: str = "tcp"
) -> Answer:
    """Whether a security group lets connections to, or from, the other side pass."""
    item = estate.item(group, GROUP)
    if item is None:
        return UNKNOWN
    rules = list(_rules(estate, item.id, out=out))
    if out and not item.has("SecurityGroupEgress"):
        return YES  # AWS gives a group a rule for everything unless the template has one
    return any_of(_passes(stack, raw, other, out, port, protocol) for stack, raw in rules)


def any_lets(
    estate: Estate,
    groups: Sequence[str | None],
    other: Side,
    *,
    out: bool,
    port: int,
    protocol: str = "tcp",
) -> Answer:
    """Whether one of several groups does; without any, the VPC's default group counts: unknown."""
    if not groups:
        return UNKNOWN
    return any_of(lets(estate, g, other, out=out, port=port, protocol=protocol) for g in groups)


def _rules(estate: Estate, group: str, *, out: bool) -> Iterator[tuple[Stack, dict[str, Any]]]:
    direction = "Egress" if out else "Ingress"
    item = estate.item(group, GROUP)
    inline = item.raw(f"SecurityGroup{direction}") if item else None
    if item and isinstance(inline, list):
        yield from ((item.stack, each) for each in inline if isinstance(each, dict))
    elif item and inline is not None:
        yield item.stack, {}
    for each in estate.of_type(f"AWS::EC2::SecurityGroup{direction}"):
        if each.key("GroupId") == group:
            properties = each.resource.properties.value
            yield each.stack, properties if isinstance(properties, dict) else {}


def _passes(  # noqa: PLR0917 - parts of one question
    stack: Stack,
    raw: dict[str, Any],
    other: Side,
    out: bool,  # noqa: FBT001 - which of the two directions
    port: int,
    protocol: str,
) -> Answer:
    if not raw:
        return UNKNOWN
    return _on_port(stack, raw, port, protocol) & _peer(stack, raw, other, out=out)


def _on_port(stack: Stack, raw: dict[str, Any], port: int, protocol: str) -> Answer:
    spoken = stack.text(raw.get("IpProtocol"))
    if spoken is None:
        return UNKNOWN
    if spoken == "-1":
        return YES
    if spoken.lower() not in {protocol, str(_TCP[protocol])}:
        return NO
    first, last = stack.text(raw.get("FromPort")), stack.text(raw.get("ToPort"))
    if first is None or last is None:
        return UNKNOWN if "FromPort" in raw else YES
    return answer(int(first) <= port <= int(last))


def _peer(stack: Stack, raw: dict[str, Any], other: Side, *, out: bool) -> Answer:
    name = "Destination" if out else "Source"
    group = raw.get(f"{name}SecurityGroupId")
    if group is not None:
        key = stack.key(group)
        if key is None or None in other.groups:
            return UNKNOWN
        return other.by_group if key in other.groups else NO
    if "CidrIp" in raw:
        network = stack.estate.network(stack, raw["CidrIp"])
        return all_of(_covers(network, each) for each in other.networks)
    prefix_list = raw.get(f"{name}PrefixListId")
    return UNKNOWN if prefix_list is not None else NO


def _covers(network: IPv4Network | None, other: IPv4Network | None) -> Answer:
    if network is None:
        return UNKNOWN
    if network.prefixlen == 0:
        return YES
    return UNKNOWN if other is None else answer(other.subnet_of(network))
