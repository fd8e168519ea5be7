"""An access map as a table."""

import io
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from secure_bedrock.evidence.access_map import AccessMap, Answer, Outcome, Row

_STYLES = {
    Outcome.ALLOWED: "bold",
    Outcome.CONDITIONAL: "green",
    Outcome.UNKNOWN: "yellow",
    Outcome.DENIED: "dim",
}
_WIDTH_OF_A_FILE = 160


def show(found: AccessMap, *, everything: bool, to_file: bool) -> str:
    """The table with its notes, as text for the terminal or for a file."""
    text = io.StringIO()
    terminal = Console()
    console = Console(
        file=text,
        width=_WIDTH_OF_A_FILE if to_file else terminal.width,
        force_terminal=terminal.is_terminal and not to_file,
        highlight=False,
    )
    for row in found.rows:
        if everything or not row.reaches_nothing:
            console.print(Text(row.principal, style="bold underline"))
            console.print(_table(row, everything=everything))
            for note in row.notes:
                console.print(Text(f"Note: {note}"))
            console.print()
    silent = [row for row in found.rows if row.reaches_nothing]
    if silent and not everything:
        console.print(Text("Denied everything: " + ", ".join(row.principal for row in silent)))
    for note in found.notes:
        console.print(Text(f"Note: {note}"))
    return text.getvalue()


def _table(row: Row, *, everything: bool) -> Table:
    made = Table(pad_edge=False, box=None, header_style="bold", expand=True)
    made.add_column("Target", overflow="fold", ratio=4)
    made.add_column("Action", overflow="fold", ratio=2)
    made.add_column("Answer", no_wrap=True)
    made.add_column("Conditions, or why", overflow="fold", ratio=7)
    for target, action, answer in _grouped(row, everything=everything):
        outcome = Text(answer.outcome.value, style=_STYLES[answer.outcome])
        made.add_row(Text(target), Text(action), outcome, Text(_why(answer)))
    return made


def _grouped(row: Row, *, everything: bool) -> Iterator[tuple[str, str, Answer]]:
    """Answers with those of one target that say the same put together."""
    groups: dict[tuple[str, Outcome, tuple[str, ...], str], list[Answer]] = {}
    for each in row.answers:
        if everything or each.outcome is not Outcome.DENIED:
            why = each.reason if each.outcome is Outcome.DENIED else ""
            key = (each.target, each.outcome, each.conditions, why)
            groups.setdefault(key, []).append(each)
    for (target, *_), answers in groups.items():
        yield target, ", ".join(each.action for each in answers), answers[0]


def _why(answer: Answer) -> str:
    return "\nand ".join(answer.conditions) or answer.reason
