"""Conditions: the different templates that one template can become.

A template is judged in every combination of the parameter values that its conditions distinguish,
so that a rule never meets ``Fn::If``. Combinations that contradict each other (``IsProd`` and its
negation, two values of one parameter) do not arise. Above ``_MOST`` combinations the conditions
are varied one at a time around the parameters' defaults.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from secure_bedrock.rules._brief import brief

_MOST = 16
_DEPTH = 30
_LONGEST = 500
_IGNORED = "AWS::CDK::Metadata"
_HOLDERS = (dict, list)

OTHER = None  # a parameter value that no condition names


@dataclass(frozen=True, slots=True)
class World:
    """One outcome of the template's conditions.

    Attributes:
        conditions: The template's Conditions section.
        choices: Value of each parameter that is compared, and of each comparison that is opaque.
        named: The values that the conditions compare each parameter with.
    """

    conditions: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, str | bool | None] = field(default_factory=dict)
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def holds(self, name: object) -> bool:
        """Whether a condition is true here."""
        return self._evaluate({"Condition": name}, 0)

    def _evaluate(self, raw: object, depth: int) -> bool:
        key, value = single(raw)
        if depth < _DEPTH and key == "Condition" and isinstance(value, str):
            if value in self.conditions:
                return self._evaluate(self.conditions[value], depth + 1)
        elif depth < _DEPTH and key in _BOOLEAN and isinstance(value, list):
            results = [self._evaluate(each, depth + 1) for each in value]
            return {"Fn::And": all, "Fn::Or": any, "Fn::Not": _not_all}[key](results)
        elif key == "Fn::Equals" and isinstance(value, list) and len(value) == 2:  # noqa: PLR2004
            return self._equal(raw, *value)
        return bool(self.choices.get(_opaque(raw), True))

    def _equal(self, raw: object, left: object, right: object) -> bool:
        name, literal = comparison(left, right)
        if name is not None:
            return self.choices.get(name, OTHER) == literal
        if is_scalar(left) and is_scalar(right):
            return str(left) == str(right)
        return bool(self.choices.get(_opaque(raw), True))


_BOOLEAN = ("Fn::And", "Fn::Or", "Fn::Not")


def worlds(template: Mapping[str, Any], fixed: Mapping[str, str]) -> list[World]:
    """The worlds to judge a template in, the one with the parameters' defaults first."""
    conditions = section(template, "Conditions")
    variables: dict[str, set[str]] = {}
    opaque: dict[str, None] = {}
    for name in sorted(set(_used(section(template, "Resources")))):
        _collect({"Condition": name}, conditions, variables, opaque, 0)
    parameters = section(template, "Parameters")
    domains: dict[str, list[str | bool | None]] = {
        name: _domain(parameters.get(name), literals, fixed.get(name))
        for name, literals in variables.items()
    }
    domains.update({key: [True, False] for key in opaque})
    size = 1
    for domain in domains.values():
        size *= len(domain)
    if size <= _MOST:
        combined = [
            dict(zip(domains, choice, strict=True)) for choice in product(*domains.values())
        ]
    else:
        base = {name: domain[0] for name, domain in domains.items()}
        combined = [base]
        combined += [base | {name: v} for name, domain in domains.items() for v in domain[1:]]
    named = {name: frozenset(literals) for name, literals in variables.items()}
    return [World(conditions, choices, named) for choices in combined]


def single(raw: object) -> tuple[str, Any]:
    """Key and value of an object with one member; otherwise an empty key."""
    if isinstance(raw, dict) and len(raw) == 1:
        ((key, value),) = raw.items()
        if isinstance(key, str):
            return key, value
    return "", None


def comparison(left: object, right: object) -> tuple[str | None, str]:
    """A comparison of a parameter with a literal, as name and literal."""
    for one, other in ((left, right), (right, left)):
        key, name = single(one)
        if key == "Ref" and isinstance(name, str) and is_scalar(other):
            return name, str(other)
    return None, ""


def is_scalar(raw: object) -> bool:
    """Whether a value is a string, a number or a boolean."""
    return isinstance(raw, str | int | float)


def section(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A section of a template; empty when it is missing or not an object."""
    found = template.get(name)
    return found if isinstance(found, dict) else {}


def _not_all(results: list[bool]) -> bool:
    return not all(results)


def _opaque(raw: object) -> str:
    shown = brief(raw, _LONGEST)
    return shown if len(shown) < _LONGEST else f"{id(raw)}"


def _used(resources: Mapping[str, Any]) -> Iterator[str]:
    """Names of the conditions that decide something about a resource."""
    stack: list[Any] = [r for r in resources.values() if not _metadata_resource(r)]
    for resource in stack:
        if isinstance(resource, dict) and isinstance(resource.get("Condition"), str):
            yield resource["Condition"]
    seen: set[int] = set()
    while stack:
        raw = stack.pop()
        if id(raw) in seen:
            continue
        seen.add(id(raw))
        if isinstance(raw, dict):
            if "Fn::If" in raw:
                chosen = raw["Fn::If"]
                if isinstance(chosen, list) and chosen and isinstance(chosen[0], str):
                    yield chosen[0]
            raw = raw.values()
        elif not isinstance(raw, list):
            continue
        stack += [each for each in raw if isinstance(each, _HOLDERS)]


def _metadata_resource(raw: object) -> bool:
    return isinstance(raw, dict) and raw.get("Type") == _IGNORED


def _collect(
    raw: object,
    conditions: Mapping[str, Any],
    variables: dict[str, set[str]],
    opaque: dict[str, None],
    depth: int,
) -> None:
    key, value = single(raw)
    if depth < _DEPTH and key == "Condition" and isinstance(value, str) and value in conditions:
        _collect(conditions[value], conditions, variables, opaque, depth + 1)
    elif depth < _DEPTH and key in _BOOLEAN and isinstance(value, list):
        for each in value:
            _collect(each, conditions, variables, opaque, depth + 1)
    elif key == "Fn::Equals" and isinstance(value, list) and len(value) == 2:  # noqa: PLR2004
        name, literal = comparison(*value)
        if name is not None:
            variables.setdefault(name, set()).add(literal)
        elif not (is_scalar(value[0]) and is_scalar(value[1])):
            opaque[_opaque(raw)] = None
    else:
        opaque[_opaque(raw)] = None


def _domain(parameter: object, literals: set[str], fixed: str | None) -> list[str | bool | None]:
    """The values of a parameter that matter, its default first."""
    if fixed is not None:
        return [fixed]
    declared = parameter if isinstance(parameter, dict) else {}
    default = declared.get("Default")
    allowed = declared.get("AllowedValues")
    values: list[str | bool | None] = [*sorted(literals), OTHER]
    if isinstance(allowed, list) and allowed:
        permitted = {str(each) for each in allowed}
        rest: list[str | bool | None] = [OTHER] if permitted - literals else []
        values = [*sorted(literals & permitted), *rest] or [OTHER]
    first = str(default) if is_scalar(default) and str(default) in literals else OTHER
    return sorted(values, key=lambda value: value != first)
