"""Bars as SVG, drawn by hand: no script, no network."""

from collections.abc import Sequence
from html import escape

Bar = tuple[str, float]
_WIDTH, _ROW, _LABEL, _VALUE = 860, 26, 330, 90
_TALL, _GAP, _FOOT, _HEAD = 220, 0.25, 34, 20
_LONGEST, _KEPT_AT_START = 48, 22
_EDGE = 40
_MOST_LABELS = 12


def across(bars: Sequence[Bar], *, title: str, unit: str) -> str:
    """Horizontal bars, one below the other, each with its label and value."""
    most = max((value for _, value in bars), default=0) or 1
    room = _WIDTH - _LABEL - _VALUE
    rows = []
    for number, (label, value) in enumerate(bars):
        y, width = number * _ROW, value / most * room
        rows.append(
            f'<text class="label" x="{_LABEL - 8}" y="{y + 17}" text-anchor="end">'
            f"<title>{escape(label)}</title>{escape(_short(label))}</text>"
            f'<rect class="bar" x="{_LABEL}" y="{y + 4}" width="{width:.1f}" height="{_ROW - 8}" '
            f'rx="2"><title>{escape(label)}: {_shown(value, unit)}</title></rect>'
            f'<text class="value" x="{_LABEL + width + 6:.1f}" y="{y + 17}">'
            f"{_shown(value, unit)}</text>"
        )
    return _svg("".join(rows), _ROW * max(len(bars), 1), title)


def upright(bars: Sequence[Bar], *, title: str, unit: str) -> str:
    """Vertical bars side by side, for days. Labels are left out where they would overlap."""
    most = max((value for _, value in bars), default=0) or 1
    step = _WIDTH / max(len(bars), 1)
    every = -(-len(bars) // _MOST_LABELS) or 1
    floor = _TALL - _FOOT
    parts = [f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{floor}" y2="{floor}"/>']
    parts.append(f'<text class="value" x="0" y="12">{_shown(most, unit)}</text>')
    for number, (label, value) in enumerate(bars):
        tall = value / most * (floor - _HEAD)
        x = number * step + step * _GAP / 2
        parts.append(
            f'<rect class="bar" x="{x:.1f}" y="{floor - tall:.1f}" '
            f'width="{step * (1 - _GAP):.1f}" height="{tall:.1f}" rx="2">'
            f"<title>{escape(label)}: {_shown(value, unit)}</title></rect>"
        )
        if number % every == 0:
            anchor, place = ("start", 0.0) if number == 0 else ("middle", number * step + step / 2)
            if place > _WIDTH - _EDGE:
                anchor, place = "end", float(_WIDTH)
            parts.append(
                f'<text class="label" x="{place:.1f}" y="{_TALL - 12}" text-anchor="{anchor}">'
                f"{escape(label)}</text>"
            )
    return _svg("".join(parts), _TALL, title)


def _svg(inside: str, height: int, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    )


def _short(text: str) -> str:
    """The beginning and the end of a text that is too long."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_KEPT_AT_START]}…{text[_KEPT_AT_START + 1 - _LONGEST :]}"


def _shown(value: float, unit: str) -> str:
    return f"${value:,.2f}" if unit == "USD" else f"{value:,.0f} {unit}"
