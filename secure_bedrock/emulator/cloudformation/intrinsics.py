"""Intrinsic functions. What cannot be resolved is an error with its path, never an empty value."""

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.values import Json, Members

_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_DYNAMIC = re.compile(r"\{\{resolve:([^}]+)\}\}")
_NO_VALUE = object()


class Unknown(str):
    """A value that exists only after the resource it comes from does."""

    __slots__ = ()


@dataclass(frozen=True)
class Lookups:
    """Where the values that a template does not hold come from."""

    resource: Callable[[str, str | None], Json]
    export: Callable[[str], str]
    zones: Callable[[str], Sequence[str]]
    dynamic: Callable[[str], str]


class Resolver:
    """Evaluates one template's functions with one set of parameters.

    Args:
        template: The parsed template.
        values: Parameters and pseudo parameters by name.
        lookups: Where resource attributes, exports, zones and dynamic references come from.
    """

    def __init__(self, template: Members, values: Members, lookups: Lookups) -> None:
        self._mappings = template.get("Mappings", {})
        self._conditions = template.get("Conditions", {})
        self._resources = template.get("Resources", {})
        self._values = values
        self._lookups = lookups
        self._functions: dict[str, Callable[[Json], Json]] = {
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": lambda args: args[1].split(args[0]),
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAZs": lambda region: list(lookups.zones(region)),
            "Fn::ImportValue": lookups.export,
            "Fn::Base64": lambda text: base64.b64encode(text.encode()).decode(),
            "Fn::Cidr": self._cidr,
            "Fn::Equals": lambda args: _text(args[0]) == _text(args[1]),
            "Fn::And": all,
            "Fn::Or": any,
            "Fn::Not": lambda args: not args[0],
            "Fn::Contains": lambda args: args[1] in args[0],
        }

    def condition(self, name: str) -> bool:
        """The value of a named condition."""
        if name not in self._conditions:
            raise ValidationError(f"Template error: unresolved condition dependency {name}")
        return bool(self.resolve(self._conditions[name], f"Conditions.{name}", conditions=True))

    def resolve(self, value: Json, path: str, *, conditions: bool = False) -> Json:
        """The value with every function evaluated; ``path`` names it in errors."""
        resolved = self._resolve(value, path, conditions=conditions)
        return None if resolved is _NO_VALUE else self._dynamic(resolved)

    def _dynamic(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {key: self._dynamic(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._dynamic(item) for item in value]
        if isinstance(value, str) and _DYNAMIC.search(value):
            return _DYNAMIC.sub(lambda match: self._lookups.dynamic(match[1]), value)
        return value

    def _resolve(self, value: Json, path: str, *, conditions: bool) -> Json:
        if isinstance(value, list):
            found = [
                self._resolve(item, f"{path}[{index}]", conditions=conditions)
                for index, item in enumerate(value)
            ]
            return [item for item in found if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument, path, conditions=conditions)
            if conditions and name == "Condition":
                return self.condition(argument)
        members = {
            key: self._resolve(item, f"{path}.{key}", conditions=conditions)
            for key, item in value.items()
        }
        return {key: item for key, item in members.items() if item is not _NO_VALUE}

    def _call(self, name: str, argument: Json, path: str, *, conditions: bool) -> Json:
        here = f"{path}.{name}"
        if name == "Ref":
            return self._ref(str(argument), here)
        if name == "Fn::GetAtt":
            return self._get_att(argument, here)
        if name == "Fn::Sub":
            return self._sub(argument, here, conditions=conditions)
        if name == "Fn::If":
            chosen, *branches = argument
            return self._resolve(
                branches[0 if self.condition(chosen) else 1], here, conditions=conditions
            )
        if name not in self._functions:
            raise ValidationError(f"{here}: this function is not emulated")
        arguments = self._resolve(argument, here, conditions=conditions)
        if _unknown_in(arguments):
            return Unknown(json.dumps({name: arguments}))
        try:
            return self._functions[name](arguments)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise ValidationError(f"{here}: cannot be resolved: {error!r}") from error

    def _ref(self, name: str, path: str) -> Json:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._values:
            return self._values[name]
        return self._resource(name, None, path)

    def _get_att(self, argument: Json, path: str) -> Json:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self._resource(name, attribute, path)

    def _resource(self, name: str, attribute: str | None, path: str) -> Json:
        if name not in self._resources:
            raise ValidationError(
                f"Template format error: Unresolved resource dependencies [{name}]: {path}"
            )
        try:
            return self._lookups.resource(name, attribute)
        except LookupError as error:
            raise ValidationError(f"{path}: {error.args[0]}") from error

    def _sub(self, argument: Json, path: str, *, conditions: bool) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})
        own = self._resolve(own, path, conditions=conditions)
        unknown = False

        def replace(match: re.Match[str]) -> str:
            nonlocal unknown
            name = match[1].strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                value = own[name]
            elif "." in name:
                value = self._get_att(name, path)
            else:
                value = self._ref(name, path)
            unknown = unknown or isinstance(value, Unknown)
            return _text(value)

        replaced = _PLACEHOLDER.sub(replace, text)
        return Unknown(replaced) if unknown else replaced

    def _find_in_map(self, arguments: list[str]) -> Json:
        found = self._mappings
        for key in arguments[:3]:
            found = found[_text(key)]
        return found

    @staticmethod
    def _join(arguments: list[Json]) -> str:
        separator, items = arguments
        if not isinstance(items, list):
            raise TypeError("Fn::Join needs a list")
        return str(separator).join(_text(item) for item in items)

    @staticmethod
    def _select(arguments: list[Json]) -> Json:
        index, items = arguments
        if int(index) < 0 or not isinstance(items, list):
            raise TypeError("Fn::Select needs an index and a list")
        return items[int(index)]

    @staticmethod
    def _cidr(arguments: list[Json]) -> list[str]:
        block, count, bits = [*arguments, 8][:3]
        network = ipaddress.ip_network(block)
        subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        return [str(subnet) for subnet, _ in zip(subnets, range(int(count)), strict=False)]


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise TypeError(f"a string is needed here, not {json.dumps(value)[:80]}")
    return str(value)


def _unknown_in(value: Json) -> bool:
    if isinstance(value, dict):
        return any(_unknown_in(item) for item in value.values())
    if isinstance(value, list):
        return any(_unknown_in(item) for item in value)
    return isinstance(value, Unknown)
