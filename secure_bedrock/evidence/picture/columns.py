"""Two columns of boxes with lines between them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secure_bedrock.evidence.picture.shapes import WIDTH, box, count, curve, figure, label, linked

MOST = 18
"""Boxes in a column; what is beyond is said in words."""

_COLUMN, _HEIGHT, _GAP, _TOP, _EDGE = 350, 42, 10, 34, 4


class Tie(StrEnum):
    """How certain a line is; each looks different without colour, too."""

    FIRM = "firm"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A thing in a column.

    Attributes:
        id: Unlike every other in the figure.
        name: Its first line.
        more: Its second line; may be empty.
        anchor: Where a click leads; empty for nowhere.
        kind: Class of its looks.
    """

    id: str
    name: str
    more: str = ""
    anchor: str = ""
    kind: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line from the left column to the right one.

    Attributes:
        left: Id of a box.
        right: Id of a box.
        tie: How certain it is.
        words: What it says, as the predicate of a sentence: "encrypts".
    """

    left: str
    right: str
    tie: Tie
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What is to be drawn.

    Attributes:
        name: Id of the figure in the page.
        title: Of the figure.
        description: What it shows, in a sentence.
        heads: What stands above the columns.
        left: Boxes of the left column.
        right: Boxes of the right column.
        lines: The lines.
    """

    name: str
    title: str
    description: str
    heads: tuple[str, str]
    left: Sequence[Box]
    right: Sequence[Box]
    lines: Sequence[Line]


def in_words(columns: Columns) -> tuple[str, ...]:
    """Every line as a sentence, those that are not drawn included."""
    names = {each.id: each.name for each in (*columns.left, *columns.right)}
    return tuple(
        f"{names[line.left]} {line.words} {names[line.right]}"
        for line in columns.lines
        if line.left in names and line.right in names
    )


def draw_columns(columns: Columns) -> str:
    """The figure as SVG."""
    left = columns.left[:MOST]
    ranks = {each.id: rank for rank, each in enumerate(left)}
    right = sorted(columns.right, key=lambda each: _rank(each, columns.lines, ranks))[:MOST]
    at_left, at_right = _places(left), _places(right)
    parts = [
        label(_EDGE, 18, columns.heads[0], width=_COLUMN, kind="h"),
        label(WIDTH - _COLUMN - _EDGE, 18, columns.heads[1], width=_COLUMN, kind="h"),
    ]
    parts += [
        curve(
            (_EDGE + _COLUMN, at_left[line.left]),
            (WIDTH - _COLUMN - _EDGE, at_right[line.right]),
            f"line {line.tie}",
            line.words,
        )
        for line in columns.lines
        if line.left in at_left and line.right in at_right
    ]
    lost = Counter(
        line.left if line.left in at_left else line.right
        for line in columns.lines
        if (line.left in at_left) is not (line.right in at_right)
    )
    parts += [_drawn(each, _EDGE, at_left[each.id], lost[each.id]) for each in left]
    parts += [
        _drawn(each, WIDTH - _COLUMN - _EDGE, at_right[each.id], lost[each.id]) for each in right
    ]
    rows = max(len(left), len(right), 1)
    height = _TOP + rows * (_HEIGHT + _GAP)
    if beyond := len(columns.left) + len(columns.right) - len(left) - len(right):
        text = f"{beyond} more are not drawn; all are in words below."
        parts.append(label(_EDGE, height + 12, text, width=WIDTH))
        height += 24
    return figure(columns.name, columns.title, columns.description, height, "".join(parts))


def _rank(each: Box, lines: Sequence[Line], ranks: Mapping[str, int]) -> float:
    """The mean height of what a box is tied to, so that few lines cross."""
    tied = [ranks[line.left] for line in lines if line.right == each.id and line.left in ranks]
    return sum(tied) / len(tied) if tied else len(ranks)


def _places(boxes: Sequence[Box]) -> dict[str, float]:
    return {
        each.id: _TOP + rank * (_HEIGHT + _GAP) + _HEIGHT / 2 for rank, each in enumerate(boxes)
    }


def _drawn(each: Box, x: float, middle: float, lost: int) -> str:
    unseen = f"{count(lost, 'line', 'lines')} not drawn" if lost else ""
    more = ", ".join(filter(None, (each.more, unseen)))
    top = middle - _HEIGHT / 2
    parts = [box(x, top, _COLUMN, _HEIGHT, f"box {each.kind}")]
    room = _COLUMN - 20
    if more:
        parts.append(label(x + 10, top + 17, each.name, width=room))
        parts.append(label(x + 10, top + 34, more, width=room, kind="s", size=11.5))
    else:
        parts.append(label(x + 10, middle + 4.5, each.name, width=room))
    return linked(each.anchor, "".join(parts))
