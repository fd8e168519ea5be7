"""The access map as the page shows it: answers that say the same put together."""

from collections.abc import Mapping
from dataclasses import dataclass

from secure_bedrock.evidence.access_map import AccessMap, Answer, Outcome, Row
from secure_bedrock.evidence.report_page.index import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """What a principal may do with one target.

    Attributes:
        target: Model, guardrail or application.
        anchor: Where a click on it leads; empty for what is no resource of the templates.
        actions: What is done with it, in words.
        outcome: The answer.
        conditions: Under which conditions.
        reason: Why.
    """

    target: str
    anchor: str
    actions: tuple[str, ...]
    outcome: Outcome
    conditions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """A principal: what it may, and how many questions were answered with no."""

    row: Row
    name: str
    anchor: str
    lines: tuple[AccessLine, ...]
    denied: int


def access_rows(access: AccessMap, known: Mapping[str, Entry]) -> tuple[AccessRow, ...]:
    """The principals that may call something first, each part in the order of the map.

    Args:
        access: The map.
        known: Resources by the name that the map gives them.
    """
    rows = tuple(
        AccessRow(
            row=row,
            name=known[row.principal].name if row.principal in known else row.principal,
            anchor=known[row.principal].anchor if row.principal in known else "",
            lines=_lines(row, known),
            denied=sum(each.outcome is Outcome.DENIED for each in row.answers),
        )
        for row in access.rows
    )
    return tuple(sorted(rows, key=lambda each: not each.lines))


def _lines(row: Row, known: Mapping[str, Entry]) -> tuple[AccessLine, ...]:
    groups: dict[tuple[str, Outcome, tuple[str, ...]], list[Answer]] = {}
    for each in row.answers:
        if each.outcome is not Outcome.DENIED:
            groups.setdefault((each.target, each.outcome, each.conditions), []).append(each)
    return tuple(
        AccessLine(
            target=known[target].name if target in known else target,
            anchor=known[target].anchor if target in known else "",
            actions=tuple(dict.fromkeys(each.action for each in answers)),
            outcome=outcome,
            conditions=conditions,
            reason=answers[0].reason,
        )
        for (target, outcome, conditions), answers in groups.items()
    )
