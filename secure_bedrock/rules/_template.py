"""A CloudFormation template in one world: every condition decided, every intrinsic resolved."""

from collections.abc import Mapping
from typing import Any

from secure_bedrock.rules._node import MISSING, Node, Path
from secure_bedrock.rules._resolve import resolve
from secure_bedrock.rules._text import Reference
from secure_bedrock.rules._worlds import World, section


class Resource:
    """A resource: ``resource["KmsKeyArn"]`` is the node of that property.

    Attributes:
        logical_id: Its name in the template.
        type: Such as ``AWS::Bedrock::Guardrail``; empty when the template gives none.
        template: The template (in one world) it stands in.
    """

    __slots__ = ("_raw", "logical_id", "path", "properties", "template", "type")

    def __init__(self, logical_id: str, raw: Mapping[str, Any], template: "Template") -> None:
        kind = raw.get("Type")
        self._raw = raw
        self.logical_id = logical_id
        self.type = kind if isinstance(kind, str) else ""
        self.template = template
        self.path: Path = ("Resources", logical_id)
        self.properties = self.attribute("Properties")

    @property
    def shown(self) -> str:
        """What a message says about the resource as a whole."""
        return self.type

    def __getitem__(self, key: str) -> Node:
        if self.properties.missing:
            return Node(MISSING, (*self.path, "Properties", key), self.template)
        return self.properties[key]

    def attribute(self, name: str) -> Node:
        """A resource attribute: ``DeletionPolicy``, ``Metadata``, ``DependsOn``."""
        return self.template.node(self._raw.get(name), (*self.path, name))


class Template:
    """What rules see.

    Attributes:
        resources: Logical id to resource, without those whose condition is false in this world.
        region: The Region it is deployed to, when known.
        account: The account it is deployed to, when known.
        world: The outcome of the conditions.
        imports: Values of exports of other templates, by export name.
        arguments: Values known from other templates: of parameters by name, which a parent stack
            passes, and of nested stacks as ``Nested.Outputs.Name``.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        *,
        world: World | None = None,
        region: str | None = None,
        account: str | None = None,
        imports: Mapping[str, Node] | None = None,
        arguments: Mapping[str, Node] | None = None,
    ) -> None:
        self.raw = raw
        self.world = world or World()
        self.region = region
        self.account = account
        self.imports = imports or {}
        self.arguments = arguments or {}
        self.cache: dict[str, Any] = {}
        self.resolved: dict[int | tuple[str, str], tuple[object, Node]] = {}
        self._by_type: dict[str, list[Resource]] = {}
        self.resources = {
            str(logical_id): Resource(str(logical_id), resource, self)
            for logical_id, resource in section(raw, "Resources").items()
            if isinstance(resource, dict) and self._exists(resource)
        }
        for resource in self.resources.values():
            self._by_type.setdefault(resource.type, []).append(resource)

    @property
    def types(self) -> frozenset[str]:
        """Every resource type that occurs."""
        return frozenset(self._by_type)

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of some types, in the order of the types and of the template."""
        return [resource for each in types for resource in self._by_type.get(each, ())]

    def node(self, raw: object, path: Path) -> Node:
        """The node of a raw value at a path."""
        return resolve(raw, path, self)

    def follow(self, reference: Reference | None) -> Resource | None:
        """The resource that a reference names, if it is in this template and this world."""
        if reference is None or reference.origin != "resource":
            return None
        return self.resources.get(reference.name)

    def _exists(self, resource: Mapping[str, Any]) -> bool:
        condition = resource.get("Condition")
        return not isinstance(condition, str) or self.world.holds(condition)
