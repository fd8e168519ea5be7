"""Pieces of an SVG: everything is escaped here, and looks come from classes of the page."""

from html import escape
from textwrap import wrap

WIDTH = 960
"""Of every figure, in units of its view box."""

_GLYPH = 0.54  # of the font size: how wide a letter is on average
_NOT_PRINTED = dict.fromkeys((*range(32), *range(55296, 57344), 65534, 65535))


def clean(text: str) -> str:
    """The text without characters that markup cannot hold."""
    return text.translate(_NOT_PRINTED)


def count(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines that fit a width."""
    return wrap(clean(text), max(int(width / (size * _GLYPH)), 4)) or [""]


def fit(text: str, width: float, size: float) -> str:
    """The text, with its middle left out where it is too wide; ends tell names apart best."""
    text = clean(text)
    most = max(int(width / (size * _GLYPH)), 4)
    if len(text) <= most:
        return text
    end = (most - 1) * 2 // 3
    return f"{text[: most - 1 - end]}…{text[-end:]}"


def label(x: float, y: float, text: str, *, width: float, kind: str = "t", size: float = 13) -> str:
    """A line of text that fits a width; the whole text is its tooltip."""
    shown = fit(text, width, size)
    whole = f"<title>{escape(clean(text))}</title>" if shown != clean(text) else ""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{whole}{escape(shown)}</text>'


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A box with round corners."""
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>'
    )


def curve(start: tuple[float, float], end: tuple[float, float], kind: str, tooltip: str) -> str:
    """A line from left to right."""
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2) / 2
    path = f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
    return f'<path class="{kind}" d="{path}"><title>{escape(clean(tooltip))}</title></path>'


def linked(anchor: str, content: str) -> str:
    """The content as a link to a place in the page; without an anchor as it is."""
    return f'<a href="#{escape(anchor)}">{content}</a>' if anchor else content


def figure(name: str, title: str, description: str, height: float, content: str) -> str:
    """A whole SVG with its title and description."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}"'
        f' role="group" aria-labelledby="{name}-t {name}-d" class="drawing">'
        f'<title id="{name}-t">{escape(clean(title))}</title>'
        f'<desc id="{name}-d">{escape(clean(description))}</desc>{content}</svg>'
    )
