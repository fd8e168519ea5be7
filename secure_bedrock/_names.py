"""Where each public name lives: what the stub beside ``__init__`` says."""

import ast
from pathlib import Path


def public_names() -> dict[str, str]:
    """Name -> module, from the imports of ``__init__.pyi``, which type checkers read as well."""
    stub = ast.parse(Path(__file__).with_name("__init__.pyi").read_text(encoding="utf-8"))
    return {
        alias.asname: str(node.module)
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
