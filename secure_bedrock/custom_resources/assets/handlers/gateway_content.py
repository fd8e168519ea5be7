"""What may stand in the messages of a request that passes the gateway.

Kinds that are not named here are refused: ``guardContent``, because the guardrail then looks at
nothing else of the request; places in Amazon S3, because they would be read with the gateway's own
role; and kinds that nobody has looked at yet. Source: Amazon Bedrock User Guide, "Include a
guardrail with the Converse API", and the API reference of ``ContentBlock``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .gateway_refusals import invalid

_MEDIA = {"audio", "document", "image", "video"}
_MESSAGE = _MEDIA | {
    "cachePoint",
    "citationsContent",
    "reasoningContent",
    "searchResult",
    "text",
    "toolResult",
    "toolUse",
}
_ROLES = ("assistant", "user")
_SYSTEM = {"cachePoint", "text"}
_RESULT = {"document", "image", "json", "searchResult", "text", "video"}
_TOOLS = {"cachePoint", "toolSpec"}


def media(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sources of all images, documents, videos and recordings of a request.

    Raises:
        Refusal: There is something in it that does not pass.
    """
    found: list[dict[str, Any]] = []
    messages = _list(body.get("messages"), "messages")
    if not messages:
        raise invalid("messages is empty: send at least one")
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            raise invalid("a message is no object with the role user or assistant")
        for kind, block in _blocks(message.get("content"), "content", _MESSAGE):
            found += _sources(kind, block)
            if kind == "toolResult":
                result = _object(block, kind).get("content")
                for inner, value in _blocks(result, "toolResult.content", _RESULT):
                    found += _sources(inner, value)
    for _ in _blocks(body.get("system", []), "system", _SYSTEM):
        pass
    tools = _object(body.get("toolConfig", {}), "toolConfig").get("tools", [])
    for _ in _blocks(tools, "toolConfig.tools", _TOOLS):
        pass
    return found


def _blocks(value: Any, where: str, kinds: set[str]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    for block in _list(value, where):
        if not isinstance(block, dict) or len(block) != 1:
            raise invalid(f"{where} has a block that is not of one kind")
        ((kind, content),) = block.items()
        if kind not in kinds:
            raise invalid(
                f"{where} has a block of a kind that does not pass this gateway: use one of "
                f"{', '.join(sorted(kinds))}"
            )
        yield kind, content


def _sources(kind: str, block: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    if kind not in _MEDIA:
        return
    source = _object(_object(block, kind).get("source"), f"{kind}.source")
    if "s3Location" in source:
        raise invalid(f"{kind}.source is in Amazon S3: send the bytes")
    yield source


def _list(value: Any, where: str) -> list[Any]:  # noqa: ANN401 - any JSON value
    if not isinstance(value, list):
        raise invalid(f"{where} is no list")
    return value


def _object(value: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    if not isinstance(value, dict):
        raise invalid(f"{where} is no object")
    return value
