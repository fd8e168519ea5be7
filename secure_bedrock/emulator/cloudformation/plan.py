"""What a template asks for, before anything is done: resources in order, and how they differ."""

import graphlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

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
    seen: set[str] = set()
    imports: set[str] = set()

    def imported(name: str) -> str:
        imports.add(name)
        return lookups.export(name)

    def placeholder(name: str, attribute: str | None) -> Unknown:
        if name not in included:
            raise LookupError(f"{name} is not created: its condition does not hold")
        seen.add(name)
        return Unknown(f"<{name}.{attribute}>" if attribute else f"<{name}>")

    resolver = Resolver(
        template,
        values,
        Lookups(placeholder, imported, lookups.zones, lookups.dynamic),
    )
    check_rules(template, resolver)
    resources = template["Resources"]
    included = {name for name, found in resources.items() if _holds(found, resolver)}
    needs: dict[str, frozenset[str]] = {}
    preview = {}
    for name in resources:
        if name not in included:
            continue
        seen.clear()
        preview[name] = _preview(resources[name], resolver, f"Resources.{name}")
        needs[name] = frozenset((seen | names_in(resources[name])) & included)
    outputs = {
        name: resolver.resolve(found, f"Outputs.{name}")
        for name, found in template.get("Outputs", {}).items()
        if _holds(found, resolver)
    }
    return Plan(
        text=text,
        template=template,
        values=values,
        parameters=parameters,
        tags=tags,
        order=_order(needs),
        needs=needs,
        preview=preview,
        outputs=outputs,
        imports=frozenset(imports),
    )


def _holds(definition: Members, resolver: Resolver) -> bool:
    return "Condition" not in definition or resolver.condition(definition["Condition"])


def _preview(definition: Members, resolver: Resolver, path: str) -> Members:
    properties = resolver.resolve(definition.get("Properties", {}), f"{path}.Properties")
    return {**definition, "Properties": properties}


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
