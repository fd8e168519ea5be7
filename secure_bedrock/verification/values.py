"""Values as a template claims them, and as they are compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Json = Any
"""What JSON holds: objects, lists, text, numbers, booleans, None."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A claimed value that cannot be worked out from here.

    Attributes:
        reason: Why, in a few words.
    """

    reason: str


class Absent(Enum):
    """Stands for a property that is not there."""

    ABSENT = "nothing"


ABSENT = Absent.ABSENT


def text(value: Json) -> str:
    """A scalar as CloudFormation would write it: ``true``, ``7``, ``0.5``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def unknown_in(value: Json) -> Unknown | None:
    """The first unknown in a value, however deep."""
    if isinstance(value, Unknown):
        return value
    inside: Iterable[Json] = ()
    if isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, (list, tuple)):
        inside = value
    return next((found for each in inside if (found := unknown_in(each))), None)


def as_list(value: Json) -> list[Json]:
    """A list as it is, None and nothing as an empty list, anything else as the only element."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
