"""Fit CloudFormation's values into an API's shapes; what has no place there is an error."""

import json
from collections.abc import Mapping

from botocore.model import ListShape, MapShape, Shape, StructureShape

from secure_bedrock.emulator.cloudformation.errors import ResourceError
from secure_bedrock.emulator.values import Json

_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}
_TRUTH = {"true": True, "false": False}


def member_for(name: str, shape: StructureShape, renames: Mapping[str, str]) -> str | None:
    """The structure's member that a CloudFormation property goes to."""
    wanted = renames.get(name, name)
    for candidate in (wanted, wanted[:1].lower() + wanted[1:], wanted[:1].upper() + wanted[1:]):
        if candidate in shape.members:
            return candidate
    return None


def cast(value: Json, shape: Shape, path: str, renames: Mapping[str, str]) -> Json:
    """The value with the types and spellings that the shape has."""
    if isinstance(shape, StructureShape):
        if isinstance(value, str):
            value = _decoded(value, path)
        return _structure(value, shape, path, renames)
    if isinstance(shape, ListShape):
        if isinstance(value, dict) and {"Key", "Value"} == set(
            getattr(shape.member, "members", ())
        ):
            value = [{"Key": key, "Value": item} for key, item in value.items()]
        if not isinstance(value, list):
            raise ResourceError(f"property {path}: a list is needed, not {value!r}")
        return [
            cast(item, shape.member, f"{path}[{index}]", renames)
            for index, item in enumerate(value)
        ]
    if isinstance(shape, MapShape):
        if isinstance(value, list):
            value = {item["Key"]: item["Value"] for item in value}
        return {
            key: cast(item, shape.value, f"{path}.{key}", renames) for key, item in value.items()
        }
    return _scalar(value, shape.type_name, path)


def _structure(
    value: Json, shape: StructureShape, path: str, renames: Mapping[str, str]
) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise ResourceError(f"property {path}: an object is needed, not {value!r}")
    fitted = {}
    for name, item in value.items():
        member = member_for(name, shape, renames)
        if member is None:
            raise ResourceError(f"property {path}.{name} is not emulated")
        fitted[member] = cast(item, shape.members[member], f"{path}.{name}", renames)
    return fitted


def _decoded(text: str, path: str) -> Json:
    """An object that the template carries as text, as Cost Explorer's expressions are."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ResourceError(f"property {path}: JSON is needed, not {text!r}") from error


def _scalar(value: Json, kind: str, path: str) -> Json:
    if kind == "string":
        if isinstance(value, bool):
            return str(value).lower()
        return json.dumps(value) if isinstance(value, dict | list) else str(value)
    if isinstance(value, dict | list):
        raise ResourceError(f"property {path}: a {kind} is needed, not {value!r}")
    try:
        if kind == "boolean":
            return value if isinstance(value, bool) else _TRUTH[value]
        if kind in _NUMBERS:
            return _NUMBERS[kind](value)
    except (KeyError, ValueError, TypeError) as error:
        raise ResourceError(f"property {path}: a {kind} is needed, not {value!r}") from error
    return value
