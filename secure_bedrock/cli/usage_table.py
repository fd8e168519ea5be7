"""The usage table on a terminal."""

from rich.table import Table
from rich.text import Text

from secure_bedrock.usage.report import Answer, Value

_ROWS = 50
_LEAST_WIDTH = 10
_UNPRICED = "unpriced_tokens"
"""The last column; it is shown only if there are such tokens."""
_HEADS = {
    "calls": "calls",
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_tokens": "cache\nread",
    "cache_write_tokens": "cache\nwrite",
    "estimated_usd": "USD",
    _UNPRICED: "un-\npriced",
}


def table(usage: Answer) -> Table:
    """The rows with the most calls; all of them are in the files."""
    more = len(usage.rows) - _ROWS
    caption = f"{more:,} more rows: --csv, --parquet and --json have them all" if more > 0 else None
    shown = Table(title=usage.title, caption=caption, header_style="bold")
    columns = [c for c in usage.columns if c != _UNPRICED or any(r[-1] for r in usage.rows)]
    for column in columns:
        if column in _HEADS:
            shown.add_column(_HEADS[column], justify="right", no_wrap=True)
        else:
            shown.add_column(column, overflow="fold", min_width=_LEAST_WIDTH)
    for row in usage.rows[:_ROWS]:
        shown.add_row(*(_cell(*pair) for pair in zip(columns, row, strict=False)))
    return shown


def _cell(column: str, value: Value) -> Text:
    if value is None:
        return Text("unpriced" if column == "estimated_usd" else "none", style="dim")
    if isinstance(value, float):
        return Text(f"{value:,.4f}")
    return Text(f"{value:,}" if isinstance(value, int) else value)
