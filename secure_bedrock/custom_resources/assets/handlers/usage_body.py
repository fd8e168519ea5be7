"""Token counts in the body of a model's answer, whatever family of models wrote it.

Converse, Amazon Nova, Anthropic Claude, Meta Llama and the OpenAI form, whole or in the chunks of a
stream. Chunks repeat and raise their counts, so of each kind the highest one holds.
"""

import json
from collections.abc import Iterator
from typing import Any

KINDS = ("input", "output", "cache_read", "cache_write")

_NAMES = {
    "inputTokens": "input",
    "input_tokens": "input",
    "inputTokenCount": "input",
    "inputTextTokenCount": "input",
    "prompt_token_count": "input",
    "outputTokens": "output",
    "output_tokens": "output",
    "outputTokenCount": "output",
    "generation_token_count": "output",
    "completion_tokens": "output",
    "cacheReadInputTokens": "cache_read",
    "cacheReadInputTokenCount": "cache_read",
    "cache_read_input_tokens": "cache_read",
    "cacheWriteInputTokens": "cache_write",
    "cacheWriteInputTokenCount": "cache_write",
    "cache_creation_input_tokens": "cache_write",
}
_HOLDERS = ("usage", "amazon-bedrock-invocationMetrics")
_AROUND = ("message", "metadata", "response")
_OPENAI_INPUT = "prompt_tokens"


def used_in(body: Any) -> dict[str, int]:  # noqa: ANN401 - any JSON value
    """The highest count of each kind that the body names.

    ``input_with_cache`` is there for the OpenAI form, whose input contains what the cache read.
    """
    found: dict[str, int] = {}
    for part in body if isinstance(body, list) else [body]:
        for holder in _holders(part):
            for kind, count in _counts(holder):
                found[kind] = max(count, found.get(kind, 0))
    if "input_with_cache" in found:
        found.setdefault("cache_read", 0)
        found.setdefault("input", max(0, found["input_with_cache"] - found["cache_read"]))
    return found


def _holders(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    if isinstance(part, str):
        try:
            part = json.loads(part)
        except ValueError:
            return
    if not isinstance(part, dict):
        return
    yield part
    for name in _HOLDERS:
        if isinstance(part.get(name), dict):
            yield part[name]
    for name in _AROUND:
        if isinstance(part.get(name), dict):
            yield from _holders(part[name])


def _counts(holder: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for name, kind in _NAMES.items():
        if _is_count(holder.get(name)):
            yield kind, holder[name]
    if _is_count(holder.get(_OPENAI_INPUT)):
        yield "input_with_cache", holder[_OPENAI_INPUT]
        details = holder.get("prompt_tokens_details")
        if isinstance(details, dict) and _is_count(details.get("cached_tokens")):
            yield "cache_read", details["cached_tokens"]


def _is_count(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
