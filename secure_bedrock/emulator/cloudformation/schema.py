"""What CloudFormation's registry says of each type: what replaces it, what attributes it has."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from secure_bedrock.emulator.values import Json, Members


@cache
def _schema() -> Mapping[str, Mapping[str, list[str]]]:
    text = (files(__package__) / "schema.json").read_text()
    return dict(json.loads(text))


def create_only(type_name: str) -> list[str]:
    """Paths of the properties that cannot change in place, such as ``Budget/BudgetName``."""
    return _schema().get(type_name, {}).get("createOnly", [])


def has_attribute(type_name: str, attribute: str) -> bool:
    """Whether ``Fn::GetAtt`` gives this attribute of the type."""
    return attribute in _schema().get(type_name, {}).get("attributes", [])


def is_replaced(type_name: str, old: Members, new: Members) -> bool:
    """Whether the change needs a new resource."""
    return any(_at(old, path) != _at(new, path) for path in create_only(type_name))


def _at(properties: Json, path: str) -> Json:
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties
