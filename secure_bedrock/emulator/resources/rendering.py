"""Fill the templates of a declaration, and keep account of which properties were used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import jmespath

from secure_bedrock.emulator.resources.declaration import Default, Each
from secure_bedrock.emulator.values import Json, Members

ABSENT: Final = object()
_EMBEDDED = re.compile(r"\$\{([^}]+)\}")
Path = tuple[str | int, ...]


@dataclass
class Scope:
    """What templates can refer to.

    Attributes:
        properties: The resource's properties.
        values: The other names: id, name, region, ...
        used: Paths of the properties that some template took.
    """

    properties: Members
    values: Members
    used: set[Path] = field(default_factory=set)
    item: tuple[Path, Json] = ((), None)

    def at_item(self, path: Path, item: Json) -> "Scope":
        """The same scope, with ``$item`` set."""
        return Scope(self.properties, self.values, self.used, (path, item))

    def find(self, name: str) -> Json:
        """The value of one reference, or ABSENT."""
        head, *rest = name.split(".")
        if head == "item":
            return self._walk(self.item[1], rest, self.item[0])
        if head in {"created", "read"}:
            found = jmespath.search(".".join(rest), self.values.get(head, {}))
            return ABSENT if found is None else found
        if head == "id" and rest:
            return self.values["id"].split("|")[int(rest[0])]
        if head[0].islower():
            return self.values[head]
        return self._walk(self.properties, [head, *rest], ())

    def _walk(self, value: Json, names: list[str], path: Path) -> Json:
        for name in names:
            path = (*path, name)
            if not isinstance(value, dict) or name not in value:
                return ABSENT
            value = value[name]
        self.used.add(path)
        return value

    def unused(self) -> list[str]:
        """The properties that no template took, as dotted paths."""
        return [".".join(map(str, path)) for path in self._unused(self.properties, ())]

    def _unused(self, value: Json, path: Path) -> list[Path]:
        if path in self.used:
            return []
        if isinstance(value, dict) and value:
            children = [(*path, name) for name in value]
            return [left for child in children for left in self._unused(value[child[-1]], child)]
        if isinstance(value, list) and value:
            return [
                left
                for index, item in enumerate(value)
                for left in self._unused(item, (*path, index))
            ]
        return [path] if path else []


def render(template: Json, scope: Scope) -> Json:
    """The template's value, or ABSENT."""
    if isinstance(template, str):
        return _string(template, scope)
    if isinstance(template, Default):
        found = scope.find(template.source.removeprefix("$"))
        return template.value if found is ABSENT else found
    if isinstance(template, Each):
        return _each(template, scope)
    if isinstance(template, Mapping):
        return _object(template, scope)
    if isinstance(template, list):
        items = [item for item in (render(part, scope) for part in template) if item is not ABSENT]
        return items if items or not template else ABSENT
    return template


def _string(template: str, scope: Scope) -> Json:
    if template.startswith("$") and not template.startswith("${"):
        return scope.find(template[1:])
    names = _EMBEDDED.findall(template)
    found = {name: scope.find(name) for name in names}
    if ABSENT in found.values():
        return ABSENT
    return _EMBEDDED.sub(lambda match: str(found[match[1]]), template)


def _each(template: Each, scope: Scope) -> Json:
    name = template.source.removeprefix("$")
    path: Path = tuple(name.split("."))
    if name.startswith("item"):
        path = (*scope.item[0], *path[1:])
    items = scope.find(name)
    if items is ABSENT:
        return ABSENT
    if items:
        scope.used.discard(path)
    return [
        render(template.template, scope.at_item((*path, index), item))
        for index, item in enumerate(items)
    ]


def _object(template: Mapping[str, Json], scope: Scope) -> Json:
    rendered = {}
    for name, part in template.items():
        value = render(part, scope)
        if value is not ABSENT:
            rendered[name.rstrip("!")] = value
        elif name.endswith("!"):
            return ABSENT
    return rendered if rendered or not template else ABSENT
