"""Compare what was sent with what the API gives back."""

import json
from collections.abc import Mapping
from urllib.parse import unquote

from secure_bedrock.emulator.values import Json

_EMPTY = (None, False, "", 0)


def differs(sent: Json, found: Json, path: str = "") -> str | None:
    """The path of the first value that was sent and is not found again, or None."""
    sent, found = _decoded(sent), _decoded(found)
    if isinstance(sent, dict) and isinstance(found, dict):
        known = {_key(name): item for name, item in found.items()}
        for name, item in sent.items():
            lost = differs(item, known.get(_key(name)), f"{path}.{name}".lstrip("."))
            if lost:
                return lost
        return None
    if isinstance(sent, list) and isinstance(found, list):
        left = list(found)
        for index, item in enumerate(sent):
            same = next((other for other in left if differs(item, other) is None), None)
            if same is None:
                return f"{path}[{index}]"
            left.remove(same)
        return None
    if isinstance(sent, dict | list) and not sent and found is None:
        return None
    return None if _same(sent, found) else path or "."


def _same(sent: Json, found: Json) -> bool:
    if sent == found or str(sent) == str(found):
        return True
    return found is None and sent in _EMPTY


def _key(name: str) -> str:
    return name[:1].lower() + name[1:]


def _decoded(value: Json) -> Json:
    """JSON in a string as data: some services return policies as text, some as data."""
    if isinstance(value, str) and value[:1] in {"{", "[", "%"}:
        try:
            return json.loads(unquote(value) if value[0] == "%" else value)
        except json.JSONDecodeError:
            return value
    return {**value} if isinstance(value, Mapping) else value
