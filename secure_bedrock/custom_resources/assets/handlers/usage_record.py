"""One record of a model invocation log: who used how many tokens of which model, and when.

The counts at the top of ``input`` and ``output`` leave out what the prompt cache read and wrote.
Newer records say that beside them, others only in the body of the answer, whose form depends on the
operation and the family of models. Source: Amazon Bedrock User Guide, "Monitor model invocation
using CloudWatch Logs and Amazon S3" and "Prompt caching for faster model inference".
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .usage_body import KINDS, used_in

SCHEMA, VERSION = "ModelInvocationLog", "1.0"

FetchBody = Callable[[str], Any]
"""The body that a record names by its S3 path. None: it cannot be read."""

_TOP = {
    "input": ("input", "inputTokenCount"),
    "output": ("output", "outputTokenCount"),
    "cache_read": ("input", "cacheReadInputTokenCount"),
    "cache_write": ("input", "cacheWriteInputTokenCount"),
}
_CACHE = {"cache_read", "cache_write"}


class UnreadableError(Exception):
    """No use can be told from the record; the message says why, without its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of a call. ``input`` excludes what the prompt cache read and wrote."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    @property
    def total(self) -> int:
        """All tokens, those of the prompt cache as well."""
        return self.input + self.output + self.cache_read + self.cache_write


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a record says.

    Attributes:
        id: Account, Region and request id: the same call has the same id however often it arrives.
        time: When the call was made, as AWS wrote it down.
        region: Where it was made.
        model: Model id, profile id or ARN, as the caller named it.
        principal: ARN of the caller's session or user; empty if the record has none.
        usage: Its tokens.
        problems: Names of what is doubtful about the record.
    """

    id: str
    time: datetime
    region: str
    model: str
    principal: str
    usage: Usage
    problems: tuple[str, ...] = ()


def read(message: str, fetch: FetchBody) -> Record:
    """Read the message of one log event.

    Raises:
        UnreadableError: It is no whole record.
    """
    try:
        document = json.loads(message)
    except ValueError as error:
        raise UnreadableError(f"no JSON: {type(error).__name__}") from error
    if not isinstance(document, dict):
        raise UnreadableError(f"a {type(document).__name__} instead of an object")
    problems = []
    if (document.get("schemaType"), document.get("schemaVersion")) != (SCHEMA, VERSION):
        problems.append("UnknownSchema")
    usage, doubts = _usage(document, fetch)
    identity = document.get("identity")
    principal = identity.get("arn") if isinstance(identity, dict) else None
    if not isinstance(principal, str) or not principal:
        problems.append("NoIdentity")
        principal = ""
    return Record(
        id="/".join(_text(document, name) for name in ("accountId", "region", "requestId")),
        time=_time(document),
        region=_text(document, "region"),
        model=_text(document, "modelId"),
        principal=principal,
        usage=usage,
        problems=(*problems, *doubts),
    )


def _usage(document: dict[str, Any], fetch: FetchBody) -> tuple[Usage, list[str]]:
    """The tokens, and what is doubtful about them."""
    top = {
        kind: count
        for kind, (side, name) in _TOP.items()
        if (count := _count(document.get(side), name)) is not None
    }
    body, problems = _body(document, fetch) if top.keys() < _TOP.keys() else (None, [])
    inside = used_in(body)
    if not top and not inside and "errorCode" not in document:
        problems.append("NoTokenCounts")
    elif top and body is None and not _CACHE & top.keys() and "errorCode" not in document:
        problems.append("CacheUnknown")
    counts = {kind: top.get(kind, inside.get(kind, 0)) for kind in KINDS}
    if "input" in top and top["input"] == inside.get("input_with_cache"):
        counts["input"] -= inside["cache_read"]
    return Usage(**counts), problems


def _body(document: dict[str, Any], fetch: FetchBody) -> tuple[Any, list[str]]:
    output = document.get("output")
    if not isinstance(output, dict):
        return None, []
    if "outputBodyJson" in output:
        return output["outputBodyJson"], []
    path = output.get("outputBodyS3Path")
    if not isinstance(path, str):
        return None, []
    body = fetch(path)
    return body, ["BodyNotRead"] if body is None else []


def _count(side: Any, name: str) -> int | None:  # noqa: ANN401 - any JSON value
    count = side.get(name) if isinstance(side, dict) else None
    if count is None:
        return None
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise UnreadableError(f"{name} is no number of tokens")
    return count


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableError(f"no {name}")
    return value


def _time(document: dict[str, Any]) -> datetime:
    try:
        time = datetime.fromisoformat(_text(document, "timestamp"))
    except ValueError as error:
        raise UnreadableError("timestamp is no time") from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
