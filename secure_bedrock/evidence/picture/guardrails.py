"""Guardrails with what each filters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secure_bedrock.evidence.picture.graph import Graph, Thing
from secure_bedrock.evidence.picture.shapes import WIDTH, box, figure, label, linked, wrapped
from secure_bedrock.rules._node import Node

MOST = 12
"""Guardrails that are drawn."""

_LINE, _HEAD, _ACROSS, _GAP, _SIZE = 18, 32, 2, 12, 12
_CARD = (WIDTH - 8 - _GAP) / _ACROSS


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A guardrail as it is drawn: its name, where a click leads, and a line for each policy."""

    name: str
    anchor: str
    lines: tuple[str, ...]


def cards(graph: Graph) -> tuple[Card, ...]:
    """The guardrails of the templates."""
    enforced = {
        used.id
        for each in graph.of_type("AWS::Bedrock::EnforcedGuardrailConfiguration")
        if (used := graph.of(each, "GuardrailIdentifier", "AWS::Bedrock::Guardrail"))
    }
    return tuple(
        Card(
            name=thing.name,
            anchor=thing.id,
            lines=tuple(_lines(thing, enforced=thing.id in enforced)),
        )
        for thing in graph.of_type("AWS::Bedrock::Guardrail")
    )


def draw_cards(found: Sequence[Card], description: str) -> str:
    """The figure as SVG."""
    parts: list[str] = []
    top = 4.0
    shown = found[:MOST]
    for start in range(0, len(shown), _ACROSS):
        row = [(card, _rows(card)) for card in shown[start : start + _ACROSS]]
        height = _HEAD + max(len(rows) for _, rows in row) * _LINE + 10
        parts += [
            _drawn(card, rows, (4 + column * (_CARD + _GAP), top), height)
            for column, (card, rows) in enumerate(row)
        ]
        top += height + _GAP
    if len(found) > MOST:
        text = f"{len(found) - MOST} more are not drawn; all are in words below."
        parts.append(label(4, top + 12, text, width=WIDTH, kind="s"))
        top += 22
    return figure("guardrails", "Guardrails", description, top, "".join(parts))


def _rows(card: Card) -> list[str]:
    return [row for line in card.lines for row in wrapped(line, _CARD - 24, _SIZE)]


def _drawn(card: Card, rows: Sequence[str], at: tuple[float, float], height: float) -> str:
    x, top = at
    parts = [
        box(x, top, _CARD, height, "box guardrail"),
        label(x + 12, top + 22, card.name, width=_CARD - 24, kind="h"),
    ]
    for number, text in enumerate(rows):
        y = top + _HEAD + 14 + number * _LINE
        parts.append(label(x + 12, y, text, width=_CARD, kind="s", size=_SIZE))
    return linked(card.anchor, "".join(parts))


def _lines(thing: Thing, *, enforced: bool) -> Iterator[str]:
    guardrail = thing.resource
    filters = list(guardrail["ContentPolicyConfig"]["FiltersConfig"])
    yield _listed("Content filters", [_filter(each) for each in filters])
    sensitive = guardrail["SensitiveInformationPolicyConfig"]
    types, patterns = list(sensitive["PiiEntitiesConfig"]), list(sensitive["RegexesConfig"])
    yield f"Sensitive information: {len(types)} types, {len(patterns)} patterns of its own"
    topics = guardrail["TopicPolicyConfig"]["TopicsConfig"]
    yield _listed("Denied topics", [_shown(each["Name"]) for each in topics])
    words = guardrail["WordPolicyConfig"]
    managed = [_shown(each["Type"]) for each in words["ManagedWordListsConfig"]]
    own = len(list(words["WordsConfig"]))
    yield f"Words: {own} of its own, managed lists: {', '.join(managed) or 'none'}"
    grounding = guardrail["ContextualGroundingPolicyConfig"]["FiltersConfig"]
    yield _listed(
        "Contextual grounding",
        [f"{_shown(each['Type'])} {_shown(each['Threshold'])}" for each in grounding],
    )
    key = guardrail["KmsKeyArn"].missing
    yield f"Key: {'owned by AWS' if key else 'customer managed'}"
    yield "Enforced for the whole account" if enforced else "Enforced: not by these templates"


def _filter(each: Node) -> str:
    sides = dict.fromkeys([_shown(each["InputStrength"]), _shown(each["OutputStrength"])])
    return f"{_shown(each['Type'])} {'/'.join(sides)}"


def _listed(head: str, items: Sequence[str]) -> str:
    return f"{head}: {', '.join(items) or 'none'}"


def _shown(node: Node) -> str:
    return node.literal if node.literal is not None else "?"
