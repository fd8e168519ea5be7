"""A client's request, looked at, completed, and measured in tokens."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from .gateway_callers import GatewayCaller
from .gateway_content import media
from .gateway_refusals import Refusal, invalid

CONVERSE, STREAM = "converse", "converse-stream"

_MEMBERS = {
    "additionalModelRequestFields",
    "additionalModelResponseFieldPaths",
    "guardrailConfig",
    "inferenceConfig",
    "messages",
    "outputConfig",
    "requestMetadata",
    "system",
    "toolConfig",
}
_INFERENCE = {"maxTokens", "stopSequences", "temperature", "topP"}
_TOOL_PROMPT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What requests have to look like, as the construct wrote it down.

    Attributes:
        models: Name that a client may use -> foundation model behind it.
        guardrail: ``id`` and ``version`` of the guardrail of every call.
        max_request_bytes: Longest body.
        max_output_tokens: Highest ``maxTokens``, and what it is when the client names none.
        media_tokens: Reserved for each image, document, video and recording; None: none pass.
        additional_fields: Fields that may be in ``additionalModelRequestFields``.
    """

    models: Mapping[str, str]
    guardrail: Mapping[str, str]
    max_request_bytes: int
    max_output_tokens: int
    media_tokens: int | None
    additional_fields: tuple[str, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Rules":
        """Read the rules of the settings."""
        models, fields = dict(document["models"]), tuple(document["additional_fields"])
        return cls(**{**document, "models": models, "additional_fields": fields})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that may be sent to Amazon Bedrock.

    Attributes:
        model: As the client named it.
        foundation_model: What is behind it.
        operation: ``converse`` or ``converse-stream``.
        body: What to send.
        tokens: The most that it may use, as far as that can be told beforehand.
    """

    model: str
    foundation_model: str
    operation: str
    body: bytes
    tokens: int


def admitted(event: Mapping[str, Any], rules: Rules, caller: GatewayCaller) -> Request:
    """The request of an event of API Gateway.

    Raises:
        Refusal: It may not be sent.
    """
    operation = str(event.get("resource", "")).rsplit("/", 1)[-1]
    if operation not in (CONVERSE, STREAM) or event.get("httpMethod") != "POST":
        raise Refusal("ResourceNotFoundException", "This gateway has Converse and ConverseStream")
    name = _model(event, rules)
    body = _body(event, rules.max_request_bytes)
    for member in sorted(body.keys() - _MEMBERS):
        raise invalid(f"{member[:64]} does not pass this gateway: leave it out")
    sources = media(body)
    if sources and rules.media_tokens is None:
        raise invalid("images, documents, video and audio do not pass this gateway: send text")
    output = _output(body, rules)
    tokens = _size(body, sources) + len(sources) * (rules.media_tokens or 0) + output
    _pin(body, rules.guardrail, streaming=operation == STREAM)
    _only_known_fields(body, rules.additional_fields)
    body["requestMetadata"] = caller.stamped(body.get("requestMetadata", {}))
    return Request(
        model=name,
        foundation_model=rules.models[name],
        operation=operation,
        body=json.dumps(body).encode(),
        tokens=tokens,
    )


def _model(event: Mapping[str, Any], rules: Rules) -> str:
    """Whether API Gateway decodes a path's part is not to be relied on; the list decides."""
    given = str((event.get("pathParameters") or {}).get("modelId") or "")
    for name in (given, unquote(given)):
        if name in rules.models:
            return name
    raise Refusal("AccessDeniedException", "This gateway has no model of that name")


def _body(event: Mapping[str, Any], most: int) -> dict[str, Any]:
    try:
        raw = str(event.get("body") or "")
        data = (
            base64.b64decode(raw, validate=True) if event.get("isBase64Encoded") else raw.encode()
        )
        if len(data) > most:
            raise invalid(f"The request has {len(data):,} bytes, this gateway takes {most:,}")
        body = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise invalid("The request is no JSON") from error
    if not isinstance(body, dict):
        raise invalid("The request is no JSON object")
    return body


def _no_number(name: str) -> None:
    raise ValueError(name)


def _output(body: dict[str, Any], rules: Rules) -> int:
    config = body.setdefault("inferenceConfig", {})
    if not isinstance(config, dict) or config.keys() - _INFERENCE:
        raise invalid(f"inferenceConfig takes {', '.join(sorted(_INFERENCE))}")
    most = rules.max_output_tokens
    wanted = config.setdefault("maxTokens", most)
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 1 <= wanted <= most:
        raise invalid(f"inferenceConfig.maxTokens has to be 1 to {most:,} behind this gateway")
    return wanted


def _size(body: Mapping[str, Any], sources: list[dict[str, Any]]) -> int:
    """Bytes of the request without its media: a token of text is at least one byte."""
    bytes_of_media = sum(len(str(source.get("bytes", ""))) for source in sources)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode("utf-8", "surrogatepass")) - bytes_of_media
    return size + (_TOOL_PROMPT if body.get("toolConfig") else 0)


def _pin(body: dict[str, Any], guardrail: Mapping[str, str], *, streaming: bool) -> None:
    pinned = {"guardrailIdentifier": guardrail["id"], "guardrailVersion": guardrail["version"]}
    given = body.get("guardrailConfig", {})
    if not isinstance(given, dict) or any(pinned.get(k) != v for k, v in given.items()):
        raise invalid("guardrailConfig is this gateway's: leave it out")
    if streaming:
        pinned["streamProcessingMode"] = "sync"
    body["guardrailConfig"] = pinned


def _only_known_fields(body: Mapping[str, Any], known: tuple[str, ...]) -> None:
    fields = body.get("additionalModelRequestFields", {})
    if not isinstance(fields, dict) or fields.keys() - set(known):
        allowed = ", ".join(known) or "nothing"
        raise invalid(f"additionalModelRequestFields takes {allowed} behind this gateway")
