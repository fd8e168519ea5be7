"""Make, change and remove the resources of one stack, declared or custom."""

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from secure_bedrock.emulator.cloudformation.errors import ResourceError
from secure_bedrock.emulator.cloudformation.schema import has_attribute
from secure_bedrock.emulator.resources.driver import Driver, Live, given_name
from secure_bedrock.emulator.resources.registry import TYPES, is_custom
from secure_bedrock.emulator.values import Json, Members

if TYPE_CHECKING:
    from secure_bedrock.emulator.cloudformation.stack import Resource
    from secure_bedrock.emulator.custom_resources import CustomResources

_SUFFIX = 12


class Workshop:
    """Carries out single resources.

    Args:
        stack_name: Part of generated names.
        client: boto3 client by service name.
        values: What declarations may name: region, account, partition, suffix, location.
        custom: Carries out custom resources.
    """

    def __init__(
        self,
        *,
        stack_name: str,
        client: Callable[[str], Json],
        values: Mapping[str, Json],
        custom: "CustomResources",
    ) -> None:
        self._stack_name = stack_name
        self._client = client
        self._values = values
        self._custom = custom

    def create(self, resource: "Resource") -> Live:
        """Make the resource."""
        if is_custom(resource.type):
            return self._custom.create(resource)
        return self._driver(resource).create(resource.properties)

    def update(self, old: "Resource", new: "Resource") -> Live:
        """Change the resource in place."""
        live = _existing(old)
        if is_custom(new.type):
            return self._custom.update(old, new)
        driver = self._driver(new, live.name)
        return driver.update(live.physical_id, old.properties, new.properties)

    def delete(self, resource: "Resource") -> None:
        """Remove the resource."""
        live = _existing(resource)
        if is_custom(resource.type):
            self._custom.delete(resource)
        else:
            self._driver(resource, live.name).delete(live.physical_id, resource.properties)

    def attribute(self, resource: "Resource", name: str) -> Json:
        """What ``Fn::GetAtt`` gives."""
        live = _existing(resource)
        if is_custom(resource.type):
            if name not in live.document:
                raise LookupError(f"the function's answer has no {name} in its data")
            return live.document[name]
        kind = TYPES[resource.type]
        known = (*kind.attributes, *resource.properties)
        if name not in known and not has_attribute(resource.type, name):
            raise LookupError(f"{resource.type} has no attribute {name}")
        return self._driver(resource, live.name).attribute(live, name, resource.properties)

    def with_stack_tags(
        self, type_name: str, properties: Members, tags: Mapping[str, str]
    ) -> Members:
        """The properties with the stack's tags, where the type can be tagged."""
        kind = TYPES.get(type_name)
        if not tags or kind is None or kind.tagging is None:
            return properties
        own = properties.get(kind.tagging.property, [])
        if isinstance(own, dict):
            return properties | {kind.tagging.property: {**tags, **own}}
        names = {tag["Key"] for tag in own}
        added = [{"Key": key, "Value": tags[key]} for key in tags if key not in names]
        return properties | {kind.tagging.property: [*own, *added]}

    def refuse_same_name(self, old: "Resource", new: "Resource") -> None:
        """Refuse to replace a named resource by one of the same name."""
        kind = TYPES.get(new.type)
        if old.type != new.type or kind is None or not kind.name_property:
            return
        name = given_name(kind, new.properties)
        if name is not None and name == given_name(kind, old.properties):
            raise ResourceError(
                "CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {name} and update the stack again."
            )

    def _driver(self, resource: "Resource", name: str = "") -> Driver:
        kind = TYPES[resource.type]
        generated = name or self._generated_name(resource.name, kind.name_length)
        if kind.lowercase:
            generated = generated.lower()
        return Driver(kind, self._client, {**self._values, "generated_name": generated})

    def _generated_name(self, logical_id: str, length: int) -> str:
        suffix = uuid.uuid4().hex[:_SUFFIX].upper()
        return f"{self._stack_name}-{logical_id}"[: length - _SUFFIX - 1].rstrip("-") + f"-{suffix}"


def _existing(resource: "Resource") -> Live:
    if resource.live is None:
        raise ResourceError(f"{resource.name} does not exist")
    return resource.live
