"""Templates read together: who is who across stacks, accounts and Regions."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network
from typing import Any

from secure_bedrock.evidence.reachability.deployment import Deployment, Stack
from secure_bedrock.rules._template import Resource
from secure_bedrock.rules._worlds import section


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
