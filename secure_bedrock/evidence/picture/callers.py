"""Who may call what, as two columns."""

from collections.abc import Iterator

from secure_bedrock.evidence.access_map import AccessMap, Answer, Outcome, Row
from secure_bedrock.evidence.picture.columns import Box, Columns, Line, Tie
from secure_bedrock.evidence.picture.graph import Graph
from secure_bedrock.evidence.picture.shapes import count

_TIES = {
    Outcome.ALLOWED: Tie.FIRM,
    Outcome.CONDITIONAL: Tie.CONDITIONAL,
    Outcome.UNKNOWN: Tie.UNKNOWN,
}
_WORDS = {
    Tie.FIRM: "may",
    Tie.CONDITIONAL: "may, under conditions,",
    Tie.UNKNOWN: "may perhaps (the templates do not decide)",
}
_STRONGEST = list(_TIES)


def callers(access: AccessMap, graph: Graph) -> Columns:
    """Principals, what they may call, and how certain that is."""
    rows = [row for row in access.rows if not row.reaches_nothing]
    things = {
        thing.view.shown(thing.resource): thing
        for thing in graph.of_type("AWS::IAM::Role", "AWS::IAM::User")
    }
    shown = {f"target {thing.view.shown(thing.resource)}": thing for thing in graph.things}
    lines = tuple(line for row in rows for line in _lines(row))
    targets = dict.fromkeys(line.right for line in lines)
    silent = len(access.rows) - len(rows)
    return Columns(
        name="callers",
        title="Who may call what",
        description=f"{count(len(rows), 'role or user', 'roles and users')} that may call models,"
        f" guardrails or applications, with a line to each. {silent or 'No'} more in the templates,"
        " which may call nothing.",
        heads=("Roles and users", "Models, guardrails and applications"),
        left=tuple(
            Box(
                id=f"row {row.arn}",
                name=things[row.principal].name if row.principal in things else row.principal,
                more="; ".join(row.notes),
                anchor=things[row.principal].id if row.principal in things else "",
                kind="identity",
            )
            for row in rows
        ),
        right=tuple(
            Box(
                id=target,
                name=shown[target].name if target in shown else target.removeprefix("target "),
                anchor=shown[target].id if target in shown else "",
                kind="bedrock",
            )
            for target in targets
        ),
        lines=lines,
    )


def _lines(row: Row) -> Iterator[Line]:
    by_target: dict[str, list[Answer]] = {}
    for each in row.answers:
        if each.outcome is not Outcome.DENIED:
            by_target.setdefault(each.target, []).append(each)
    for target, answers in by_target.items():
        strongest = min((each.outcome for each in answers), key=_STRONGEST.index)
        tie = _TIES[strongest]
        actions = ", ".join(dict.fromkeys(each.action for each in answers))
        yield Line(
            left=f"row {row.arn}",
            right=f"target {target}",
            tie=tie,
            words=f"{_WORDS[tie]} {actions}:",
        )
