"""JSON with line numbers: parsed by the standard library, positions looked up when asked for."""

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined] # missing from the stubs

from secure_bedrock.rules._node import Path

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=False)


def read_json(text: str) -> tuple[object, Callable[[Path], int]]:
    """The parsed text, and a function from a path to its line.

    Raises:
        ValueError: The text is no JSON; the message says where.
    """
    return json.loads(text, strict=False), Positions(text).line


class Positions:
    """Where the members of a JSON text stand. Each object is indexed once, when it is passed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._members: dict[int, dict[str | int, tuple[int, int]]] = {}

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it that exists."""
        shown = at = self._skip(0)
        for key in path:
            if at not in self._members:
                self._members[at] = self._index(at)
            if key not in self._members[at]:
                break
            shown, at = self._members[at][key]
        return bisect_right(self._starts, shown)

    def _index(self, at: int) -> dict[str | int, tuple[int, int]]:
        """Key or index of each member to where the member, and where its value, begins."""
        found: dict[str | int, tuple[int, int]] = {}
        opening = self._text[at]
        if opening not in "{[":
            return found
        position = self._skip(at + 1)
        while self._text[position] not in "}]":
            key: str | int = len(found)
            member = position
            if opening == "{":
                key, position = scanstring(self._text, position + 1, False)  # noqa: FBT003 - C
                position = self._skip(self._skip(position) + 1)
            found[key] = (member, position)
            position = self._skip(_DECODER.raw_decode(self._text, position)[1])
            if self._text[position] == ",":
                position = self._skip(position + 1)
        return found

    def _skip(self, position: int) -> int:
        space = _SPACE.match(self._text, position)
        return space.end() if space else position
