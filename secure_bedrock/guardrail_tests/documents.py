"""Reading YAML as it was meant: a key that is given twice is a mistake."""

from pathlib import Path
from typing import Any

import yaml


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - any YAML value
    """The document of a file.

    Raises:
        ValueError: The file cannot be read, or is no YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error
    try:
        return yaml.load(text, Loader=_loader())  # noqa: S506 - a safe loader, made stricter
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"{path}: no YAML: {' '.join(str(error).split())}") from error


def _loader() -> Any:  # noqa: ANN401 - which base class there is depends on the installation
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """A safe loader that refuses what it would silently overwrite."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = [key for key in keys if keys.count(key) > 1]
            if twice:
                raise yaml.YAMLError(
                    f"line {node.start_mark.line + 1}: {twice[0]!r} is given twice: keep one"
                )
            return super().construct_mapping(node, deep=deep)

    return Loader
