"""The public API as text, one line per name and member. Run this file to write it down."""

import ast
from collections.abc import Iterator
from pathlib import Path

from secure_bedrock._names import public_names

ROOT = Path(__file__).parent.parent.parent
LISTING = Path(__file__).with_name("public_api.txt")


def definition(name: str, module: str) -> ast.stmt:
    """Where a name is defined; what another module re-exports is followed."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return node
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(each, ast.Name) and each.id == name for each in targets):
            return node
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return definition(name, str(node.module))
    raise LookupError(f"{module} has no {name}")


def described(name: str, node: ast.stmt) -> Iterator[str]:
    """The lines of one name."""
    if isinstance(node, ast.FunctionDef):
        yield f"{name}{signature(node)}"
    elif isinstance(node, ast.ClassDef):
        bases = ", ".join(map(ast.unparse, node.bases))
        yield f"class {name}({bases})" if bases else f"class {name}"
        yield from (f"  {name}.{line}" for line in sorted(members(node)))
    else:
        yield name


def members(node: ast.ClassDef) -> Iterator[str]:
    """Fields, enumeration members, attributes that the constructor sets, methods."""
    for each in node.body:
        target = each.targets[0] if isinstance(each, ast.Assign) else getattr(each, "target", None)
        if isinstance(target, ast.Name) and public(target.id):
            yield ast.unparse(each)
        elif isinstance(each, ast.FunctionDef) and each.name == "__init__":
            yield f"__init__{signature(each)}"
            yield from attributes(each)
        elif isinstance(each, ast.FunctionDef) and public(each.name):
            marks = "".join(f"@{ast.unparse(mark)} " for mark in each.decorator_list)
            yield f"{marks}{each.name}{signature(each)}"


def attributes(init: ast.FunctionDef) -> Iterator[str]:
    """Names that a constructor assigns on itself."""
    found = {
        node.attr
        for node in ast.walk(init)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and public(node.attr)
    }
    yield from found


def public(name: str) -> bool:
    """Whether users may rely on it."""
    return not name.startswith("_")


def signature(node: ast.FunctionDef) -> str:
    """Arguments with types and defaults, and the result."""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){returns}"


def listing() -> str:
    """All of it."""
    lines = []
    for name, module in sorted(public_names().items()):
        lines += described(name, definition(name, module))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    LISTING.write_text(listing())
