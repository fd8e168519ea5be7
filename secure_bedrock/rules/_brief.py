"""Showing a value without walking all of it."""

from collections.abc import Iterator


def brief(value: object, limit: int) -> str:
    """A value as text, cut at a limit; the work is bounded by the limit, whatever the value."""
    shown = ""
    for piece in [value] if isinstance(value, str) else _pieces(value):
        shown += piece
        if len(shown) > limit:
            return shown[: limit - 3] + "..."
    return shown


def _pieces(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for number, (key, member) in enumerate(value.items()):
            yield f"{', ' if number else '{'}{key}: "
            yield from _pieces(member)
        yield "}" if value else "{}"
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield ", " if number else "["
            yield from _pieces(member)
        yield "]" if value else "[]"
    else:
        yield str(value)
