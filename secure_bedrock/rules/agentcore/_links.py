"""Which resources others are for: a web ACL, a rate limit, the delivery of logs."""

from secure_bedrock.rules._kit import NO, UNKNOWN, YES, Answer, Node, Resource, Template

_OPEN = ("dynamic", "import", "parameter", "unknown")


def has_link(resource: Resource, kind: str, name: str) -> Answer:
    """Whether a property of some resource of a kind refers to this resource."""
    linked, is_open = _links(resource.template, kind, name)
    if resource.logical_id in linked:
        return YES
    return UNKNOWN if is_open else NO


def _links(template: Template, kind: str, name: str) -> tuple[frozenset[str], bool]:
    """What the properties refer to, and whether one may refer to something else."""
    key = f"links {kind} {name}"
    if key not in template.cache:
        nodes = [each[name] for each in template.of_type(kind)]
        names = {r.name for node in nodes for r in node.references if r.origin == "resource"}
        template.cache[key] = (frozenset(names), any(_is_open(node) for node in nodes))
    found: tuple[frozenset[str], bool] = template.cache[key]
    return found


def _is_open(node: Node) -> bool:
    if node.references:
        return any(each.origin in _OPEN for each in node.references) and node.literal is None
    return node.unknown
