"""Event patterns of Amazon EventBridge, evaluated as its User Guide says.

Stricter than moto, which takes an operator it does not know for a match and does not look into
lists of objects. What the guide does not have is refused. Source: EventBridge User Guide, "Amazon
EventBridge event patterns" and "Comparison operators for use in event patterns".
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any

LONGEST = 2_048

_COMPARISONS = {
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
_SCALAR = (str, bool, int, float, type(None))


class InvalidPatternError(ValueError):
    """EventBridge would not take the pattern."""


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether EventBridge would deliver the event.

    Raises:
        InvalidPatternError: It is no pattern.
    """
    check(pattern)
    return _matches(pattern, event)


def check(pattern: Mapping[str, Any]) -> None:
    """Refuse what EventBridge would refuse.

    Raises:
        InvalidPatternError: It is no pattern.
    """
    length = len(json.dumps(pattern, separators=(",", ":")))
    if length > LONGEST:
        raise InvalidPatternError(f"{length} characters, at most {LONGEST}")
    _check(pattern, "$")


def _check(pattern: Mapping[str, Any], path: str) -> None:
    if not pattern:
        raise InvalidPatternError(f"{path} is empty")
    for name, wanted in pattern.items():
        here = f"{path}.{name}"
        if isinstance(wanted, Mapping):
            _check(wanted, here)
        elif not isinstance(wanted, list) or not wanted:
            raise InvalidPatternError(f"{here} is no object and no list with something in it")
        elif name == "$or":
            if len(wanted) < 2:  # noqa: PLR2004 - a choice
                raise InvalidPatternError(f"{here} has one choice")
            for number, choice in enumerate(wanted):
                _check(choice, f"{here}[{number}]")
        else:
            for each in wanted:
                _check_leaf(each, here)


def _check_leaf(wanted: object, path: str) -> None:
    if isinstance(wanted, _SCALAR):
        return
    if not isinstance(wanted, Mapping) or len(wanted) != 1:
        raise InvalidPatternError(f"{path} has {wanted!r}")
    ((operator, value),) = wanted.items()
    kinds: dict[str, type | tuple[type, ...]] = {
        "anything-but": (str, int, float, list, Mapping),
        "cidr": str,
        "equals-ignore-case": str,
        "exists": bool,
        "numeric": list,
        "prefix": (str, Mapping),
        "suffix": (str, Mapping),
        "wildcard": str,
    }
    if operator not in kinds or not isinstance(value, kinds[operator]):
        raise InvalidPatternError(f"{path} has {wanted!r}")


def _matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    return all(_member(name, wanted, event) for name, wanted in pattern.items())


def _member(name: str, wanted: Any, event: Mapping[str, Any]) -> bool:  # noqa: ANN401 - any JSON
    if name == "$or":
        return any(_matches(choice, event) for choice in wanted)
    value = event.get(name)
    if isinstance(wanted, Mapping):
        below = value if isinstance(value, list) else [value]
        return any(_matches(wanted, each if isinstance(each, Mapping) else {}) for each in below)
    if name not in event or isinstance(value, Mapping):
        return {"exists": False} in wanted
    values = value if isinstance(value, list) else [value]
    return any(_leaf(each, found) for each in wanted for found in values)


def _leaf(wanted: Any, value: Any) -> bool:  # noqa: ANN401 - any JSON
    if not isinstance(wanted, Mapping):
        return type(wanted) is type(value) and bool(wanted == value)
    ((operator, argument),) = wanted.items()
    if operator == "exists":
        return bool(argument)
    if operator == "anything-but":
        return _anything_but(argument, value)
    if operator == "numeric":
        return _numeric(argument, value)
    return isinstance(value, str) and _text(operator, argument, value)


def _text(operator: str, argument: Any, value: str) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(argument, Mapping):
        return _text(operator, argument["equals-ignore-case"].lower(), value.lower())
    if operator == "prefix":
        return value.startswith(argument)
    if operator == "suffix":
        return value.endswith(argument)
    if operator == "equals-ignore-case":
        return value.lower() == str(argument).lower()
    if operator == "wildcard":
        return re.fullmatch(".*".join(map(re.escape, argument.split("*"))), value) is not None
    return ipaddress.ip_address(value) in ipaddress.ip_network(argument)


def _anything_but(argument: Any, value: Any) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(argument, Mapping):
        return not _leaf(argument, value)
    return value not in (argument if isinstance(argument, list) else [argument])


def _numeric(argument: list[Any], value: Any) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    pairs = zip(argument[::2], argument[1::2], strict=True)
    return all(_COMPARISONS[operator](value, number) for operator, number in pairs)
