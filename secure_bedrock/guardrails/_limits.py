"""Checks the value types share. Unresolved CDK tokens pass: nobody knows their value yet."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Sized

from secure_bedrock.encryption.tokens import unresolved


def check_text(what: str, text: str, limit: int, *, pattern: str | None = None) -> None:
    """Refuse text that is empty, too long or has characters AWS does not take."""
    if unresolved(text):
        return
    if not 1 <= len(text) <= limit:
        raise ValueError(
            f"{what} must have 1 to {limit} characters, got {len(text)}: {_shown(text)}"
        )
    if pattern is not None and not re.fullmatch(pattern, text):
        raise ValueError(f"{what} {_shown(text)} must match {pattern}: remove other characters")


def check_count(what: str, items: Sized, limit: int) -> None:
    """Refuse an empty or too long list."""
    if not 1 <= len(items) <= limit:
        raise ValueError(
            f"{what}: 1 to {limit} are allowed, got {len(items)}: "
            + ("leave the policy out instead" if not items else "split them over two guardrails")
        )


def check_unique(what: str, keys: Iterable[str]) -> None:
    """Refuse two entries with the same key."""
    twice = sorted(key for key, count in Counter(keys).items() if count > 1)
    if twice:
        raise ValueError(f"{what} {_shown(twice[0])} is given twice: keep one of them")


def check_instance(what: str, value: object, expected: type | tuple[type, ...]) -> None:
    """Refuse plain strings and numbers where a closed set or a value type is meant."""
    if not isinstance(value, expected):
        kinds = expected if isinstance(expected, tuple) else (expected,)
        raise ValueError(  # noqa: TRY004 - misuse has one exception type in this library
            f"{what} must be {' or '.join(kind.__name__ for kind in kinds)}, got {value!r}"
        )


def freeze(value: object, *names: str) -> None:
    """Turn sequences of a frozen dataclass into tuples, so that nobody changes them later."""
    for name in names:
        items = getattr(value, name)
        if isinstance(items, str) or not isinstance(items, Sequence):
            raise ValueError(f"{name} must be a list or tuple, got {items!r}")  # noqa: TRY004
        object.__setattr__(value, name, tuple(items))


def check_number(what: str, value: float, low: float, high: float, remedy: str) -> None:
    """Refuse a number outside a closed range."""
    if not unresolved(value) and not low <= value <= high:
        raise ValueError(f"{what} must be from {low} to {high}, got {value}: {remedy}")


def _shown(text: str) -> str:
    text = str(text)  # a member of a StrEnum would show its class
    return repr(text if len(text) <= 60 else f"{text[:57]}...")  # noqa: PLR2004 - one line
