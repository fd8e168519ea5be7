"""Who may assume the roles that Bedrock works with."""

import re

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Condition,
    Controls,
    Node,
    Principal,
    Profile,
    Resource,
    Severity,
    Statement,
    StatementKind,
    Verdicts,
    all_of,
    answer,
    any_of,
    forbid,
    none_of,
    rule,
)
from secure_bedrock.rules._patterns import is_star
from secure_bedrock.rules.access._grants import narrows
from secure_bedrock.rules.access._trust import (
    BEDROCK_SERVICES,
    assumed_by,
    is_service,
    lets_in,
    trusts,
)

_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
_PREVENTION = "https://docs.aws.amazon.com/bedrock/latest/userguide/cross-service-confused-deputy-prevention.html"
_ACCOUNT = ("aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths")
_ANY_ACCOUNT = re.compile(r"\*|arn:[^:]*(:[^:]*)?(:[^:]*)?(:\*)?|arn:[^:]*:[^:]*:[^:]*:\*:.*")


@rule(
    "IAM24",
    statement=StatementKind.TRUST,
    severity=Severity.HIGH,
    fix="Add a condition StringEquals aws:SourceAccount with the account id to this statement.",
    source=_PREVENTION,
    controls={"AWS AI Security Framework": Controls(("AISF-IAM-05",), "Prowler")},
)
def bedrock_acts_only_for_the_own_account(statement: Statement) -> Verdicts:
    """Every trust statement for Bedrock or AgentCore names the account it acts for.

    Each statement counts by itself: one with the condition does not help another without it.
    """
    trusted = lets_in(statement, *BEDROCK_SERVICES) & _assumes(statement)
    if trusted is not NO:
        bound = any_of(
            (
                *(narrows(each) for each in statement.conditions(*_ACCOUNT)),
                *(_bound_arn(each) for each in statement.conditions("aws:SourceArn")),
            )
        )
        if statement.node["Condition"].unknown:
            bound = UNKNOWN
        yield from forbid(trusted & ~bound, statement, _message(statement))


def _assumes(statement: Statement) -> Answer:
    return statement.covers("sts:AssumeRole")


def _message(statement: Statement) -> str:
    kinds = [each.value.shown for each in statement.principals()]
    return f"nothing says for which account {', '.join(kinds)} assumes the role"


def _bound_arn(condition: Condition) -> Answer:
    if condition.operator.lower().endswith("stringequals"):
        return YES
    return answer(condition.restricts) & none_of(_any_account(each) for each in condition.values)


def _any_account(node: Node) -> Answer:
    """Whether an ARN pattern accepts resources of every account."""
    return UNKNOWN if node.unknown else answer(_ANY_ACCOUNT.fullmatch(node.shape) is not None)


@rule(
    "IAM25",
    statement=StatementKind.TRUST,
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Write Region and account into aws:SourceArn, and the resource as far as it is known.",
    source=_DEPUTY,
)
def source_arn_says_something(statement: Statement) -> Verdicts:
    """A condition on aws:SourceArn names at least service and account."""
    trusted = lets_in(statement, *BEDROCK_SERVICES)
    for condition in statement.conditions("aws:SourceArn") if trusted is not NO else ():
        for node in condition.values:
            yield from forbid(trusted & (is_star(node) | _any_account(node)), node)


@rule(
    "IAM26",
    resource="AWS::IAM::Role",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Give the other principals a role of their own.",
    source=_DEPUTY,
)
def bedrock_shares_its_role_with_nobody(role: Resource) -> Verdicts:
    """A role that Bedrock or AgentCore assumes is for nobody else."""
    trusted = assumed_by(role.template, role.logical_id, *BEDROCK_SERVICES)
    for statement in trusts(role.template, role.logical_id) if trusted is not NO else ():
        for principal in statement.principals():
            other = all_of((trusted, statement.allow, ~_is_bedrock(principal)))
            yield from forbid(other, principal.value)


def _is_bedrock(principal: Principal) -> Answer:
    return is_service(principal, *BEDROCK_SERVICES)
