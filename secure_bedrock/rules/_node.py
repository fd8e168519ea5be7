"""A place in a template: its value as far as it can be known, and its path."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from secure_bedrock.rules._brief import brief
from secure_bedrock.rules._text import Hole, Kind, Reference, Text, reopen

if TYPE_CHECKING:
    from secure_bedrock.rules._template import Resource, Template

Path = tuple[str | int, ...]
Value = Any  # what JSON can hold, and Text, MISSING or UNRESOLVED


class _Sentinel:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


MISSING = _Sentinel("missing")
UNRESOLVED = _Sentinel("unknown until deployment")


class Node:
    """A value in a template, with every intrinsic function resolved as far as possible.

    Indexing never fails: what is not there is a node that is ``missing``, and what lies below an
    unresolved intrinsic is ``unknown``. Iterating gives the members of a list; one value where a
    list is expected counts as a list of one, and an unknown list as one unknown member.

    Attributes:
        value: dict, list, str, number or bool; a Text for a string with holes; MISSING; UNRESOLVED.
        path: Keys and indexes from the top of the template.
        reference: The one thing the whole value refers to, if it does.
        template: The template (in one world) that the value is read in.
    """

    __slots__ = ("_members", "_read", "path", "reference", "template", "value")

    def __init__(
        self, value: Value, path: Path, template: "Template", reference: Reference | None = None
    ) -> None:
        self.value = value
        self.path = path
        self.template = template
        self.reference = reference
        # Rules ask for the same things again and again, so what has been read is kept.
        self._read: dict[str, Node] | None = None
        self._members: tuple[Node, ...] | None = None

    @property
    def missing(self) -> bool:
        """Whether the property is absent, null or ``AWS::NoValue``."""
        return self.value is MISSING

    @property
    def unknown(self) -> bool:
        """Whether nothing is known about the value."""
        return self.value is UNRESOLVED or self._one_hole(Kind.FREE)

    @property
    def text(self) -> str | Text | None:
        """The value as a string, known wholly or in part; None for objects and lists."""
        if isinstance(self.value, str | Text):
            return self.value
        if isinstance(self.value, bool):
            return str(self.value).lower()
        if isinstance(self.value, int | float):
            return f"{self.value:g}" if isinstance(self.value, float) else str(self.value)
        return None

    @property
    def literal(self) -> str | None:
        """The value as a string when all of it is known."""
        text = self.text
        return text if isinstance(text, str) else None

    @property
    def shape(self) -> str:
        """The value as a string for regular expressions, one odd character for each open part."""
        text = self.text
        return text.shape if isinstance(text, Text) else text or ""

    @property
    def references(self) -> tuple[Reference, ...]:
        """Everything that the value, or a part of the string, refers to."""
        if self.reference is not None:
            return (self.reference,)
        if isinstance(self.value, Text):
            return tuple(hole.reference for hole in self.value.holes)
        return ()

    @property
    def target(self) -> "Resource | None":
        """The resource of the same template that the whole value refers to."""
        return self.template.follow(self.reference)

    @property
    def hidden(self) -> "Node":
        """The same place without its value, for secrets: a report must not repeat them."""
        return Node("(not shown)", self.path, self.template)

    @property
    def shown(self) -> str:
        """The value, short enough for a message."""
        if self.value is MISSING or self.value is UNRESOLVED:
            return repr(self.value)
        text = self.text
        return brief(str(text) if text is not None else self.value, _SHOWN)

    def __getitem__(self, key: str) -> "Node":
        if self._read is None:
            self._read = {}
        elif key in self._read:
            return self._read[key]
        found = self._read[key] = self._member(key)
        return found

    def _member(self, key: str) -> "Node":
        if isinstance(self.value, dict):
            if key in self.value:
                return self.template.node(self.value[key], (*self.path, key))
            below = UNRESOLVED if _open_ended(self.value) else MISSING
            return Node(below, (*self.path, key), self.template)
        below = UNRESOLVED if self.value is UNRESOLVED or self._one_hole() else MISSING
        return Node(below, (*self.path, key), self.template)

    def __iter__(self) -> Iterator["Node"]:
        if self._members is None:
            self._members = tuple(self._each())
        return iter(self._members)

    def _each(self) -> Iterator["Node"]:
        if isinstance(self.value, list):
            for index, raw in enumerate(self.value):
                member = self.template.node(raw, (*self.path, index))
                if not member.missing:
                    yield member
        elif not self.missing:
            yield self

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """The members of an object; for an unknown value one pair with an empty key."""
        if isinstance(self.value, dict):
            for key in self.value:
                member = self[key]
                if not member.missing:
                    yield str(key), member
        elif self.unknown:
            yield "", self

    def parsed(self) -> "Node":
        """The value of a property that is an object or a JSON string of one."""
        if not isinstance(self.value, str | Text):
            return self
        holes = self.value.holes if isinstance(self.value, Text) else ()
        try:
            data = json.loads(self.shape, strict=False)
        except (ValueError, RecursionError):
            return Node(UNRESOLVED, self.path, self.template)
        return (
            Node(_reopened(data, holes), self.path, self.template)
            if holes
            else Node(data, self.path, self.template)
        )

    def _one_hole(self, *kinds: Kind) -> bool:
        text = self.value
        if not isinstance(text, Text) or len(text.shape) != 1:
            return False
        return not kinds or text.holes[0].kind in kinds


_SHOWN = 120


def _open_ended(value: dict[Any, Any]) -> bool:
    """Whether a function, such as a macro, may add members."""
    for key in value:  # noqa: SIM110 - any() takes twice as long, and this runs for all that is absent
        if isinstance(key, str) and key.startswith("Fn::"):
            return True
    return False


def _reopened(data: Value, holes: tuple[Hole, ...]) -> Value:
    if isinstance(data, str):
        return reopen(data, holes)
    if isinstance(data, list):
        return [_reopened(each, holes) for each in data]
    if isinstance(data, dict):
        return {str(reopen(key, holes)): _reopened(value, holes) for key, value in data.items()}
    return data
