"""What a template asks for, before anything is done: resources in order, and how they differ."""

import graphlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.intrinsics import Lookups, Resolver, Unknown
from secure_bedrock.emulator.cloudformation.schema import is_replaced
from secure_bedrock.emulator.cloudformation.template import check_rules, names_in
from secure_bedrock.emulator.values import Members


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One template with its parameters, ready to be carried out.

    Attributes:
        template: The parsed template.
        values: Parameters and pseudo parameters.
        parameters: The parameters as given.
        order: Logical ids whose condition holds, dependencies first.
        needs: For each of them, the ids it depends on.
        preview: For each of them, its definition with unknown attributes left as placeholders.
        outputs: Likewise for the outputs.
        imports: The names of the exports it uses.
    """

    text: str
    template: Members
    values: Members
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    order: tuple[str, ...]
    needs: Mapping[str, frozenset[str]]
    preview: Mapping[str, Members]
    outputs: Members
    imports: frozenset[str]

    def definition(self, name: str) -> Members:
        """The resource as the template defines it."""
        return dict(self.template["Resources"][name])

    def same_as(self, other: "Plan") -> bool:
        """Whether carrying this out over the other would change nothing."""
        return (self.preview, self.outputs, self.tags) == (other.preview, other.outputs, other.tags)


def make_plan(
    *,
    text: str,
    template: Members,
    parameters: Mapping[str, str],
    values: Members,
    tags: Mapping[str, str],
    lookups: Lookups,
) -> Plan:
    """Evaluate conditions and rules, find the order, and resolve what can be resolved now."""
    collected = _Collected(template, values, lookups)
    check_rules(template, collected.resolver)
    preview, needs = collected.resources()
    return Plan(
        text=text,
        template=template,
        values=values,
        parameters=parameters,
        tags=tags,
        order=_order(needs),
        needs=needs,
        preview=preview,
        outputs=collected.outputs(),
        imports=frozenset(collected.imports),
    )


class _Collected:
    """Resolves what can be resolved before anything exists, and notes who refers to whom."""

    def __init__(self, template: Members, values: Members, lookups: Lookups) -> None:
        self._template = template
        self._lookups = lookups
        self._seen: set[str] = set()
        self.imports: set[str] = set()
        ours = replace(lookups, resource=self._placeholder, export=self._import)
        self.resolver = Resolver(template, values, ours)
        self._included = {
            name for name, found in template["Resources"].items() if self._holds(found)
        }

    def resources(self) -> tuple[dict[str, Members], dict[str, frozenset[str]]]:
        """The included resources with placeholders, and what each of them depends on."""
        preview, needs = {}, {}
        for name, definition in self._template["Resources"].items():
            if name not in self._included:
                continue
            self._seen.clear()
            properties = self.resolver.resolve(
                definition.get("Properties", {}), f"Resources.{name}.Properties"
            )
            preview[name] = {**definition, "Properties": properties}
            needs[name] = frozenset((self._seen | names_in(definition)) & self._included)
        return preview, needs

    def outputs(self) -> Members:
        """The included outputs with placeholders."""
        return {
            name: self.resolver.resolve(found, f"Outputs.{name}")
            for name, found in self._template.get("Outputs", {}).items()
            if self._holds(found)
        }

    def _placeholder(self, name: str, attribute: str | None) -> Unknown:
        if name not in self._included:
            raise LookupError(f"{name} is not created: its condition does not hold")
        self._seen.add(name)
        return Unknown(f"<{name}.{attribute}>" if attribute else f"<{name}>")

    def _import(self, name: str) -> str:
        self.imports.add(name)
        return self._lookups.export(name)

    def _holds(self, definition: Members) -> bool:
        return "Condition" not in definition or self.resolver.condition(definition["Condition"])


def _order(needs: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    try:
        return tuple(graphlib.TopologicalSorter(needs).static_order())
    except graphlib.CycleError as error:
        cycle = ", ".join(sorted(set(error.args[1])))
        raise ValidationError(f"Circular dependency between resources: [{cycle}]") from error


def differences(old: Plan | None, new: Plan) -> list[Members]:
    """What changes from what is deployed, as ``DescribeChangeSet`` lists it."""
    before: Mapping[str, Members] = old.preview if old else {}
    changes = []
    for name in [*new.order, *(name for name in before if name not in new.preview)]:
        was, becomes = before.get(name), new.preview.get(name)
        if was != becomes:
            changes.append(_difference(name, was, becomes))
    return changes


def _difference(name: str, was: Members | None, becomes: Members | None) -> Members:
    change: Members = {"LogicalResourceId": name, "ResourceType": (becomes or was or {})["Type"]}
    if was is None or becomes is None:
        change["Action"] = "Add" if was is None else "Remove"
        return {"Type": "Resource", "ResourceChange": change}
    changed = changed_properties(was["Properties"], becomes["Properties"])
    replaced = was["Type"] != becomes["Type"] or is_replaced(
        becomes["Type"], was["Properties"], becomes["Properties"]
    )
    change |= {
        "Action": "Modify",
        "Replacement": "True" if replaced else "False",
        "Scope": ["Properties"] if changed else ["Metadata"],
        "Details": [
            {
                "Target": {"Attribute": "Properties", "Name": item},
                "Evaluation": "Static",
                "ChangeSource": "DirectModification",
            }
            for item in sorted(changed)
        ],
    }
    return {"Type": "Resource", "ResourceChange": change}


def changed_properties(old: Members, new: Members) -> set[str]:
    """The names of the properties that differ."""
    return {name for name in {*old, *new} if _canonical(old, name) != _canonical(new, name)}


def _canonical(properties: Members, name: str) -> str:
    return json.dumps(properties.get(name), sort_keys=True, default=str)
