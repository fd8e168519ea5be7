"""What a new app consists of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template

from secure_bedrock.catalog.models import parse_model

_ENVIRONMENT = re.compile(r"[a-z][a-z0-9-]{0,19}")
_WORD = re.compile(r"[A-Za-z0-9]+")
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterApp:
    """A minimal app: what the user chose, checked.

    Attributes:
        folder: A new or empty folder.
        model: Foundation model or inference profile that the app may call.
        environment: Name in key aliases: up to 20 lower-case letters, digits and hyphens.
        stack: Name of the stack. The default, ``None``, makes it from the folder's name.
    """

    folder: Path
    model: str
    environment: str
    stack: str | None = None

    def __post_init__(self) -> None:
        parse_model(self.model)
        if not _ENVIRONMENT.fullmatch(self.environment):
            raise ValueError(
                f"environment {self.environment!r}: "
                "write up to 20 lower-case letters, digits and hyphens"
            )
        if not _STACK.fullmatch(self.stack_name):
            raise ValueError(
                f"stack {self.stack_name!r}: write a letter, then up to 127 letters, digits "
                "and hyphens; choose one with --stack"
            )

    @property
    def stack_name(self) -> str:
        """The chosen name, or the folder's in CamelCase."""
        words = _WORD.findall(self.folder.absolute().name)
        return self.stack or "".join(word[0].upper() + word[1:] for word in words)

    def write(self) -> list[Path]:
        """Write the files; nothing that exists is touched.

        Raises:
            ValueError: The folder is a file, or there is something in it.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"{self.folder} is a file: name a new folder")
        if self.folder.is_dir() and any(self.folder.iterdir()):
            raise ValueError(f"{self.folder} is not empty: name a new folder")
        self.folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, text in self._files().items():
            path = self.folder / name
            path.write_text(text, encoding="utf-8")
            written.append(path)
        return written

    def _files(self) -> Mapping[str, str]:
        values = {
            "model": self.model,
            "environment": self.environment,
            "stack": self.stack_name,
            "version": version("secure-bedrock"),
        }
        templates = sorted(
            (each for each in files("secure_bedrock.cli.starter").iterdir() if _is_template(each)),
            key=lambda each: each.name,
        )
        return {
            each.name.removesuffix(".txt"): Template(each.read_text("utf-8")).substitute(values)
            for each in templates
        }


def _is_template(file: object) -> bool:
    return str(getattr(file, "name", "")).endswith(".txt")
