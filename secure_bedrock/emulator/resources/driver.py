"""Carry out a declaration: create, change, read back and delete one resource through its API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from secure_bedrock.emulator.cloudformation.errors import ResourceError
from secure_bedrock.emulator.cloudformation.plan import changed_properties
from secure_bedrock.emulator.resources.calling import Caller, to_read_back
from secure_bedrock.emulator.resources.declaration import Call, Mapped, Part, ResourceType
from secure_bedrock.emulator.resources.reading import refuse_loss, refuse_lost_arguments
from secure_bedrock.emulator.resources.rendering import ABSENT, Scope, render
from secure_bedrock.emulator.values import Json, Members


@dataclass
class Live:
    """A resource that exists.

    Attributes:
        physical_id: What its API knows it by.
        ref: What ``Ref`` gives.
        name: The given or generated name.
        document: What was read back.
    """

    physical_id: str
    ref: str
    name: str = ""
    document: Members = field(default_factory=dict)


class Driver:
    """Carries out one declared type.

    Args:
        kind: The declaration.
        client: boto3 client by service name.
        values: What templates may name besides properties: region, account, partition, name, ...
    """

    def __init__(
        self, kind: ResourceType, client: Callable[[str], Json], values: Mapping[str, Json]
    ) -> None:
        self._kind = kind
        self._caller = Caller(kind, client)
        self._values = values

    def create(self, properties: Members) -> Live:
        """Make the resource, or raise and leave none behind."""
        scope = self._scope(properties, "")
        self._refuse_unused(properties)
        if self._kind.exists and self._caller.find(self._kind.exists, scope) is not None:
            raise ResourceError(f"{scope.values['name']} already exists")
        sent = []
        if self._kind.create:
            sent.append(self._caller.send(self._kind.create, scope))
        scope.values["id"] = str(render(self._kind.id, scope))
        try:
            for part in self._kind.parts:
                for at in self._carried_out(part, scope):
                    self._set_on_create(part, at)
            self._tag(scope, {})
            return self._live(scope, sent)
        except Exception:
            self._undo(scope)
            raise

    def update(self, physical_id: str, old: Members, new: Members) -> Live:
        """Change the resource in place."""
        scope, before = self._scope(new, physical_id), self._scope(old, physical_id)
        self._refuse_unused(new)
        changed = changed_properties(old, new)
        own = changed - {part.property for part in self._kind.parts} - {self._kind.tags_property}
        sent = []
        if own:
            self._refuse_update(own, new, scope)
            sent.append(self._caller.send(self._kind.update, scope))
        for part in self._kind.parts:
            self._change(part, before, scope)
        if self._kind.tags_property in changed:
            self._tag(scope, old)
        return self._live(scope, sent)

    def delete(self, physical_id: str, properties: Members) -> None:
        """Remove the resource; one that is gone already is no error."""
        scope = self._scope(properties, physical_id)
        for part in reversed(self._kind.parts):
            for at in self._carried_out(part, scope):
                if part.clear and not part.with_resource:
                    self._caller.send_unless_gone(part.clear, at)
        if self._kind.delete:
            self._caller.send_unless_gone(self._kind.delete, scope)

    def attribute(self, live: Live, name: str, properties: Members) -> Json:
        """What ``Fn::GetAtt`` gives."""
        scope = self._scope(properties, live.physical_id)
        scope.values["read"] = live.document
        template = self._kind.attributes.get(name, f"$read.{name}")
        found = render(template, scope)
        if found is ABSENT:
            found = render(f"$read.{name[:1].lower()}{name[1:]}", scope)
        if found is ABSENT:
            raise LookupError(f"attribute {name} of {self._kind.name} is not emulated")
        return found

    def _scope(self, properties: Members, physical_id: str) -> Scope:
        name = given_name(self._kind, properties) or self._values["generated_name"]
        return Scope(properties, {**self._values, "id": physical_id, "name": name})

    def _carried_out(self, part: Part, scope: Scope) -> list[Scope]:
        """The scopes in which a part's calls are made: none when it is not asked for."""
        if part.property not in scope.properties:
            return []
        value = scope.properties[part.property]
        if part.only is not None:
            asked = str(value).lower() == str(part.only).lower()
            if asked or isinstance(part.only, bool):
                scope.used.add((part.property,))
            if not asked:
                return []
        if not part.each:
            return [scope]
        if not value:
            scope.used.add((part.property,))
        return [scope.at_item((part.property, index), item) for index, item in enumerate(value)]

    def _change(self, part: Part, before: Scope, after: Scope) -> None:
        old, new = self._carried_out(part, before), self._carried_out(part, after)
        was, becomes = self._all(part.set, old), self._all(part.set, new)
        if part.clear:
            kept = self._all(part.clear, new)
            for at, arguments in zip(old, self._all(part.clear, old), strict=True):
                if arguments not in kept:
                    self._caller.send(part.clear, at)
        elif [item for item in was if item not in becomes] and (part.each or not new):
            raise ResourceError(f"removing property {part.property} is not emulated")
        for at, arguments in zip(new, becomes, strict=True):
            if arguments not in was:
                self._compare_part(part, at, self._caller.send(part.set, at))

    def _all(self, call: Call, scopes: list[Scope]) -> list[Members]:
        return [self._caller.arguments(call, scope) for scope in scopes]

    def _set_on_create(self, part: Part, at: Scope) -> None:
        if part.created:
            sent = to_read_back(part.set, self._caller.arguments(part.set, at))
        else:
            sent = self._caller.send(part.set, at)
        self._compare_part(part, at, sent)

    def _compare_part(self, part: Part, at: Scope, sent: Members) -> None:
        if part.read:
            asked_by = part.read.arguments
            wanted = {
                name: value
                for name, value in sent.items()
                if name not in asked_by or asked_by[name] != part.set.arguments.get(name)
            }
            refuse_loss(wanted, self._caller.find(part.read, at), part.property)

    def _tag(self, scope: Scope, old: Members) -> None:
        tagging = self._kind.tagging
        if not tagging:
            return
        kept, before = scope.properties.get(tagging.property), old.get(tagging.property)
        gone = sorted(set(_tag_keys(before)) - set(_tag_keys(kept)))
        if gone:
            scope.values["keys"] = gone
            self._caller.send(tagging.clear, scope)
        if kept:
            sent = self._caller.send(tagging.set, scope)
            refuse_loss(sent, self._caller.find(tagging.read, scope), tagging.property)

    def _undo(self, scope: Scope) -> None:
        try:
            self.delete(scope.values["id"], scope.properties)
        except ResourceError:
            return  # the first failure is the one to report

    def _live(self, scope: Scope, sent: list[Members]) -> Live:
        document: Members = {}
        scope.values["read"] = document
        for reading in self._kind.reads:
            found = self._caller.find(reading, scope)
            if not isinstance(found, dict):
                raise ResourceError(f"{scope.values['id']} is not found by {reading.operation}")
            document |= found
        for arguments in sent:
            refuse_lost_arguments(arguments, document, self._kind)
        ref = str(render(self._kind.ref, scope))
        return Live(scope.values["id"], ref, scope.values["name"], document)

    def _refuse_unused(self, properties: Members) -> None:
        scope = self._scope(properties, "?|?")
        scope.values |= {"read": {}, "created": {}, "keys": []}
        if self._kind.create:
            self._caller.arguments(self._kind.create, scope)
        for part in self._kind.parts:
            for at in self._carried_out(part, scope):
                self._caller.arguments(part.set, at)
        if self._kind.delete:
            self._caller.arguments(self._kind.delete, scope)
        render(self._kind.id, scope)
        scope.used.add(tuple(self._kind.name_property.split(".")))
        scope.used |= {(name,) for name in self._kind.without_effect | {self._kind.tags_property}}
        for path in scope.unused():
            raise ResourceError(f"property {path} of type {self._kind.name} is not emulated")

    def _refuse_update(self, changed: set[str], new: Members, scope: Scope) -> None:
        probe = Scope(scope.properties, scope.values)
        if self._kind.update:
            self._caller.arguments(self._kind.update, probe)
        if self._kind.delete:
            self._caller.arguments(self._kind.delete, probe)
        taken = {str(path[0]) for path in probe.used} | self._kind.without_effect
        if self._kind.update and self._kind.update.mapped is Mapped.PUT:
            taken |= changed - set(new)
        for name in sorted(changed - taken):
            what = "changing" if name in new else "removing"
            raise ResourceError(f"{what} property {name} of {self._kind.name} is not emulated")


def given_name(kind: ResourceType, properties: Members) -> Json:
    """The name that the template gives, or None."""
    found: Json = properties
    for part in kind.name_property.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _tag_keys(tags: Json) -> list[str]:
    return list(tags or {}) if isinstance(tags, dict) else [tag["Key"] for tag in tags or []]
