"""Whether models are invoked with a guardrail."""

import re

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Condition,
    Node,
    Profile,
    Severity,
    Statement,
    StatementKind,
    Verdicts,
    all_of,
    answer,
    any_of,
    forbid,
    matches,
    rule,
)
from secure_bedrock.rules.access._grants import granted, holdings
from secure_bedrock.rules.access._trust import assumed_by

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
_MANTLE = "bedrock-mantle:CreateInference"
_KEY = "bedrock:GuardrailIdentifier"
_NO_TEXT = re.compile("embed|rerank")


@rule(
    "IAM08",
    statement=StatementKind.IDENTITY,
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add a condition ArnLike bedrock:GuardrailIdentifier, or deny invocation without it.",
    source=f"{_GUIDE}/guardrails-permissions-id.html",
)
def invocation_takes_a_guardrail(statement: Statement) -> Verdicts:
    """Models can be invoked only with a guardrail.

    Left alone: roles that Bedrock itself assumes (its inner calls carry no guardrail), models that
    generate no text, and templates that enforce a guardrail on the whole account. The endpoint
    bedrock-mantle knows no guardrails, so nothing but leaving it out helps there.
    """
    template = statement.owner.template
    runtime = granted(statement, *_INVOKE)
    if runtime is not NO and not template.of_type("AWS::Bedrock::EnforcedGuardrailConfiguration"):
        exempt = _exempt(statement) | any_of(map(_asks, statement.conditions(_KEY)))
        yield from forbid(runtime & ~exempt, statement.action_node(*_INVOKE))
    mantle = granted(statement, _MANTLE)
    if mantle is not NO:
        message = f"{_MANTLE}: that endpoint knows no guardrails" if runtime is NO else ""
        yield from forbid(mantle, statement.action_node(_MANTLE), message)


def _exempt(statement: Statement) -> Answer:
    template = statement.owner.template
    held = holdings(template)
    names = statement.holders or (statement.owner.logical_id,)
    by_bedrock = [assumed_by(template, name, "bedrock.*") for name in statement.holders]
    only_vectors = [_makes_no_text(node) for node in statement.resources]
    return any_of(
        (
            all_of(by_bedrock) if by_bedrock else NO,
            all_of(only_vectors) if only_vectors else NO,
            all_of(any_of(_denies_without(each, statement) for each in held[n]) for n in names),
        )
    )


def _makes_no_text(node: Node) -> Answer:
    if node.unknown:
        return UNKNOWN
    return answer("::foundation-model/" in node.shape and bool(_NO_TEXT.search(node.shape)))


def _asks(condition: Condition) -> Answer:
    """Whether the condition lets only calls with a guardrail through."""
    if condition.operator.lower() == "null":
        return matches(condition.values, "false")
    return answer(condition.restricts)


def _denies_without(statement: Statement, allowing: Statement) -> Answer:
    """Whether the statement denies the same invocations unless there is a guardrail."""
    if statement.deny is not YES or len(statement.conditions()) != 1:
        return NO
    named = {node.shown for node in statement.resources}
    every = statement.on_all("bedrock", "foundation-model/") is YES
    if not every and not named.issuperset(node.shown for node in allowing.resources):
        return NO
    return all_of(statement.covers(action) for action in _INVOKE) & any_of(
        YES if "not" in each.operator.lower() else matches(each.values, "true")
        for each in statement.conditions(_KEY)
        if "not" in each.operator.lower() or each.operator.lower() == "null"
    )
