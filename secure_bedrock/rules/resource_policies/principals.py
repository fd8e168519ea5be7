"""Who may use a resource by the resource's own policy."""

import re
from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    Answer,
    Condition,
    Controls,
    Parameters,
    Principal,
    Resource,
    Severity,
    Statement,
    StatementKind,
    Verdict,
    Verdicts,
    answer,
    any_of,
    equals,
    forbid,
    rule,
)
from secure_bedrock.rules._patterns import is_star
from secure_bedrock.rules.access._grants import narrows

_BEDROCK = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html"
)
_AGENTCORE = (
    "https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/resource-based-policies.html"
)
_WHOSE = (
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
)
_WHERE = ("aws:SourceIp", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce")
_ANYWHERE = ("0.0.0.0/0", "::/0")
_ACCOUNT = re.compile(r"(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::.*)?", re.DOTALL)


@rule(
    "RPO01",
    statement=StatementKind.RESOURCE,
    severity=Severity.HIGH,
    fix="Name the principals, or add a condition on aws:PrincipalOrgID.",
    source=_BEDROCK,
    controls={"NIST 800-53 r5": Controls(("AC-3", "AC-6"), "stave")},
    parameters=("trusted_accounts",),
)
def bedrock_resources_are_not_open(statement: Statement, parameters: Parameters) -> Verdicts:
    """Policies of guardrails and knowledge bases let in neither everybody nor foreign accounts."""
    if statement.owner.type in (
        "AWS::Bedrock::ResourcePolicy",
        "AWS::Bedrock::KnowledgeBasePolicy",
    ):
        yield from _judge(statement, parameters, _WHOSE)


@rule(
    "RPO02",
    statement=StatementKind.RESOURCE,
    severity=Severity.HIGH,
    fix="Name the principals, or add a condition on aws:PrincipalOrgID or aws:SourceVpc.",
    source=_AGENTCORE,
    parameters=("trusted_accounts",),
)
def agentcore_resources_are_not_open(statement: Statement, parameters: Parameters) -> Verdicts:
    """Policies of AgentCore resources let in neither everybody nor foreign accounts.

    Callers with a JSON web token are no IAM principals: for them the principal has to be ``*``, and
    a condition on the network binds it.
    """
    if statement.owner.type == "AWS::BedrockAgentCore::ResourcePolicy":
        yield from _judge(statement, parameters, (*_WHOSE, *_WHERE))


def _judge(
    statement: Statement, parameters: Parameters, keys: tuple[str, ...]
) -> Iterator[Verdict]:
    if statement.allow is NO:
        return
    bound = any_of(_binds(each) for each in statement.conditions(*keys))
    if statement.node["Condition"].unknown:
        bound = UNKNOWN
    if not statement.node["NotPrincipal"].missing:
        yield from forbid(statement.allow & ~bound, statement.node["NotPrincipal"])
    for principal in statement.principals():
        outside = _outside(principal, statement.owner, parameters.trusted_accounts)
        found = statement.allow & outside & ~bound
        yield from forbid(found, principal.value)


def _binds(condition: Condition) -> Answer:
    if condition.key.lower() != "aws:sourceip":
        return narrows(condition)
    open_to_all = any_of(equals(node, *_ANYWHERE) for node in condition.values)
    return narrows(condition) & ~open_to_all


def _outside(principal: Principal, policy: Resource, trusted: tuple[str, ...]) -> Answer:
    """Whether a principal is everybody, or of another account that is not trusted."""
    if principal.kind not in ("*", "AWS", "?", ""):
        return NO
    star = is_star(principal.value)
    if star is not NO:
        return star if principal.value.target is None else NO
    named = _ACCOUNT.fullmatch(principal.value.shape)
    if named is None:
        return NO
    if named[1] in trusted:
        return NO
    own = _own_account(policy)
    return UNKNOWN if own is None else answer(named[1] != own)


def _own_account(policy: Resource) -> str | None:
    """The account of the resource: where the template goes, or in the resource's literal ARN."""
    fields = policy["ResourceArn"].shape.split(":")
    written = fields[4] if len(fields) > 5 and fields[4].isdecimal() else None  # noqa: PLR2004
    return policy.template.account or written
