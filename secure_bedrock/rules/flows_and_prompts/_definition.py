"""Definitions of flows, written as an object or as a JSON string."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import Node, Resource


def nodes(flow: Resource) -> Iterator[Node]:
    """The nodes of a flow, those within loops included."""
    waiting = [flow["Definition"], flow["DefinitionString"].parsed()]
    while waiting:
        for node in child(waiting.pop(), "Nodes"):
            yield node
            loop = child(child(node, "Configuration"), "Loop")
            waiting += [child(loop, "Definition")] if isinstance(loop.value, dict) else []


def child(node: Node, name: str) -> Node:
    """A member by its name in CloudFormation, or in the API, which JSON strings may use."""
    given = node[name]
    in_api = node[name[0].lower() + name[1:]]
    return in_api if given.missing and not in_api.missing else given


def is_open(node: Node) -> bool:
    """Whether nothing, or not every key, of a node is known before deployment."""
    return node[""].unknown
