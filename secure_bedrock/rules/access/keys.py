"""Keys that Bedrock works with."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Controls,
    Node,
    Principal,
    Profile,
    Resource,
    Severity,
    Statement,
    Template,
    Verdict,
    Verdicts,
    all_of,
    any_of,
    equals,
    forbid,
    is_true,
    require,
    rule,
)
from secure_bedrock.rules._patterns import is_star
from secure_bedrock.rules.access._grants import by_owner, narrows, referred
from secure_bedrock.rules.access._trust import BEDROCK_SERVICES, is_service

_POLICY = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
_USES = (
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:CreateGrant",
    "kms:ReEncryptFrom",
)
_BOUNDS = (
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "kms:CallerAccount",
    "kms:ViaService",
)


@rule(
    "IAM31",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Switch on rotation, and bind statements for Bedrock and for everybody with a condition.",
    source=_POLICY,
    controls={"AWS AI Security Framework": Controls(("AISF-INFRA-07",), "Prowler")},
)
def keys_of_bedrock_are_bounded(template: Template) -> Verdicts:
    """Keys that Bedrock uses are rotated, and their policies bind who uses them for what."""
    used = _keys_in_use(template)
    for key in template.of_type("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
        owned = by_owner(template).get(key.logical_id, ())
        for statement in owned:
            yield from _loose(statement, in_use=key.logical_id in used)
        named = any(_for_bedrock(each) is YES for each in owned)
        if key.type == "AWS::KMS::Key" and (named or key.logical_id in used):
            yield from _rotated(key)


def _rotated(key: Resource) -> Iterator[Verdict]:
    """Only keys that KMS can rotate by itself."""
    kind = equals(key["KeySpec"], "SYMMETRIC_DEFAULT", missing=YES)
    if kind & equals(key["Origin"], "AWS_KMS", missing=YES) is YES:
        yield from require(is_true(key["EnableKeyRotation"]), key["EnableKeyRotation"])


def _loose(statement: Statement, *, in_use: bool) -> Iterator[Verdict]:
    served = _for_bedrock(statement)
    everybody = any_of(_is_everybody(each) for each in statement.principals())
    concerned = served | everybody if in_use else served
    found = all_of((statement.allow, concerned, any_of(statement.covers(each) for each in _USES)))
    if found is not NO:
        bound = any_of(narrows(each) for each in statement.conditions() if _bounds(each.key))
        yield from forbid(found & ~bound, statement, "nothing bounds for whom the key is used")


def _bounds(key: str) -> bool:
    known = {each.lower() for each in _BOUNDS}
    return key.lower() in known or key.lower().startswith("kms:encryptioncontext:")


def _for_bedrock(statement: Statement) -> Answer:
    return any_of(is_service(each, *BEDROCK_SERVICES) for each in statement.principals())


def _is_everybody(principal: Principal) -> Answer:
    return is_star(principal.value) if principal.kind in ("*", "AWS", "?") else NO


def _keys_in_use(template: Template) -> frozenset[str]:
    """Logical ids of the keys that resources of Bedrock and AgentCore refer to."""
    found: set[str] = set()
    for resource in template.resources.values():
        if resource.type.startswith(("AWS::Bedrock::", "AWS::BedrockAgentCore::")):
            for each in _referred(resource.properties):
                aliased = referred(each["TargetKeyId"]) if each.type == "AWS::KMS::Alias" else []
                found |= {key.logical_id for key in (each, *aliased)}
    return frozenset(found)


def _referred(node: Node) -> Iterator[Resource]:
    yield from referred(node)
    members = [each for _, each in node.items()] if isinstance(node.value, dict) else []
    members += list(node) if isinstance(node.value, list) else []
    for member in members:
        yield from _referred(member)
