"""Security groups and their rules."""

from collections.abc import Iterator, Mapping
from typing import Any

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader
from secure_bedrock.verification.values import Json, as_list

_ANY = "-1"
_EVERYWHERE = {"IpProtocol": _ANY, "CidrIp": "0.0.0.0/0"}
_PEERS = {
    "CidrIp": "CidrIpv4",
    "CidrIpv6": "CidrIpv6",
    "SourcePrefixListId": "PrefixListId",
    "DestinationPrefixListId": "PrefixListId",
    "SourceSecurityGroupId": "Group",
    "DestinationSecurityGroupId": "Group",
}


@reader("AWS::EC2::SecurityGroup", ids=["GroupId", "Id"])
def read_group(aws: Aws, group: Deployed) -> Reading:
    """Every rule of a group, whichever resource claims it."""
    found = aws.client("ec2").describe_security_groups(GroupIds=[group.id])["SecurityGroups"][0]
    rules = list(_rules(aws, group.id))
    outward = [*as_list(group.claim.get("SecurityGroupEgress"))] or [_EVERYWHERE]
    return Reading(
        properties={
            "GroupDescription": found["Description"],
            "SecurityGroupEgress": [_read(each) for each in rules if each["IsEgress"]],
            "SecurityGroupIngress": [_read(each) for each in rules if not each["IsEgress"]],
        },
        if_claimed={
            "GroupName": found["GroupName"],
            "Tags": tag_list(found.get("Tags")),
            **pick(found, "VpcId"),
        },
        attributes=pick(found, "VpcId"),
        claim={
            "SecurityGroupEgress": [
                *map(_claimed, outward),
                *_elsewhere(group, "AWS::EC2::SecurityGroupEgress"),
            ],
            "SecurityGroupIngress": [
                *map(_claimed, as_list(group.claim.get("SecurityGroupIngress"))),
                *_elsewhere(group, "AWS::EC2::SecurityGroupIngress"),
            ],
        },
    )


@reader("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
def read_rule(aws: Aws, rule: Deployed) -> Reading:
    """One rule: it is in its group."""
    group = str(rule.claim["GroupId"])
    outward = rule.type.endswith("Egress")
    wanted = _claimed(rule.claim)
    rules = [_read(each) for each in _rules(aws, group) if each["IsEgress"] == outward]
    if wanted not in rules and not any(each.get("Peer") == wanted.get("Peer") for each in rules):
        raise GoneError
    same_peer = (each for each in rules if each.get("Peer") == wanted.get("Peer"))
    return Reading(
        properties={"Rule": wanted if wanted in rules else next(same_peer)},
        claim={"Rule": wanted},
        if_claimed=dict(rule.claim),
    )


@reader("Custom::ClosedDefaultSecurityGroup", skip=["ServiceToken", "ServiceTimeout"])
def read_closed_group(aws: Aws, closed: Deployed) -> Reading:
    """A network's default group: it has no rule at all."""
    group = str(closed.claim["GroupId"])
    return Reading(
        properties={"GroupId": group, "Rules": [_read(each) for each in _rules(aws, group)]},
        claim={"Rules": []},
    )


def _rules(aws: Aws, group: str) -> Iterator[Mapping[str, Any]]:
    wanted = [{"Name": "group-id", "Values": [group]}]
    return aws.pages("ec2", "describe_security_group_rules", "SecurityGroupRules", Filters=wanted)


def _read(rule: Mapping[str, Any]) -> dict[str, Json]:
    peer = rule.get("ReferencedGroupInfo", {}).get("GroupId") or next(
        (rule[key] for key in ("CidrIpv4", "CidrIpv6", "PrefixListId") if rule.get(key)), None
    )
    return _normal(rule, peer)


def _claimed(rule: Mapping[str, Json]) -> dict[str, Json]:
    return _normal(rule, next((rule[key] for key in _PEERS if key in rule), None))


def _normal(rule: Mapping[str, Json], peer: Json) -> dict[str, Json]:
    protocol = str(rule["IpProtocol"])
    ports = {} if protocol == _ANY else pick(rule, "FromPort", "ToPort")
    numbers = {key: int(value) for key, value in ports.items()}
    return {"IpProtocol": protocol, "Peer": peer, **numbers}


def _elsewhere(group: Deployed, resource_type: str) -> Iterator[dict[str, Json]]:
    for rule in group.peers(resource_type):
        if rule.claim.get("GroupId") == group.id:
            yield _claimed(rule.claim)
