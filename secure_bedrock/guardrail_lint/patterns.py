"""What a regular expression can match, read from its parse tree. In Python's dialect."""

import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as constants  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]

_REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT)
_MANY = 10
_LOOKS = (constants.ASSERT, constants.ASSERT_NOT)
_ENDS = (constants.AT_END, constants.AT_END_STRING)
_BEGINNINGS = (constants.AT_BEGINNING, constants.AT_BEGINNING_STRING)
_ORDINARY = (
    "When do you open on Saturday, and can I bring two children?",
    "Thank you very much, the parcel has arrived this morning.",
    "Pouvez-vous m'aider avec ma commande de la semaine dernière ?",
    "Necesito cambiar la fecha de mi reserva, gracias.",
    "Bitte senden Sie mir die Unterlagen noch einmal zu.",
    "The meeting starts at 10 and ends at 11:30 in room 4.",
)


class Pattern:
    """A regular expression that compiles.

    Raises:
        re.error: It does not.
    """

    def __init__(self, text: str) -> None:
        self.compiled = re.compile(text)
        self._tree = parser.parse(text)

    @property
    def matches_everything(self) -> bool:
        """Whether the empty text matches somewhere in every text."""
        return self._tree.getwidth()[0] == 0 and self.compiled.search("") is not None

    @property
    def ordinary(self) -> list[str]:
        """The ordinary sentences that it matches."""
        return [each for each in _ORDINARY if self.found_in(each)]

    def found_in(self, text: str) -> bool:
        """Whether it matches somewhere; False if finding out could take for ever."""
        return not self.explodes and self.compiled.search(text) is not None

    @property
    def is_broad(self) -> bool:
        """Whether it matches most ordinary sentences."""
        return len(self.ordinary) > len(_ORDINARY) / 2

    @property
    def never_matches(self) -> bool:
        """Whether something has to come before the beginning or after the end."""
        multiline = bool(self.compiled.flags & re.MULTILINE)
        return not multiline and _impossible(list(self._tree))

    @property
    def is_whole(self) -> bool:
        """Whether it matches a whole text only."""
        items = list(self._tree)
        if not items:
            return False
        (first, what), (last, end) = items[0], items[-1]
        begins = first is constants.AT and what in _BEGINNINGS
        return begins and last is constants.AT and end in _ENDS

    @property
    def looks_around(self) -> bool:
        """Whether it looks ahead or behind."""
        return any(kind in _LOOKS for kind, _ in _walk(self._tree))

    @property
    def explodes(self) -> bool:
        """Whether a repetition repeats a repetition or a choice of the same, as in ``(a+)+``."""
        return any(kind in _REPEATS and _nested(what) for kind, what in _walk(self._tree))


def _nested(repeat: Any) -> bool:  # noqa: ANN401 - re's parse tree has no types
    _, most, body = repeat
    if most < _MANY:
        return False
    alternatives = list(_alternatives(body))
    if len(alternatives) > 1 and any(a and a[0][0] is constants.ANY for a in alternatives):
        return True
    for items in alternatives:
        inner = [what for kind, what in items if kind in _REPEATS and what[1] >= _MANY]
        fixed = [item for item in items if _width(item) and item[0] not in _REPEATS]
        if inner and not fixed:
            return True
    return False


def _alternatives(body: Any) -> Iterator[list[Any]]:  # noqa: ANN401
    """The sequences that a body stands for, groups taken away."""
    items = list(body)
    if len(items) == 1 and items[0][0] is constants.SUBPATTERN:
        yield from _alternatives(items[0][1][-1])
    elif len(items) == 1 and items[0][0] is constants.BRANCH:
        for branch in items[0][1][1]:
            yield from _alternatives(branch)
    else:
        yield items


def _impossible(items: Sequence[Any]) -> bool:
    for index, (kind, what) in enumerate(items):
        if kind is constants.AT and what in _BEGINNINGS and any(map(_width, items[:index])):
            return True
        if kind is constants.AT and what in _ENDS and any(map(_width, items[index + 1 :])):
            return True
    return False


def _width(item: Any) -> int:  # noqa: ANN401
    """Characters that an item takes at least."""
    state = parser.State()
    found: int = parser.SubPattern(state, [item]).getwidth()[0]
    return found


def _walk(items: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    if isinstance(items, parser.SubPattern):
        for kind, what in items:
            yield kind, what
            yield from _walk(what)
    elif isinstance(items, list | tuple):
        for each in items:
            yield from _walk(each)
