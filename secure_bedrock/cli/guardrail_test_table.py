"""A result of ``secure-bedrock guardrail test`` on the terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from secure_bedrock.custom_resources.assets.handlers.guardrail_judging import WRONG, Status
from secure_bedrock.findings.printable import printable
from secure_bedrock.guardrail_tests.as_junit import told
from secure_bedrock.guardrail_tests.matrix import COLUMNS, rows
from secure_bedrock.guardrail_tests.results import BAD, GOOD, Result, SuiteResult

_SHOWN = 40
_LISTED = WRONG | {Status.OTHER_POLICY, Status.NO_ANSWER}


def shown(result: Result) -> RenderableType:
    """Matrices, what went wrong, and the verdict."""
    parts: list[RenderableType] = []
    for each in result.suites:
        parts += [_matrix(each), *_listed(each)]
    return Group(*parts, *_verdict(result))


def _matrix(result: SuiteResult) -> Table:
    table = Table(title=Text(printable(result.suite.name)), title_justify="left")
    table.add_column("category")
    table.add_column("expected")
    for name in COLUMNS:
        table.add_column(f"got {name}" if name in COLUMNS[:3] else name, justify="right")
    table.add_column("misses", justify="right")
    table.add_column("false blocks", justify="right")
    last = ""
    for row in rows(result):
        label = row.category or "all"
        if label != last:
            table.add_section()
        category, last = ("" if label == last else label), label
        counts = [str(count) if count else "·" for count in row.got]
        shares = [str(row.tally.misses), str(row.tally.false_blocks)]
        of = (row.tally.misses.of, row.tally.false_blocks.of)
        shares = [text if count else "" for text, count in zip(shares, of, strict=True)]
        table.add_row(Text(printable(category)), row.expected, *counts, *shares)
    return table


def _listed(result: SuiteResult) -> Iterator[Text]:
    wrong = [each for each in result.judgements if each.status in _LISTED]
    for each in wrong[:_SHOWN]:
        yield Text(printable(f"{each.case.id}: {told(each)}"))
    if len(wrong) > _SHOWN:
        yield Text(f"... and {len(wrong) - _SHOWN} more: write --html or --output to see them all")


def _verdict(result: Result) -> Iterator[Text]:
    yield from (Text(printable(line), style="red") for line in result.reasons)
    yield from (Text(printable(line), style="yellow") for line in result.undecided)
    yield from (Text(f"note: {printable(line)}") for line in result.notes)
    texts = {
        GOOD: ("good: within the thresholds, no regression", "green"),
        BAD: ("bad: thresholds are passed, or something regressed", "red"),
    }
    text, style = texts.get(result.exit_code, ("incomplete: see what was not decided", "yellow"))
    yield Text(text, style=style)
