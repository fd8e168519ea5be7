"""What API Gateway checks of a request before the function runs.

JSON schema draft 4, which is what API Gateway takes. The function checks all of this again and
more: API Gateway looks only at requests whose content type is JSON.
"""

from typing import Any

_LIST: dict[str, Any] = {"type": "array", "items": {"type": "object"}}
_CONTENT: dict[str, Any] = {**_LIST, "minItems": 1}


def request_schema(max_output_tokens: int) -> dict[str, Any]:
    """A request of Converse, with the members that the gateway passes on."""
    inference = {
        "maxTokens": {"type": "integer", "minimum": 1, "maximum": max_output_tokens},
        "temperature": {"type": "number", "minimum": 0, "maximum": 1},
        "topP": {"type": "number", "minimum": 0, "maximum": 1},
        "stopSequences": {"type": "array", "items": {"type": "string"}},
    }
    message = {
        "type": "object",
        "required": ["role", "content"],
        "properties": {"role": {"enum": ["user", "assistant"]}, "content": _CONTENT},
        "additionalProperties": False,
    }
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "Converse",
        "type": "object",
        "required": ["messages"],
        "additionalProperties": False,
        "properties": {
            "additionalModelRequestFields": {"type": "object"},
            "additionalModelResponseFieldPaths": {"type": "array", "items": {"type": "string"}},
            "guardrailConfig": {"type": "object"},
            "inferenceConfig": {
                "type": "object",
                "properties": inference,
                "additionalProperties": False,
            },
            "messages": {"type": "array", "minItems": 1, "items": message},
            "outputConfig": {"type": "object"},
            "requestMetadata": {"type": "object", "additionalProperties": {"type": "string"}},
            "system": _LIST,
            "toolConfig": {"type": "object"},
        },
    }
