"""A verification as a table."""

import json
from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from secure_bedrock.verification.report import Outcome, ResourceReport, plain
from secure_bedrock.verification.stack import Stack
from secure_bedrock.verification.values import Json

_STYLES = {Outcome.OK: "green", Outcome.DIFFERS: "bold red", Outcome.NOT_VERIFIED: "yellow"}
_LONGEST = 160


def table(reports: Sequence[ResourceReport]) -> Table:
    """One row for each resource, and one for each difference."""
    made = Table(show_lines=False, pad_edge=False, box=None, header_style="bold")
    made.add_column("Resource", overflow="fold", ratio=4)
    made.add_column("Claimed", overflow="fold", ratio=4)
    made.add_column("Read", overflow="fold", ratio=3)
    made.add_column("Result", no_wrap=True)
    for report in reports:
        for claimed, read in _rows(report):
            outcome = report.outcome
            result = Text(outcome.value, style=_STYLES[outcome])
            made.add_row(Text(_name(report)), Text(claimed), Text(read), result)
    return made


def summary(stack: Stack, reports: Sequence[ResourceReport]) -> Text:
    """One line of counts."""
    parts = [
        f"{count} {outcome.value}"
        for outcome in Outcome
        if (count := sum(report.outcome is outcome for report in reports))
    ]
    left_out = sum(len(report.not_compared) for report in reports)
    also = f"; {left_out} properties could not be compared (--json names them)" if left_out else ""
    return Text(f"{stack.name} ({stack.status}): {', '.join(parts) or 'no resources'}{also}")


def _name(report: ResourceReport) -> str:
    path = report.path.removesuffix("/Resource")
    return f"{path}\n{report.type.removeprefix('AWS::')}"


def _rows(report: ResourceReport) -> Iterator[tuple[str, str]]:
    if report.differences:
        for difference in report.differences:
            yield f"{difference.path}: {_short(difference.claimed)}", _short(difference.read)
    elif report.problem:
        yield "", report.problem
    else:
        same = "the same" if report.compared else "nothing to compare"
        skipped = [each.path for each in report.not_compared]
        also = f", but not {', '.join(skipped)}" if skipped else ""
        yield ", ".join(map(_claim, report.compared.items())), same + also


def _claim(item: tuple[str, Json]) -> str:
    """A property with its value, if the value is short enough to tell something."""
    name, value = item
    return name if isinstance(value, (dict, list)) else f"{name}={_short(value)}"


def _short(value: Json) -> str:
    shown = plain(value)
    text = shown if isinstance(shown, str) else json.dumps(shown, sort_keys=True)
    text = "nothing" if text == "null" else text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
