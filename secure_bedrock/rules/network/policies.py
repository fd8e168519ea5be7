"""What may pass interface endpoints, and from where."""

import re
from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    NO,
    YES,
    Answer,
    Node,
    Profile,
    Resource,
    Severity,
    Statement,
    Template,
    Unknown,
    Verdict,
    Verdicts,
    absent,
    action_matches,
    all_of,
    any_of,
    equals,
    forbid,
    is_star,
    is_true,
    require,
    rule,
)
from secure_bedrock.rules.access._grants import by_owner, narrows, referred
from secure_bedrock.rules.network._endpoints import endpoints_of_bedrock

_PLACES = re.compile(r"\$\{([^.}]+)")
_GUIDE = "https://docs.aws.amazon.com/vpc/latest/privatelink"
_EVERYWHERE = ("0.0.0.0/0", "::/0")


@rule(
    "NET03",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Add a policy that names actions, resources or your account.",
    source=f"{_GUIDE}/vpc-endpoints-access.html",
)
def endpoint_policies_say_something(template: Template) -> Verdicts:
    """The policy of an endpoint for Bedrock does not let everybody do everything."""
    for endpoint, sure in endpoints_of_bedrock(template):
        policy = endpoint["PolicyDocument"]
        if policy.missing:
            yield from forbid(sure, policy, "without a policy everything passes")
        elif policy.unknown:
            yield Unknown(policy)
        for statement in by_owner(template).get(endpoint.logical_id, ()):
            yield from forbid(sure & _everything(statement), statement)


def _everything(statement: Statement) -> Answer:
    if any(narrows(each) is not NO for each in statement.conditions()):
        return NO
    bedrock = tuple(f"{prefix}:*" for prefix in BEDROCK_PREFIXES)
    actions = any_of(action_matches(n, action) for n in statement.actions for action in bedrock)
    everybody = any_of(is_star(each.value) for each in statement.principals())
    wide = actions if not statement.not_actions else YES
    return all_of((statement.allow, wide, everybody, statement.everywhere))


@rule(
    "NET04",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set PrivateDnsEnabled to true, or point records of your own private zone at the endpoint.",
    source=f"{_GUIDE}/manage-dns-names.html",
)
def endpoints_have_private_dns(template: Template) -> Verdicts:
    """The usual name of the service leads to the endpoint, without a change in the callers."""
    named = _named_elsewhere(template)
    for endpoint, sure in endpoints_of_bedrock(template):
        enabled = endpoint["PrivateDnsEnabled"]
        if endpoint.logical_id not in named:
            yield from require(is_true(enabled) | ~sure, enabled)


def _named_elsewhere(template: Template) -> frozenset[str]:
    """What records of private zones and Route 53 profiles lead to."""
    names: list[object] = [
        _raw(each["AliasTarget"], "DNSName") for each in template.of_type("AWS::Route53::RecordSet")
    ]
    names += [
        _raw(record["AliasTarget"], "DNSName")
        for group in template.of_type("AWS::Route53::RecordSetGroup")
        for record in group["RecordSets"]
    ]
    names += [
        _raw(each.properties, "ResourceArn")
        for each in template.of_type("AWS::Route53Profiles::ProfileResourceAssociation")
    ]
    return frozenset(name for raw in names for name in _mentioned(raw))


def _raw(node: Node, key: str) -> object:
    return node.value.get(key) if isinstance(node.value, dict) else None


def _mentioned(raw: object) -> Iterator[str]:
    """Logical ids in a value, also in the ``Fn::Select`` and ``Fn::Split`` of a DNS entry."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key == "Ref" and isinstance(value, str):
                yield value
            elif key == "Fn::GetAtt":
                yield value.partition(".")[0] if isinstance(value, str) else str(value[0])
            elif key == "Fn::Sub":
                yield from _PLACES.findall(str(value))
            else:
                yield from _mentioned(value)
    elif isinstance(raw, list):
        for each in raw:
            yield from _mentioned(each)


@rule(
    "NET05",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Name a security group that lets in HTTPS from the callers only.",
    source=f"{_GUIDE}/create-interface-endpoint.html",
)
def endpoints_have_narrow_security_groups(template: Template) -> Verdicts:
    """Endpoints for Bedrock have a security group that is not open to every address."""
    for endpoint, sure in endpoints_of_bedrock(template):
        groups = endpoint["SecurityGroupIds"]
        message = "without one, the default security group of the VPC is used"
        yield from forbid(sure & absent(groups), groups, message)
        for node in groups:
            for group in referred(node):
                if group.type == "AWS::EC2::SecurityGroup":
                    yield from _open_ingress(group, sure)


def _open_ingress(group: Resource, sure: Answer) -> Iterator[Verdict]:
    separate = _separate_rules(group.template).get(group.logical_id, ())
    for ingress in (*group["SecurityGroupIngress"], *separate):
        for node in (ingress["CidrIp"], ingress["CidrIpv6"]):
            if node.target is None:  # the address range of a VPC is a narrow one
                yield from forbid(sure & equals(node, *_EVERYWHERE), node)


def _separate_rules(template: Template) -> dict[str, list[Node]]:
    """Ingress rules that are resources of their own, by the logical id of their group."""
    if "ingress rules" not in template.cache:
        found: dict[str, list[Node]] = {}
        for each in template.of_type("AWS::EC2::SecurityGroupIngress"):
            for group in referred(each["GroupId"]):
                found.setdefault(group.logical_id, []).append(each.properties)
        template.cache["ingress rules"] = found
    rules: dict[str, list[Node]] = template.cache["ingress rules"]
    return rules
