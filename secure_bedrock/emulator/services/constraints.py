"""Checks a request against its botocore shape, as the service does before it reads the content."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.validate import ParamValidator

# The STANDARD tier takes 1,000 characters; botocore only knows the CLASSIC limit.
_OTHER_LIMITS = {"GuardrailTopicDefinition": 1000}


def violations(params: Any, shape: Any) -> list[str]:  # noqa: ANN401 - botocore shapes are untyped
    """Everything about ``params`` that the shape does not allow."""
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        return [str(report.generate_report())]
    return list(_walk(params, shape, shape.name))


def _walk(value: Any, shape: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        for name, member in value.items():
            yield from _walk(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "map":
        for key, member in value.items():
            yield from _walk(member, shape.value, f"{path}.{key}")
    elif shape.type_name == "list":
        yield from _too_large(len(value), shape, path, "length")
        for index, member in enumerate(value):
            yield from _walk(member, shape.member, f"{path}[{index}]")
    elif isinstance(value, str):
        yield from _too_large(len(value), shape, path, "length")
        yield from _wrong_text(value, shape, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _too_large(value, shape, path, "value")


def _too_large(size: float, shape: Any, path: str, what: str) -> Iterator[str]:  # noqa: ANN401
    limit = _OTHER_LIMITS.get(shape.name, shape.metadata.get("max"))
    if limit is not None and size > limit:
        yield f"at '{path}': Member must have {what} less than or equal to {limit}, not {size}"


def _wrong_text(value: str, shape: Any, path: str) -> Iterator[str]:  # noqa: ANN401
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"Value '{value}' at '{path}': Member must satisfy enum value set: {allowed}"
    pattern = _compiled(shape.metadata.get("pattern"))
    if pattern and not pattern.fullmatch(value):
        yield f"Value '{value}' at '{path}': Member must satisfy pattern: {pattern.pattern}"


@cache
def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    """The pattern, or nothing where it uses what Python's ``re`` lacks (Unicode categories)."""
    try:
        return re.compile(pattern) if pattern else None
    except re.error:
        return None
