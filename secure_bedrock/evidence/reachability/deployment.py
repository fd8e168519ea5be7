"""Templates with where each goes, read together: who is who across stacks, accounts and Regions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network
from typing import Any

from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Resource, Template
from secure_bedrock.rules._worlds import section, single, worlds

_APART = ("DefaultSecurityGroup", "DefaultNetworkAcl", "CidrBlock")
_NO_ID = re.compile(r"Custom::|AWS::CloudFormation::")
_ENDPOINT_NAME = re.compile(r"(vpce-[0-9a-zA-Z]+)-")
_DEPTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A template and where it is deployed.

    What exists without a template of yours is described by a small one of its own, with its ids as
    ``values``.

    Attributes:
        template: The parsed template.
        name: Name of the stack, for the answers.
        account: Account it is deployed to.
        region: Region it is deployed to.
        parameters: Values of the template's parameters.
        values: Physical ids by logical id, where other templates write them down.
    """

    template: Mapping[str, Any]
    name: str
    account: str
    region: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


class Stack:
    """A deployment with its conditions decided by parameters and defaults."""

    def __init__(self, deployment: Deployment, estate: "Estate") -> None:
        given = {
            **deployment.parameters,
            "AWS::Region": deployment.region,
            "AWS::AccountId": deployment.account,
        }
        self.possible = worlds(deployment.template, given)
        empty = Template({})
        self.template = Template(
            deployment.template,
            world=self.possible[0],
            region=deployment.region,
            account=deployment.account,
            arguments={k: Node(v, (), empty) for k, v in deployment.parameters.items()},
        )
        self.deployment = deployment
        self.name = deployment.name
        self.place = (deployment.account, deployment.region)
        self.estate = estate

    def text(self, raw: object) -> str | None:
        """A text, if all of it is known."""
        key, name = single(raw)
        if key == "Fn::ImportValue":
            found = self.estate.exported(self, name)
            return found[0].text(found[1]) if found else None
        node = self.template.node(raw, ())
        return None if node.missing else node.literal

    def key(self, raw: object, depth: int = 0) -> str | None:  # noqa: PLR0911 - one answer for each function
        """What a value names: the same text wherever the same thing is meant; None if unknown."""
        if isinstance(raw, str):
            return None if "{{resolve:" in raw else self.estate.known(raw)
        function, argument = single(raw)
        if depth > _DEPTH or not function:
            return None
        if function == "Ref" and isinstance(argument, str):
            if argument in self.template.resources:
                return self._resource(argument, "")
            return self._literal(raw)
        if function == "Fn::GetAtt":
            parts = argument.split(".", 1) if isinstance(argument, str) else argument
            return self._resource(str(parts[0]), ".".join(map(str, parts[1:])))
        if function == "Fn::ImportValue":
            found = self.estate.exported(self, argument)
            return found[0].key(found[1], depth + 1) if found else None
        if function == "Fn::If" and isinstance(argument, list) and len(argument) == 3:  # noqa: PLR2004
            return self.key(argument[1 if self.template.world.holds(argument[0]) else 2], depth + 1)
        return self._literal(raw)

    def within(self, raw: object) -> str | None:
        """The one resource that an ARN, or a part of a list or text, is made of."""
        found = set(_inside(self, raw, 0))
        if len(found) == 1:
            return next(iter(found))
        text = self.text(raw)
        if text is None:
            return None
        named = _ENDPOINT_NAME.match(text)
        return self.estate.known(named[1] if named else text.rpartition("/")[2])

    def _resource(self, logical_id: str, attribute: str) -> str | None:
        resource = self.template.resources.get(logical_id)
        if resource is None or _NO_ID.match(resource.type):
            return None
        suffix = f".{attribute}" if attribute in _APART else ""
        return f"{self.name}/{logical_id}{suffix}"

    def _literal(self, raw: object) -> str | None:
        text = self.text(raw)
        return None if text is None else self.estate.known(text)


def _inside(stack: Stack, raw: object, depth: int) -> Iterator[str]:
    """Every resource that a value refers to, here or in the stack it is imported from."""
    function, argument = single(raw)
    if function == "Fn::ImportValue":
        if (found := stack.estate.exported(stack, argument)) and depth < _DEPTH:
            yield from _inside(*found, depth + 1)
    elif function in {"Ref", "Fn::GetAtt"}:
        key = stack.key(raw)
        if key is not None and stack.estate.resource(key):
            yield key
    elif depth < _DEPTH:
        members = raw.values() if isinstance(raw, Mapping) else raw
        for each in (
            members if isinstance(members, Iterable) and not isinstance(members, str) else ()
        ):
            if not isinstance(each, str):
                yield from _inside(stack, each, depth + 1)


