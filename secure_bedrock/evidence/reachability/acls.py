"""Network ACLs: a subnet without one of its own has the VPC's default, which lets all pass."""

from ipaddress import IPv4Network

from secure_bedrock.evidence.reachability.estate import Estate, Item
from secure_bedrock.evidence.reachability.layout import Subnet
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of, answer

_ANSWERS = (1024, 65535)  # ports that answers come back to
_TCP, _ALL = "6", "-1"


def pass_acls(
    estate: Estate, subnet: Subnet, other: IPv4Network | None, *, calling: bool
) -> Answer:
    """Whether a subnet's ACL lets HTTPS to, or from, the other side pass, and its answers."""
    associations = [
        each
        for each in estate.of_type("AWS::EC2::SubnetNetworkAclAssociation")
        if each.key("SubnetId") in {subnet.key, None}
    ]
    if estate.item(subnet.key, "AWS::EC2::Subnet") is None:
        return UNKNOWN
    if not associations:
        return YES
    acls = {each.key("NetworkAclId") for each in associations}
    if len(acls) != 1 or None in acls or other is None:
        return UNKNOWN
    acl = next(iter(acls))
    entries = [
        each
        for each in estate.of_type("AWS::EC2::NetworkAclEntry")
        if each.key("NetworkAclId") in {acl, None}
    ]
    return all_of(
        (
            _first(entries, other, egress=calling, ports=(443, 443)),
            _first(entries, other, egress=not calling, ports=_ANSWERS),
        )
    )


def _first(
    entries: list[Item], other: IPv4Network, *, egress: bool, ports: tuple[int, int]
) -> Answer:
    """What the entry with the lowest number that applies says."""
    numbered = []
    for entry in entries:
        number, said = entry.text("RuleNumber"), entry.text("RuleAction")
        direction = (entry.text("Egress") or "false") == "true"
        if number is None or said is None or entry.key("NetworkAclId") is None:
            return UNKNOWN
        if direction == egress:
            numbered.append((int(number), said, entry))
    for _, said, entry in sorted(numbered, key=lambda each: each[0]):
        applies = _applies(entry, other, ports)
        if applies is UNKNOWN:
            return UNKNOWN
        if applies is YES:
            return answer(said.lower() == "allow")
    return NO


def _applies(entry: Item, other: IPv4Network, ports: tuple[int, int]) -> Answer:
    """YES if all of the traffic is meant, NO if none of it, otherwise UNKNOWN."""
    protocol = entry.text("Protocol")
    network = entry.network("CidrBlock")
    if not entry.has("CidrBlock"):
        return NO  # IPv6
    if protocol is None or network is None:
        return UNKNOWN
    if protocol not in {_TCP, _ALL} or not network.overlaps(other):
        return NO
    whole = other.subnet_of(network)
    if protocol == _TCP and entry.has("PortRange"):
        first, last = (entry.resource["PortRange"][name].literal for name in ("From", "To"))
        if first is None or last is None:
            return UNKNOWN
        if int(last) < ports[0] or int(first) > ports[1]:
            return NO
        whole = whole and int(first) <= ports[0] and ports[1] <= int(last)
    return YES if whole else UNKNOWN
