"""What refers to what in templates that are deployed together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from secure_bedrock.evidence.access_map.stacks import StackView, read_stacks
from secure_bedrock.evidence.anchors import resource_anchor, without_wrappers
from secure_bedrock.findings.located import shown
from secure_bedrock.rules import Source
from secure_bedrock.rules._template import Resource
from secure_bedrock.rules._worlds import section

_UNKNOWN = ("unknown-region", "unknown-account")
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")
_IGNORED = {"AWS::CDK::Metadata"}


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A resource.

    Attributes:
        resource: The resource.
        view: Its stack.
        template: Its file, as people name it.
        path: Its construct path; empty if there is none.
    """

    resource: Resource
    view: StackView
    template: str
    path: str

    @property
    def type(self) -> str:
        """Such as ``AWS::KMS::Key``."""
        return self.resource.type

    @property
    def id(self) -> str:
        """Unlike every other; also where links to it lead."""
        return resource_anchor(self.template, self.resource.logical_id)

    @property
    def name(self) -> str:
        """Construct path without the stack, otherwise the logical id."""
        own = self.path if self.path != self.view.name else ""
        path = without_wrappers(own or self.view.shown(self.resource))
        return path.removeprefix(f"{self.view.name}/") or path

    @property
    def noun(self) -> str:
        """The type in few words."""
        return self.type.removeprefix("AWS::").replace("::", " ")


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A reference from one resource to another.

    Attributes:
        user: What refers.
        path: Keys of the property it stands in, joined with dots.
        used: What is referred to.
    """

    user: Thing
    path: str
    used: Thing


class Graph:
    """Resources and references between them, across stacks where exports lead.

    Args:
        sources: The templates.
        names: File, as people name it, and logical id to construct path, where the templates
            themselves do not say.
    """

    def __init__(
        self, sources: Sequence[Source], names: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        known = names or {}
        region, account = _UNKNOWN
        self.views = read_stacks(sources, region=region, account=account)
        self._by_view = {
            id(view): {
                logical_id: Thing(
                    resource,
                    view,
                    shown(source.path),
                    known.get((shown(source.path), logical_id), ""),
                )
                for logical_id, resource in view.template.resources.items()
                if resource.type not in _IGNORED
            }
            for view, source in zip(self.views, sources, strict=True)
        }
        self._exports: dict[str, Thing] = {}
        self._read_exports()

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """Every resource."""
        return tuple(thing for things in self._by_view.values() for thing in things.values())

    def of_type(self, *types: str) -> tuple[Thing, ...]:
        """Resources of some types, in the order of the templates."""
        return tuple(thing for thing in self.things if thing.type in types)

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every reference from the properties of a resource."""
        return tuple(
            Use(thing, path, used)
            for thing in self.things
            for path, used in self._used_by(thing)
            if used is not thing
        )

    def of(self, thing: Thing, path: str, *types: str) -> Thing | None:
        """The resource of one of some types that a property refers to."""
        for each_path, used in self._used_by(thing):
            if each_path.startswith(path) and used.type in types:
                return used
        return None

    def _used_by(self, thing: Thing) -> Iterator[tuple[str, Thing]]:
        raw = section(section(thing.view.template.raw, "Resources"), thing.resource.logical_id)
        seen: set[tuple[str, str]] = set()
        for path, used in self._references(thing.view, section(raw, "Properties"), ""):
            if (path, used.id) not in seen:
                seen.add((path, used.id))
                yield path, used

    def _references(self, view: StackView, raw: Any, path: str) -> Iterator[tuple[str, Thing]]:  # noqa: ANN401 - any JSON value
        stack = [(raw, path)]
        while stack:
            value, where = stack.pop()
            if isinstance(value, list):
                stack += [(each, where) for each in reversed(value)]
            elif isinstance(value, dict):
                if len(value) == 1:
                    found = list(self._named(view, *next(iter(value.items()))))
                    yield from ((where, thing) for thing in found)
                stack += [
                    (each, where if key.startswith("Fn::") else f"{where}.{key}".lstrip("."))
                    for key, each in reversed(value.items())
                    if isinstance(key, str)
                ]

    def _named(self, view: StackView, function: str, argument: Any) -> Iterator[Thing]:  # noqa: ANN401 - any JSON value
        things = self._by_view[id(view)]
        names: list[str] = []
        if function == "Ref" and isinstance(argument, str):
            names = [argument]
        elif function == "Fn::GetAtt":
            parts = argument.split(".") if isinstance(argument, str) else argument
            names = [str(parts[0])] if isinstance(parts, list) and parts else []
        elif function == "Fn::Sub":
            text = argument[0] if isinstance(argument, list) and argument else argument
            names = _PLACEHOLDER.findall(text) if isinstance(text, str) else []
        elif function == "Fn::ImportValue":
            exported = self._exports.get(view.text(view.template.node(argument, ())))
            if exported is not None:
                yield exported
        yield from (things[name] for name in names if name in things)

    def _read_exports(self) -> None:
        """Note which resource each export leads to; one stack may hand on what another exports."""
        for _ in self.views:
            known = dict(self._exports)
            for view in self.views:
                for name, output in section(view.template.raw, "Outputs").items():
                    self._read_export(view, name, output)
            if known == self._exports:
                break

    def _read_export(self, view: StackView, name: str, output: object) -> None:
        if not isinstance(output, dict):
            return
        node = view.template.node(output, ("Outputs", name))["Export"]["Name"]
        values = self._references(view, {"Value": output.get("Value")}, "")
        thing = next((used for _, used in values), None)
        if not node.missing and thing is not None:
            self._exports[view.text(node)] = thing
