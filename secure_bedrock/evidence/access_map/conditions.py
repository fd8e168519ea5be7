"""The conditions that a decision was left open for, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from secure_bedrock.evidence.access_map.stand_ins import OPEN
from secure_bedrock.policy import Condition, Decision, Hit, Request
from secure_bedrock.policy.conditions import holds
from secure_bedrock.policy.request import Context

_OPPOSITE = {
    "stringequals": "is not",
    "stringequalsignorecase": "is not",
    "stringlike": "is not like",
    "arnequals": "is not like",
    "arnlike": "is not like",
    "stringnotequals": "is",
    "stringnotequalsignorecase": "is",
    "stringnotlike": "is like",
    "arnnotequals": "is like",
    "arnnotlike": "is like",
}
_SAME = {
    "stringequals": "is",
    "stringequalsignorecase": "is",
    "stringlike": "is like",
    "arnequals": "is like",
    "arnlike": "is like",
    "stringnotequals": "is not",
    "stringnotequalsignorecase": "is not",
    "stringnotlike": "is not like",
    "arnnotequals": "is not like",
    "arnnotlike": "is not like",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """Something that has to be so for a call to be allowed.

    Attributes:
        text: In words.
        known: False if it depends on what the templates do not say, not on the call.
    """

    text: str
    known: bool


def needed(decision: Decision, request: Request) -> Iterator[Needed]:
    """What has to be so that the open decision is a yes.

    Statements that allow are alternatives within a layer; one that allows for certain settles it.
    Statements that deny have to be escaped one by one.
    """
    context = Context(request)
    open_hits = set(map(id, decision.depends_on))
    settled = {
        hit.layer
        for hit in decision.decided_by
        if hit.statement.allows and hit.certain and id(hit) not in open_hits
    }
    alternatives: dict[str, dict[str, bool]] = {}
    for hit in decision.depends_on:
        text, known = _in_words(hit, context)
        if not hit.statement.allows:
            yield Needed(text=text, known=known)
        elif hit.layer not in settled:
            alternatives.setdefault(_side(hit.layer), {})[text] = known
    for texts in alternatives.values():
        yield Needed(text=" or ".join(texts), known=all(texts.values()))


def _side(layer: str) -> str:
    """Identity and resource policies of one account stand in for one another."""
    return "own" if layer in ("identity policy", "resource policy") else layer


def _in_words(hit: Hit, context: Context) -> tuple[str, bool]:
    conditions = [
        condition
        for condition in hit.statement.conditions
        if holds(condition, context, variables=hit.statement.variables) is None
    ]
    if any(condition.key.startswith(OPEN) for condition in conditions) or not conditions:
        return _not_in_templates(hit), False
    known = all(_is_of_the_call(condition, context) for condition in conditions)
    if hit.statement.allows:
        return " and ".join(_words(condition, same=True) for condition in conditions), known
    escapes = " or ".join(_words(condition, same=False) for condition in conditions)
    return escapes, known


def _is_of_the_call(condition: Condition, context: Context) -> bool:
    """Whether the condition is open because the call may differ, not because of its value."""
    return not isinstance(context.values(condition.key), tuple)


def _not_in_templates(hit: Hit) -> str:
    sid = hit.statement.sid
    name = sid if sid == hit.policy else f"{sid} of {hit.policy}"
    verb = "allows" if hit.statement.allows else "does not deny"
    open_parts = {text for text in hit.statement.resources if f"${{{OPEN}" in text}
    for condition in hit.statement.conditions:
        open_parts |= {text for text in condition.values if f"${{{OPEN}" in text}
    shown = ", ".join(sorted(_shown(text) for text in open_parts))
    return f"{name} {verb} it" + (f", which {shown} decides" if shown else "")


def _shown(text: str) -> str:
    return text.replace(f"${{{OPEN}", "${")


def _words(condition: Condition, *, same: bool) -> str:
    name = condition.operator.name
    prefix, _, rest = name.rpartition(":")
    base = rest.lower().removesuffix("ifexists")
    values = " or ".join(_shown(value) for value in condition.values)
    if base == "null":
        absent = (condition.values == ("true",)) is same
        return f"{condition.key} is {'absent' if absent else 'present'}"
    if prefix or base not in _SAME:
        return f"{'' if same else 'not '}({name} {condition.key} {values})"
    words = f"{condition.key} {(_SAME if same else _OPPOSITE)[base]} {values}"
    if not same and not condition.operator.negated and not condition.operator.if_exists:
        return f"{words} or is absent"
    if condition.operator.if_exists and same:
        return f"{words} or is absent"
    return words
