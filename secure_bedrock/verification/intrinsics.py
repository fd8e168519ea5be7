"""A template's claims with their functions resolved to what was deployed.

What cannot be resolved becomes ``Unknown`` with a reason, never an empty or a guessed value.
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from secure_bedrock.verification.values import Json, Unknown, text, unknown_in

NO_VALUE = object()
_PLACEHOLDER = re.compile(r"\$\{([^!{}][^{}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:[^}]+\}\}")


class Resolver:
    """Evaluates one template's functions.

    Args:
        template: The template.
        values: Parameters and pseudo parameters by name.
        ref: What ``Ref`` gives for a logical id.
        attribute: What ``Fn::GetAtt`` gives for a logical id and an attribute.
        lookup: What functions that ask AWS give: exports, zones, outputs of other stacks.
    """

    def __init__(
        self,
        template: Mapping[str, Json],
        values: Mapping[str, Json],
        *,
        ref: Callable[[str], Json],
        attribute: Callable[[str, str], Json],
        lookup: Callable[[str, Json], Json],
    ) -> None:
        self._mappings = template.get("Mappings", {})
        self._conditions = template.get("Conditions", {})
        self._values = values
        self._ref = ref
        self._attribute = attribute
        self._lookup = lookup
        self._functions: dict[str, Callable[[Json], Json]] = {
            "Ref": self._reference,
            "Condition": self.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
        }

    def resolve(self, value: Json) -> Json:
        """The value with every function in it carried out."""
        if isinstance(value, str):
            return Unknown("dynamic reference") if _DYNAMIC.search(value) else value
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not NO_VALUE]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(each) for key, each in value.items()}
        return {key: each for key, each in resolved.items() if each is not NO_VALUE}

    def condition(self, name: str) -> Json:
        """Whether a condition of the template holds, or Unknown."""
        if name not in self._conditions:
            return Unknown(f"no condition {name}")
        return self._truth(self._conditions[name])

    def _truth(self, expression: Json) -> Json:
        if set(expression) == {"Condition"}:
            return self.condition(expression["Condition"])
        return self.resolve(expression)

    def _call(self, name: str, argument: Json) -> Json:
        if name in self._functions:
            return self._functions[name](argument)
        if name in _LOGIC:
            return _logic(name, [self._truth(each) for each in argument])
        resolved = self.resolve(argument)
        if reason := unknown_in(resolved):
            return reason
        if name == "Fn::FindInMap":
            return self._find_in_map(resolved)
        if name in _PURE:
            return _PURE[name](resolved)
        return self._lookup(name, resolved)

    def _reference(self, name: str) -> Json:
        if name == "AWS::NoValue":
            return NO_VALUE
        return self._values[name] if name in self._values else self._ref(name)

    def _get_att(self, argument: Json) -> Json:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self._attribute(logical_id, attribute)

    def _sub(self, argument: Json) -> Json:
        template, extra = argument if isinstance(argument, list) else (argument, {})
        given = {name: self.resolve(value) for name, value in extra.items()}
        unknown: list[Unknown] = []

        def replace(match: re.Match[str]) -> str:
            name = match[1].strip()
            value = given[name] if name in given else self._named(name)
            if isinstance(value, Unknown):
                unknown.append(value)
            return text(value)

        found = _PLACEHOLDER.sub(replace, template)
        return unknown[0] if unknown else found.replace("${!", "${")

    def _named(self, name: str) -> Json:
        return self._get_att(name) if "." in name else self._reference(name)

    def _if(self, argument: Sequence[Json]) -> Json:
        name, yes, no = argument
        holds = self.condition(name)
        return holds if isinstance(holds, Unknown) else self.resolve(yes if holds else no)

    def _find_in_map(self, keys: Sequence[Json]) -> Json:
        try:
            return self._mappings[keys[0]][keys[1]][keys[2]]
        except (KeyError, IndexError, TypeError):
            return Unknown(f"no entry {keys} in the mappings")


def _logic(name: str, values: Sequence[Json]) -> Json:
    if name == "Fn::Equals":
        return unknown_in(values) or text(values[0]) == text(values[1])
    if name == "Fn::Not":
        return unknown_in(values) or not values[0]
    decisive = name == "Fn::Or"
    if any(value is decisive for value in values):
        return decisive
    return unknown_in(values) or not decisive


def _join(argument: Sequence[Any]) -> Json:
    separator, parts = argument
    return separator.join(map(text, parts))


def _select(argument: Sequence[Any]) -> Json:
    index, parts = int(argument[0]), argument[1]
    return parts[index] if index < len(parts) else Unknown(f"Fn::Select of {index} in {len(parts)}")


def _cidr(argument: Sequence[Any]) -> Json:
    """Blocks out of a block: how many, and how many bits of address each has."""
    block, count, bits = argument[0], int(argument[1]), int(argument[2]) if argument[2:] else 8
    network = ipaddress.ip_network(block)
    return [
        str(each)
        for each in islice(network.subnets(new_prefix=network.max_prefixlen - bits), count)
    ]


_LOGIC = frozenset({"Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or"})
_PURE: dict[str, Callable[[Any], Json]] = {
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": lambda argument: argument[1].split(argument[0]),
    "Fn::Base64": lambda argument: base64.b64encode(argument.encode()).decode(),
    "Fn::Cidr": _cidr,
    "Fn::Length": len,
}
