"""YAML as CloudFormation reads it: short forms of intrinsics, dates stay text, lines are kept."""

from collections.abc import Callable
from typing import Any

import yaml

from secure_bedrock.rules._node import Path

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null"))
_PLAIN_NAMES = {"Ref": "Ref", "Condition": "Condition"}
_MOST_NODES = 1_000_000


def read_yaml(text: str) -> tuple[object, Callable[[Path], int]]:
    """The parsed text, and a function from a path to its line.

    Raises:
        ValueError: The text is no YAML; the message says where.
    """
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        reader = _Reader(loader)
        data = reader.read(root) if root is not None else None
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    finally:
        loader.dispose()
    return data, lambda path: _line(root, path)


class _Reader:
    """Turns YAML nodes into data. A node that an alias repeats is read once."""

    def __init__(self, loader: Any) -> None:  # noqa: ANN401 - PyYAML's loaders have no common type
        self._loader = loader
        self._done: dict[int, object] = {}
        self._open: set[int] = set()

    def read(self, node: yaml.Node) -> object:
        """The data of a node, with the intrinsic that its tag stands for around it."""
        if id(node) in self._done:
            return self._done[id(node)]
        if id(node) in self._open:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: an alias contains itself")
        self._open.add(id(node))
        data = self._intrinsic(node.tag, self._untagged(node))
        self._open.discard(id(node))
        self._done[id(node)] = data
        return data

    def _untagged(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.SequenceNode):
            return [self.read(each) for each in node.value]
        if isinstance(node, yaml.MappingNode):
            if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
                self._loader.flatten_mapping(node)
            return {self._key(key): self.read(value) for key, value in node.value}
        if node.tag not in _SCALARS or _account_like(node.value):
            return node.value
        return self._loader.construct_object(node)

    def _key(self, node: yaml.Node) -> str:
        return node.value if isinstance(node, yaml.ScalarNode) else str(self.read(node))

    def _intrinsic(self, tag: str, data: object) -> object:
        if not tag.startswith("!") or tag == "!":
            return data
        name = _PLAIN_NAMES.get(tag[1:], f"Fn::{tag[1:]}")
        if name == "Fn::GetAtt" and isinstance(data, str):
            return {name: data.split(".", 1)}
        return {name: data}


def _account_like(text: str) -> bool:
    """Whether digits are an identifier: YAML 1.1 would read 0123 as an octal number."""
    return len(text) > 1 and text.startswith("0") and text.isdecimal()


def _line(root: yaml.Node | None, path: Path) -> int:
    node, line = root, 1
    for key in path:
        mapping = node.value if isinstance(node, yaml.MappingNode) else []
        found = [(k, v) for k, v in mapping if k.value == key]
        if found:
            line, node = found[-1][0].start_mark.line + 1, found[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        elif not (isinstance(key, str) and node is not None and node.tag == f"!{key[4:]}"):
            break
    return line
