"""Intrinsic functions: what can be known of their value before deployment."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from secure_bedrock.rules._node import MISSING, UNRESOLVED, Node, Path
from secure_bedrock.rules._references import look_up
from secure_bedrock.rules._text import Hole, Kind, Reference, Text, join
from secure_bedrock.rules._worlds import single

if TYPE_CHECKING:
    from secure_bedrock.rules._template import Template

_DEPTH = 40
_LONGEST = 200_000  # characters; no property takes more
_HOLE = 200  # characters that a hole counts for
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:(ssm-secure|ssm|secretsmanager):[^}]*\}\}")


def resolve(raw: object, path: Path, template: "Template", depth: int = 0) -> Node:
    """Resolve one value; members of objects and lists are resolved when they are read."""
    if isinstance(raw, str):  # first what is most frequent
        return _string(raw, path, template) if "{{resolve:" in raw else Node(raw, path, template)
    if isinstance(raw, dict):
        key, argument = single(raw)
        if key == "Ref" or key.startswith("Fn::"):
            return _call(key, argument, raw, path, template, depth)
        return Node(raw, path, template)
    if raw is None:
        return Node(MISSING, path, template)
    if isinstance(raw, Text):
        return _string(raw, path, template)
    return Node(raw if isinstance(raw, list | int | float) else str(raw), path, template)


def _call(  # noqa: PLR0917 - called for nearly every value
    key: str, argument: object, raw: object, path: Path, template: "Template", depth: int
) -> Node:
    """The value of a function. One that is written twice is resolved once."""
    if depth > _DEPTH or key not in _FUNCTIONS:
        return Node(UNRESOLVED, path, template)
    if key == "Fn::If":  # the only one whose value has another path than the call
        return _if(argument, path, template, depth + 1)
    written = (key, argument) if isinstance(argument, str) else id(raw)
    if written not in template.resolved:
        node = _FUNCTIONS[key](argument, path, template, depth + 1)
        template.resolved[written] = (raw, node)  # the reference keeps the id from being reused
    known = template.resolved[written][1]
    return Node(known.value, path, known.template, known.reference)


def _string(raw: str | Text, path: Path, template: "Template") -> Node:
    if isinstance(raw, Text):  # read out of a JSON string
        return _joined([raw], path, template)
    parts: list[str | Text | Hole] = []
    position = 0
    for found in _DYNAMIC.finditer(raw):
        reference = Reference(found[0], origin="dynamic", secret=found[1] != "ssm")
        parts += [raw[position : found.start()], Hole(reference)]
        position = found.end()
    parts.append(raw[position:])
    return _joined(parts, path, template)


def _joined(parts: list[str | Text | Hole], path: Path, template: "Template") -> Node:
    if sum(map(_weight, parts)) > _LONGEST:
        return Node(UNRESOLVED, path, template)
    text = join(parts)
    whole = isinstance(text, Text) and len(text.shape) == 1
    reference = text.holes[0].reference if isinstance(text, Text) and whole else None
    return Node(text, path, template, reference)


def _weight(part: str | Text | Hole) -> int:
    if isinstance(part, str):
        return len(part)
    return _HOLE * len(part.holes) + len(part.shape) if isinstance(part, Text) else _HOLE


def _part(node: Node, template: "Template") -> str | Text | Hole:
    """A value as a piece of a longer string."""
    text = node.text
    if text is None:
        return Hole(node.reference or Reference("?"))
    if isinstance(text, Text) and node.template is not template:
        foreign = [Hole(Reference(h.reference.name, origin="import"), h.kind) for h in text.holes]
        return Text(text.shape, tuple(foreign))
    return text


def _ref(name: object, path: Path, template: "Template", depth: int) -> Node:
    if not isinstance(name, str):
        return Node(UNRESOLVED, path, template)
    return look_up(name, path, template, depth)


def _get_att(raw: object, path: Path, template: "Template", depth: int) -> Node:
    del depth
    if isinstance(raw, str):
        raw = raw.split(".", 1)
    if not isinstance(raw, list) or not raw or not isinstance(raw[0], str):
        return Node(UNRESOLVED, path, template)
    attribute = ".".join(each if isinstance(each, str) else "?" for each in raw[1:])
    given = template.arguments.get(f"{raw[0]}.{attribute}")
    if given is not None:
        return Node(given.value, path, given.template, given.reference)
    reference = Reference(raw[0], attribute, origin="resource")
    return _joined([Hole(reference, Kind.PLAIN)], path, template)


def _sub(raw: object, path: Path, template: "Template", depth: int) -> Node:
    variables: dict[str, Any] = {}
    if isinstance(raw, list) and len(raw) == 2 and isinstance(raw[1], dict):  # noqa: PLR2004
        raw, variables = raw
    if not isinstance(raw, str):
        return Node(UNRESOLVED, path, template)
    parts: list[str | Text | Hole] = []
    position = 0
    for found in _VARIABLE.finditer(raw):
        parts.append(raw[position : found.start()])
        parts.append(_variable(found[1].strip(), variables, path, template, depth))
        position = found.end()
    parts.append(raw[position:])
    return _joined(parts, path, template)


def _variable(
    name: str, variables: dict[str, Any], path: Path, template: "Template", depth: int
) -> str | Text | Hole:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    if name in variables:
        return _part(resolve(variables[name], path, template, depth), template)
    read = _get_att if "." in name else _ref
    return _part(read(name, path, template, depth), template)


def _join(raw: object, path: Path, template: "Template", depth: int) -> Node:
    if not isinstance(raw, list) or len(raw) != 2 or not isinstance(raw[0], str):  # noqa: PLR2004
        return Node(UNRESOLVED, path, template)
    separator, members = raw[0], resolve(raw[1], path, template, depth).value
    if not isinstance(members, list):
        return Node(UNRESOLVED, path, template)
    parts: list[str | Text | Hole] = []
    for raw_member in members:
        member = resolve(raw_member, path, template, depth)
        if not member.missing:
            parts += [separator] if parts and separator else []
            parts.append(_part(member, template))
    return _joined(parts, path, template)


def _if(raw: object, path: Path, template: "Template", depth: int) -> Node:
    if not isinstance(raw, list) or len(raw) != 3:  # noqa: PLR2004
        return Node(UNRESOLVED, path, template)
    branch = 1 if template.world.holds(raw[0]) else 2
    return resolve(raw[branch], (*path, "Fn::If", branch), template, depth)


def _find_in_map(raw: object, path: Path, template: "Template", depth: int) -> Node:
    if not isinstance(raw, list) or len(raw) < 3:  # noqa: PLR2004
        return Node(UNRESOLVED, path, template)
    found: object = template.raw.get("Mappings")
    for key in raw[:3]:
        name = resolve(key, path, template, depth).literal
        if name is None or not isinstance(found, dict) or name not in found:
            return Node(UNRESOLVED, path, template)
        found = found[name]
    return resolve(found, path, template, depth)


def _select(raw: object, path: Path, template: "Template", depth: int) -> Node:
    if not isinstance(raw, list) or len(raw) != 2:  # noqa: PLR2004
        return Node(UNRESOLVED, path, template)
    index = resolve(raw[0], path, template, depth).literal
    members = resolve(raw[1], path, template, depth).value
    if index is None or not index.isdecimal() or not isinstance(members, list):
        return Node(UNRESOLVED, path, template)
    if len(index) > 6 or int(index) >= len(members):  # noqa: PLR2004 - no list is that long
        return Node(UNRESOLVED, path, template)
    return resolve(members[int(index)], path, template, depth)


def _split(raw: object, path: Path, template: "Template", depth: int) -> Node:
    if not isinstance(raw, list) or len(raw) != 2 or not isinstance(raw[0], str):  # noqa: PLR2004
        return Node(UNRESOLVED, path, template)
    text = resolve(raw[1], path, template, depth).literal
    if text is None or not raw[0]:
        return Node(UNRESOLVED, path, template)
    return Node(text.split(raw[0]), path, template)


def _base64(raw: object, path: Path, template: "Template", depth: int) -> Node:
    """The text before encoding: rules look for what is in it."""
    return resolve(raw, path, template, depth)


def _import_value(raw: object, path: Path, template: "Template", depth: int) -> Node:
    name = resolve(raw, path, template, depth)
    known = template.imports.get(name.literal or "")
    if known is not None:
        return Node(known.value, path, known.template, known.reference)
    return _joined([Hole(Reference(str(name.text or "?"), origin="import"))], path, template)


_FUNCTIONS: dict[str, Callable[[Any, Path, "Template", int], Node]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import_value,
}
