"""Read a template: its text, its parameters, its rules, and what it is made of."""

import json
import re
from collections.abc import Callable, Mapping

import yaml

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.intrinsics import Resolver
from secure_bedrock.emulator.values import Json, Members

_SECTIONS = {
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
}
_ATTRIBUTES = {
    "Condition",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdateReplacePolicy",
}
_POLICIES = {"Delete", "Retain", "RetainExceptOnCreate"}
_SSM_VALUE = "AWS::SSM::Parameter::Value<"
_HIDDEN = "****"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Members:
    value: Json = None
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


def _as_written(_: yaml.SafeLoader, node: yaml.Node) -> str:
    """Dates, such as the version of a policy, stay text."""
    return str(node.value)


_Loader.add_multi_constructor("!", _short_form)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def parse(text: str) -> Members:
    """The template as data, with everything in it known to the emulator's engine."""
    try:
        template = yaml.load(text, Loader=_Loader) if text.lstrip()[:1] != "{" else json.loads(text)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, json.JSONDecodeError) as error:
        raise ValidationError(f"Template format error: {error}") from error
    if not isinstance(template, dict) or not template.get("Resources"):
        raise ValidationError(
            "Template format error: At least one Resources member must be defined."
        )
    _only(set(template), _SECTIONS, "Template format error: not emulated: section")
    for name, resource in template["Resources"].items():
        _only(set(resource), _ATTRIBUTES, f"Resources.{name}: not emulated: attribute")
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            chosen = {resource.get(policy, "Delete")}
            _only(chosen, _POLICIES, f"Resources.{name}.{policy}: not emulated:")
    return template


def _only(found: set[str], known: set[str], message: str) -> None:
    if found - known:
        raise ValidationError(f"{message} {', '.join(sorted(found - known))}")


def parameter_values(
    template: Members, given: Mapping[str, str], ssm: Callable[[str], str]
) -> Members:
    """Every parameter's value, checked against what the template says of it."""
    declared = template.get("Parameters", {})
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [
        name for name, about in declared.items() if name not in given and "Default" not in about
    ]
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")
    return {
        name: _parameter(name, about, str(given.get(name, about.get("Default"))), ssm)
        for name, about in declared.items()
    }


def _parameter(name: str, about: Members, value: str, ssm: Callable[[str], str]) -> Json:
    kind = about["Type"]
    allowed = [str(item) for item in about.get("AllowedValues", [value])]
    pattern = about.get("AllowedPattern")
    if value not in allowed:
        raise ValidationError(f"Parameter '{name}' must be one of AllowedValues")
    if pattern and not re.fullmatch(pattern, value):
        raise ValidationError(f"Parameter '{name}' must match pattern {pattern}")
    if not int(about.get("MinLength", 0)) <= len(value) <= int(about.get("MaxLength", len(value))):
        raise ValidationError(f"Parameter '{name}' has {len(value)} characters, out of its range")
    if kind == "Number" and not float(about.get("MinValue", value)) <= float(value) <= float(
        about.get("MaxValue", value)
    ):
        raise ValidationError(f"Parameter '{name}' is {value}, out of its range")
    if kind.startswith(_SSM_VALUE):
        value, kind = ssm(value), kind.removeprefix(_SSM_VALUE).removesuffix(">")
    return value.split(",") if kind == "CommaDelimitedList" or kind.startswith("List<") else value


def with_defaults(template: Members, given: Mapping[str, str]) -> dict[str, str]:
    """The parameters as given, with the defaults of the others."""
    declared = template.get("Parameters", {})
    return {name: str(given.get(name, about.get("Default"))) for name, about in declared.items()}


def shown_parameters(template: Members, given: Mapping[str, str], values: Members) -> list[Members]:
    """The parameters as the API shows them: a ``NoEcho`` value is hidden."""
    shown = []
    for name, about in template.get("Parameters", {}).items():
        value = given[name]
        hidden = str(about.get("NoEcho", "")).lower() == "true"
        entry = {"ParameterKey": name, "ParameterValue": _HIDDEN if hidden else value}
        if about["Type"].startswith(_SSM_VALUE):
            entry["ResolvedValue"] = str(values[name])
        shown.append(entry)
    return shown


def check_rules(template: Members, resolver: Resolver) -> None:
    """Refuse parameters for which a rule's assertion does not hold."""
    for name, rule in template.get("Rules", {}).items():
        path = f"Rules.{name}"
        applies = rule.get("RuleCondition", {"Fn::Equals": ["", ""]})
        if not resolver.resolve(applies, path, conditions=True):
            continue
        for assertion in rule["Assertions"]:
            if not resolver.resolve(assertion["Assert"], path, conditions=True):
                reason = assertion.get("AssertDescription", "an assertion does not hold")
                raise ValidationError(f"Template constraint error: {path}: {reason}")


def names_in(definition: Members) -> set[str]:
    """The logical ids that ``DependsOn`` names."""
    named = definition.get("DependsOn", [])
    return {named} if isinstance(named, str) else set(named)
