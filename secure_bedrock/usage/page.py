"""The report as one HTML page that needs nothing but itself."""

from collections.abc import Mapping, Sequence
from html import escape

from secure_bedrock.usage.charts import Bar, across, upright
from secure_bedrock.usage.report import Answer, UsageReport, Value

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #16191f; --soft: #5f6b7a; --line: #d9dee5;
  --bar: #1f6fb2; --warn: #8a5a00; --warn-paper: #fff6e0 }
@media (prefers-color-scheme: dark) { :root { --paper: #10151c; --ink: #e6eaf0; --soft: #98a4b3;
  --line: #2c3641; --bar: #5aa9e6; --warn: #ffd27a; --warn-paper: #2a2211 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem }
p { margin: .25rem 0; color: var(--soft) }
ul.notes { margin: 1rem 0; padding: .75rem 1rem .75rem 2rem; border-radius: 6px; color: var(--warn);
  background: var(--warn-paper); overflow-wrap: anywhere }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: 13px }
th, td { padding: .3rem .6rem; text-align: left; border-bottom: 1px solid var(--line) }
th { color: var(--soft); font-weight: 600; vertical-align: bottom }
td { overflow-wrap: anywhere; min-width: 9rem }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
  min-width: 0 }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem;
  margin: 1.25rem 0 } dt { color: var(--soft); font-size: 13px } dd { margin: 0; font-size: 1.4rem }
svg { width: 100%; height: auto; display: block } .bar { fill: var(--bar) }
.label, .value { fill: var(--soft); font-size: 12px } .value { fill: var(--ink) }
.axis { stroke: var(--line) }
"""
_ROWS_SHOWN = 200
_BARS = 12
_LABEL = 46
_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")


def html_page(report: UsageReport) -> str:
    """The whole page: totals, notes, charts and tables."""
    notes = "".join(f"<li>{escape(note)}</li>" for note in report.notes())
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Amazon Bedrock usage</title><style>{_STYLE}</style></head><body>",
        "<h1>Amazon Bedrock usage</h1>",
        f"<p>Estimated from list prices of {report.price_version}; the bill may differ.</p>",
        _totals(report.usage),
        f'<ul class="notes">{notes}</ul>' if notes else "",
        *_charts(report),
        *(_table(answer) for answer in (report.usage, *report.more) if answer.rows),
        "</body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _totals(usage: Answer) -> str:
    rows = usage.as_dicts()
    priced = [row["estimated_usd"] for row in rows if row["estimated_usd"] is not None]
    cost = f"${sum(float(value) for value in priced):,.2f}" if priced else "unpriced"
    calls = sum(int(row["calls"] or 0) for row in rows)
    tokens = sum(_tokens(row) for row in rows)
    shown = {"Estimated cost": cost, "Calls": f"{calls:,}", "Tokens": f"{tokens:,}"}
    return (
        "<dl>" + "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in shown.items()) + "</dl>"
    )


def _charts(report: UsageReport) -> Sequence[str]:
    days = next(answer for answer in report.more if answer.name == "days")
    unit = "USD" if any(row["estimated_usd"] for row in report.usage.as_dicts()) else "tokens"
    by_day: dict[str, float] = {}
    for row in days.as_dicts():
        day = str(row["day"])
        by_day[day] = by_day.get(day, 0.0) + _amount(row, unit)
    keys = report.usage.columns[: report.usage.columns.index("calls")]
    bars: list[Bar] = [
        (" · ".join(_label(row[key], _LABEL // len(keys)) for key in keys), _amount(row, unit))
        for row in report.usage.as_dicts()
    ]
    largest = sorted(bars, key=lambda bar: -bar[1])[:_BARS]
    what = "Estimated cost" if unit == "USD" else "Tokens"
    titles = (f"{what} by day", f"{what} by {', '.join(keys)}: the {len(largest)} largest")
    return (
        f"<h2>{titles[0]}</h2>",
        upright(sorted(by_day.items()), title=titles[0], unit=unit),
        f"<h2>{escape(titles[1])}</h2>",
        across(largest, title=titles[1], unit=unit),
    )


def _label(value: Value, room: int) -> str:
    """A value in little room: of an ARN its end, of anything else its beginning."""
    text = "none" if value is None else str(value)
    if text.startswith("arn:"):
        name = text.rsplit(":", 1)[-1].removeprefix("assumed-role/")
        return name if len(name) <= room else f"…{name[1 - room :]}"
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _amount(row: Mapping[str, Value], unit: str) -> float:
    return float(row["estimated_usd"] or 0) if unit == "USD" else float(_tokens(row))


def _tokens(row: Mapping[str, Value]) -> int:
    return sum(int(row[kind] or 0) for kind in _TOKENS)


def _table(answer: Answer) -> str:
    head = "".join(f"<th>{escape(column.replace('_', ' '))}</th>" for column in answer.columns)
    rows = "".join(
        "<tr>" + "".join(_cell(*pair) for pair in zip(answer.columns, row, strict=True)) + "</tr>"
        for row in answer.rows[:_ROWS_SHOWN]
    )
    more = len(answer.rows) - _ROWS_SHOWN
    rest = f"<p>{more:,} more rows: write CSV or Parquet to have them all.</p>" if more > 0 else ""
    return (
        f"<h2>{escape(answer.title)}</h2><div class='scroll'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{rest}"
    )


def _cell(column: str, value: Value) -> str:
    if isinstance(value, int | float):
        text = f"{value:,.4f}" if column == "estimated_usd" else f"{value:,}"
        return f'<td class="number">{text}</td>'
    if value is None:
        return f"<td>{'unpriced' if column == 'estimated_usd' else 'none'}</td>"
    return f"<td>{escape(value)}</td>"
