"""Compare what was sent with what the API gives back."""

import json
from collections.abc import Mapping
from urllib.parse import unquote

import jmespath

from secure_bedrock.emulator.cloudformation.errors import ResourceError
from secure_bedrock.emulator.resources.declaration import ResourceType
from secure_bedrock.emulator.values import Json, Members

_EMPTY = (None, False, "", 0)


def refuse_lost_arguments(sent: Members, document: Members, kind: ResourceType) -> None:
    """Raise if an argument is not found again in what was read."""
    members = {name.lower(): item for name, item in document.items()}
    for name, value in sent.items():
        if name in kind.unread:
            continue
        if name in kind.read_as:
            found = jmespath.search(kind.read_as[name], document)
        else:
            found = members.get(name.lower())
        refuse_loss(value, found, name)


def refuse_loss(sent: Json, found: Json, name: str) -> None:
    """Raise if a value is not what was read, nor one of what was read."""
    if isinstance(found, list) and not isinstance(sent, list):
        lost = None if any(differs(sent, item) is None for item in found) else "."
    else:
        lost = differs(sent, found)
    if lost:
        path = name if lost == "." else f"{name}.{lost}"
        raise ResourceError(f"property {path} was accepted but is not read back: not emulated")


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
