"""What ``Ref`` means: a pseudo parameter, a parameter or a resource."""

from typing import TYPE_CHECKING

from secure_bedrock.rules._node import MISSING, UNRESOLVED, Node, Path
from secure_bedrock.rules._text import Hole, Kind, Reference, join
from secure_bedrock.rules._worlds import is_scalar, section

if TYPE_CHECKING:
    from secure_bedrock.rules._template import Template

_PSEUDO = {
    "AWS::AccountId": Kind.SEGMENT,
    "AWS::Partition": Kind.SEGMENT,
    "AWS::Region": Kind.SEGMENT,
    "AWS::StackName": Kind.SEGMENT,
    "AWS::URLSuffix": Kind.SEGMENT,
    "AWS::StackId": Kind.PLAIN,
}


def look_up(name: str, path: Path, template: "Template", depth: int) -> Node:
    """The value of ``Ref: name``."""
    del depth
    if name == "AWS::NoValue":
        return Node(MISSING, path, template)
    if name.startswith("AWS::"):
        return _pseudo(name, path, template)
    if name in template.arguments:
        given = template.arguments[name]
        return Node(given.value, path, given.template, given.reference)
    parameters = section(template.raw, "Parameters")
    if name in parameters:
        return _parameter(name, parameters[name], path, template)
    origin = "resource" if name in section(template.raw, "Resources") else "unknown"
    kind = Kind.PLAIN if origin == "resource" else Kind.FREE
    return _hole(Reference(name, origin=origin), kind, path, template)


def _pseudo(name: str, path: Path, template: "Template") -> Node:
    known = {"AWS::Region": template.region, "AWS::AccountId": template.account}.get(name)
    if known is not None:
        return Node(known, path, template, Reference(name, origin="pseudo"))
    chosen = template.world.choices.get(name)
    if isinstance(chosen, str):
        return Node(chosen, path, template, Reference(name, origin="pseudo"))
    if name not in _PSEUDO:
        return Node(UNRESOLVED, path, template, Reference(name, origin="pseudo"))
    return _hole(Reference(name, origin="pseudo"), _PSEUDO[name], path, template)


def _parameter(name: str, declared: object, path: Path, template: "Template") -> Node:
    """The default, the value this world assumes, or a hole.

    The default of an SSM-backed parameter is the name of another parameter, so it says nothing.
    """
    raw = declared if isinstance(declared, dict) else {}
    kind = str(raw.get("Type", "String"))
    secret = str(raw.get("NoEcho", "")).lower() == "true"
    reference = Reference(name, origin="parameter", secret=secret)
    value = template.world.choices.get(name)
    if not isinstance(value, str):
        default = raw.get("Default")
        excluded = name in template.world.choices and _compared(default, name, template)
        value = str(default) if is_scalar(default) and not excluded else None
    if value is None or kind.startswith("AWS::SSM::"):
        return _hole(reference, Kind.FREE, path, template)
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return Node([each.strip() for each in value.split(",")], path, template, reference)
    return Node(value, path, template, reference)


def _compared(default: object, name: str, template: "Template") -> bool:
    """Whether this world rules the default out, because a condition names it."""
    return str(default) in template.world.named.get(name, ())


def _hole(reference: Reference, kind: Kind, path: Path, template: "Template") -> Node:
    return Node(join([Hole(reference, kind)]), path, template, reference)
