"""AgentCore permissions that act for users or spend their money."""

from collections.abc import Iterator
from functools import lru_cache

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Node,
    Severity,
    Statement,
    StatementKind,
    Template,
    Verdicts,
    any_of,
    forbid,
    rule,
)
from secure_bedrock.rules._text import Text
from secure_bedrock.rules.access._grants import granted, holdings

_GUIDE = "https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide"
_SESSION = "bedrock-agentcore:CreatePaymentSession"
_PAY = "bedrock-agentcore:ProcessPayment"
_FOR_USER = {
    "bedrock-agentcore:GetWorkloadAccessTokenForUserId": "workload-identity-directory/",
    "bedrock-agentcore:InvokeAgentRuntimeForUser": "runtime/",
}


@rule(
    "IAM27",
    severity=Severity.HIGH,
    fix="Let one role create payment sessions and another one process payments.",
    source=f"{_GUIDE}/payments.html",
)
def payments_take_two_roles(template: Template) -> Verdicts:
    """No principal can both create a payment session and process payments in it."""
    for held in holdings(template).values():
        spoken = [each for each in held if each.may_name("bedrock-agentcore")]
        opening = [(each, granted(each, _SESSION)) for each in spoken]
        opening = [(each, found) for each, found in opening if found is not NO]
        for statement in spoken if opening else ():
            both = any_of(found & _overlap(statement, other) for other, found in opening)
            if both is not NO:
                yield from forbid(both & granted(statement, _PAY), statement.action_node(_PAY))


def _overlap(one: Statement, other: Statement) -> Answer:
    """Whether some resource may be meant by both statements."""
    if one.not_resources or other.not_resources:
        return any_of((one.allow, other.allow))
    return any_of(_meet(a, b) for a in one.resources for b in other.resources)


def _meet(one: Node, other: Node) -> Answer:
    if one.text is None or other.text is None:
        return UNKNOWN if one.unknown or other.unknown else NO
    if patterns_meet(str(one.text), str(other.text)):
        return YES
    return UNKNOWN if patterns_meet(_opened(one.text), _opened(other.text)) else NO


def _opened(text: str | Text) -> str:
    """The text as a pattern, with a wildcard for what is not known."""
    parts = text.parts if isinstance(text, Text) else [text]
    return "".join(part if isinstance(part, str) else "*" for part in parts)


@lru_cache(maxsize=256)
def patterns_meet(one: str, other: str) -> bool:
    """Whether some text matches both wildcard patterns."""
    reached = {(0, 0)}
    frontier = [(0, 0)]
    while frontier:
        at = frontier.pop()
        for step in _steps(one, other, *at):
            if step not in reached:
                reached.add(step)
                frontier.append(step)
    return (len(one), len(other)) in reached


def _steps(one: str, other: str, i: int, j: int) -> Iterator[tuple[int, int]]:
    a, b = one[i : i + 1], other[j : j + 1]
    if a == "*":
        yield i + 1, j
    if b == "*":
        yield i, j + 1
    if a and b and (a == b or "?" in (a, b) or "*" in (a, b)):
        yield (i if a == "*" else i + 1), (j if b == "*" else j + 1)


@rule(
    "IAM28",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix="List the workload identities or runtimes for which it may name the user.",
    source=f"{_GUIDE}/security-iam.html",
)
def users_are_impersonated_in_chosen_places(statement: Statement) -> Verdicts:
    """Acting for a user without the user's token is limited to chosen resources."""
    for action, kind in _FOR_USER.items():
        found = granted(statement, action)
        if found is not NO:
            every = statement.on_all("bedrock-agentcore", kind)
            yield from forbid(found & every, statement.resource_node(("bedrock-agentcore", kind)))
