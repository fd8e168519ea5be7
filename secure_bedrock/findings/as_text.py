"""A report for people: a table for each file, and a line of counts."""

from collections.abc import Iterator
from io import StringIO
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from secure_bedrock.findings.located import Located, State
from secure_bedrock.findings.printable import printable
from secure_bedrock.findings.result import Result
from secure_bedrock.findings.summary import summary
from secure_bedrock.rules import Severity, Status

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_WIDTH = 120


def render(result: Result) -> str:
    """The report without colors, for a file."""
    file = StringIO()
    console = Console(file=file, width=_WIDTH, highlight=False)
    console.print(report(result))
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def report(result: Result) -> RenderableType:
    """The report for a terminal."""
    return Group(*_parts(result))


def _parts(result: Result) -> Iterator[RenderableType]:
    for file, found in groupby(result.listed, key=lambda each: each.file):
        yield Text(printable(file), style="bold underline")
        yield _table(found)
        yield Text()
    for entry in result.stale:
        place = " ".join(filter(None, (entry.file, entry.resource, entry.location)))
        yield Text(printable(f"stale in the baseline: {entry.rule} {place}"), style="yellow")
    yield Text(summary(result), style="bold")


def _table(found: Iterator[Located]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    table.add_column("line", justify="right", no_wrap=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("rule", no_wrap=True)
    table.add_column("resource", overflow="fold", ratio=2)
    table.add_column("finding", overflow="fold", ratio=5)
    for each in found:
        finding = each.finding
        table.add_row(
            str(each.line),
            Text(finding.severity, style=_STYLES[finding.severity]),
            Text(finding.rule_id),
            Text(printable(each.construct_path or finding.logical_id or "the template")),
            _message(each),
        )
    return table


def _message(each: Located) -> Text:
    finding = each.finding
    if each.state is State.ACKNOWLEDGED:
        return Text(printable(f"acknowledged: {finding.acknowledged}"), style="dim")
    if each.state is State.BASELINE:
        return Text("in the baseline", style="dim")
    text = Text()
    if finding.status is Status.UNKNOWN:
        text.append("unknown until deployment: ", style="magenta")
    return text.append(printable(finding.message)).append(f"\n{finding.fix}", style="green")