@dataclass(frozen=True, slots=True)
class Item:
    """A resource of an estate."""

    stack: Stack
    resource: Resource

    @property
    def id(self) -> str:
        """What names it everywhere."""
        return f"{self.stack.name}/{self.resource.logical_id}"

    @property
    def shown(self) -> str:
        """Its construct path if the template tells, otherwise stack and logical id."""
        path = self.resource.attribute("Metadata")["aws:cdk:path"].literal
        return path.removesuffix("/Resource") if path else self.id

    def raw(self, name: str) -> object:
        """A property as written."""
        properties = self.resource.properties.value
        return properties.get(name) if isinstance(properties, dict) else None

    def has(self, name: str) -> bool:
        """Whether a property is given."""
        return not self.resource[name].missing

    def key(self, name: str) -> str | None:
        """What a property names."""
        return self.stack.key(self.raw(name))

    def keys(self, name: str) -> list[str | None]:
        """What the members of a list name; one None for a list that is not known."""
        raw = self.raw(name)
        if raw is None:
            return []
        return [self.stack.key(each) for each in raw] if isinstance(raw, list) else [None]

    def text(self, name: str) -> str | None:
        """A property's text, if it is known."""
        return self.stack.text(self.raw(name)) if self.has(name) else None

    def network(self, name: str) -> IPv4Network | None:
        """A property's IPv4 range, if it is known."""
        return self.stack.estate.network(self.stack, self.raw(name))


class Estate:
    """All deployments together.

    Raises:
        ValueError: Two deployments with the same name.
    """

    def __init__(self, deployments: Sequence[Deployment]) -> None:
        names = [each.name for each in deployments]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is given more than once: name each stack apart")
        self._ids = {
            value: f"{each.name}/{logical_id}"
            for each in deployments
            for logical_id, value in each.values.items()
        }
        self.stacks = [Stack(each, self) for each in deployments]
        self.cache: dict[object, Any] = {}

    def known(self, text: str) -> str:
        """The resource that a physical id belongs to, otherwise the id itself."""
        return self._ids.get(text, text)

    def of_type(self, *types: str) -> list[Item]:
        """Resources of some types in all stacks."""
        if types not in self.cache:
            self.cache[types] = [
                Item(stack, resource)
                for stack in self.stacks
                for resource in stack.template.of_type(*types)
            ]
        found: list[Item] = self.cache[types]
        return found

    def resource(self, key: str) -> bool:
        """Whether a key is that of a resource of the templates."""
        name, _, logical_id = key.rpartition("/")
        return any(s.name == name and logical_id in s.template.resources for s in self.stacks)

    def item(self, key: str | None, *types: str) -> Item | None:
        """The resource with a key."""
        return next((each for each in self.of_type(*types) if each.id == key), None)

    def exported(self, importer: Stack, name: object) -> tuple[Stack, object] | None:
        """What an export of the same account and Region is."""
        text = importer.text(name)
        return self._exports.get((importer.place, text)) if text else None

    def network(self, stack: Stack, raw: object) -> IPv4Network | None:
        """An IPv4 range, also where it is that of a VPC or a subnet."""
        text = stack.text(raw) or ""
        key = stack.key(raw) or ""
        if not text and key.endswith(".CidrBlock"):
            owner = self.item(key.removesuffix(".CidrBlock"), "AWS::EC2::VPC", "AWS::EC2::Subnet")
            return owner.network("CidrBlock") if owner else None
        try:
            return IPv4Network(text)
        except ValueError:
            return None

    @cached_property
    def _exports(self) -> dict[tuple[tuple[str, str], str], tuple[Stack, object]]:
        found: dict[tuple[tuple[str, str], str], tuple[Stack, object]] = {}
        for stack in self.stacks:
            for output in section(stack.template.raw, "Outputs").values():
                export = output.get("Export") if isinstance(output, dict) else None
                name = stack.text(export.get("Name")) if isinstance(export, dict) else None
                if name:
                    found[stack.place, name] = (stack, output.get("Value"))
        return found
