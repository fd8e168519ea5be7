"""Strings that are known in part: literal text, and holes that are filled at deployment."""

import re
from dataclasses import dataclass
from enum import Enum

from secure_bedrock.policy.match import wildcard_match
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, answer

_FIRST, _LAST = 0xE000, 0xF8FF  # the private use area: one character stands for one hole
_HOLES = re.compile("([\ue000-\uf8ff])")
_STEPS = 200_000  # work limit of the exact comparison; above it the answer is UNKNOWN


class Kind(Enum):
    """What is known about the text that will fill a hole."""

    SEGMENT = "segment"  # not empty, no wildcard, no colon, no slash: AWS::Region
    PLAIN = "plain"  # not empty, no wildcard: an ARN or a name that CloudFormation fills in
    FREE = "free"  # anything, the empty string included: a parameter without default


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value comes from, by name.

    Attributes:
        name: Logical id, parameter, pseudo parameter, export or dynamic reference.
        attribute: Attribute of ``Fn::GetAtt``; empty for ``Ref``.
        origin: ``resource``, ``parameter``, ``pseudo``, ``import``, ``dynamic`` or ``unknown``.
        secret: Whether it is a ``NoEcho`` parameter or a reference to a secret.
    """

    name: str
    attribute: str = ""
    origin: str = "unknown"
    secret: bool = False

    def __str__(self) -> str:
        dotted = f"{self.name}.{self.attribute}" if self.attribute else self.name
        return dotted if self.origin == "dynamic" else f"${{{dotted}}}"


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a string that is filled in at deployment."""

    reference: Reference
    kind: Kind = Kind.FREE


_FILLING = {Kind.SEGMENT: "[^*?:/]+", Kind.PLAIN: "[^*?]+", Kind.FREE: ".*"}


class Text:
    """A string with at least one hole."""

    __slots__ = ("_parts", "holes", "shape")

    def __init__(self, shape: str, holes: tuple[Hole, ...]) -> None:
        self.shape = shape
        self.holes = holes
        self._parts: list[str | Hole] | None = None

    def __str__(self) -> str:
        return "".join(
            str(part.reference) if isinstance(part, Hole) else part for part in self.parts
        )

    @property
    def parts(self) -> list[str | Hole]:
        """The string taken apart into literal text and holes."""
        if self._parts is None:
            pieces = _HOLES.split(self.shape)
            self._parts = [self.hole(piece) or piece for piece in pieces if piece]
        return self._parts

    def hole(self, character: str) -> Hole | None:
        """The hole that a character of the shape stands for."""
        index = ord(character) - _FIRST if len(character) == 1 else -1
        return self.holes[index] if 0 <= index < len(self.holes) else None

    def matches(self, pattern: str) -> Answer:
        """Whether the string matches a wildcard pattern whatever fills the holes."""
        if "?" not in pattern and wildcard_match(pattern, self.shape):
            return YES
        return UNKNOWN if self._may_match(pattern) else NO

    def covers(self, value: str) -> Answer:
        """Whether the string, read as a wildcard pattern, matches a known value."""
        pattern = "".join("*" if self.hole(c) else c for c in self.shape)
        return UNKNOWN if wildcard_match(pattern, value) else NO

    def may_equal(self, value: str) -> bool:
        """Whether some filling of the holes gives exactly this value."""
        fillings = [
            _FILLING[part.kind] if isinstance(part, Hole) else re.escape(part)
            for part in self.parts
        ]
        return re.fullmatch("".join(fillings), value, re.DOTALL) is not None

    def _may_match(self, pattern: str) -> bool:
        if len(pattern) * len(self.shape) > _STEPS:
            return True
        states = _closure({0}, pattern)
        for character in self.shape:
            hole = self.hole(character)
            step = _closure(
                _advance(states, pattern, character) if hole is None else set(), pattern
            )
            if hole is not None:
                step = _through(states, pattern, hole.kind)
            if not step:
                return False
            states = step
        return len(pattern) in states


def join(parts: list[str | Text | Hole]) -> str | Text:
    """Concatenate: a plain string when nothing in it is open."""
    holes: list[Hole] = []
    shape: list[str] = []
    flat = [piece for part in parts for piece in (part.parts if isinstance(part, Text) else [part])]
    for piece in flat:
        if isinstance(piece, Hole):
            shape.append(chr(min(_FIRST + len(holes), _LAST)))
            holes.append(piece)
        else:
            shape.append(piece)
    return Text("".join(shape), tuple(holes)) if holes else "".join(shape)


def reopen(shape: str, holes: tuple[Hole, ...]) -> str | Text:
    """A piece cut out of a text's shape, as a text of its own."""
    text = Text(shape, holes)
    return join(list(text.parts))


def text_matches(text: str | Text, pattern: str) -> Answer:
    """Whether a string, known wholly or in part, matches a wildcard pattern."""
    if isinstance(text, Text):
        return text.matches(pattern)
    return answer(wildcard_match(pattern, text))


def _advance(states: set[int], pattern: str, character: str) -> set[int]:
    return {
        at if pattern[at] == "*" else at + 1
        for at in states
        if at < len(pattern) and pattern[at] in ("*", "?", character)
    }


def _closure(states: set[int], pattern: str) -> set[int]:
    reached = set(states)
    for start in states:
        at = start
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            reached.add(at)
    return reached


def _through(states: set[int], pattern: str, kind: Kind) -> set[int]:
    """Every place in the pattern that some filling of the hole can lead to."""
    excluded = {Kind.FREE: "", Kind.PLAIN: "", Kind.SEGMENT: ":/"}[kind]
    reached = set(states) if kind is Kind.FREE else set()
    frontier = states
    while frontier:
        after = {
            at if pattern[at] == "*" else at + 1
            for at in frontier
            if at < len(pattern) and pattern[at] not in excluded
        }
        frontier = _closure(after, pattern) - reached
        reached |= frontier
    return reached
