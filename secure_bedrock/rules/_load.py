"""Reading a template file: JSON, or YAML with the short forms of CloudFormation and SAM."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from secure_bedrock.rules._json import read_json
from secure_bedrock.rules._node import Path as TemplatePath

Lines = Callable[[TemplatePath], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A template that was read, and what its cloud assembly says about it.

    Attributes:
        path: The file.
        template: The parsed template, intrinsics in their long form.
        line: Gives the line, from 1, of a path in the template; for what is absent the line of the
            nearest thing around it.
        region: Region it is deployed to; None if unknown.
        account: Account it is deployed to; None if unknown.
        construct_path: Path of the stack in its CDK app; empty if there is none.
    """

    path: Path
    template: Mapping[str, Any]
    line: Lines
    region: str | None = None
    account: str | None = None
    construct_path: str = ""


def load_template(path: str | Path, *, of_stack: bool = False) -> Source:
    """Read one template.

    Args:
        path: The file.
        of_stack: Whether it is known to be the template of a stack, which may have no resources.

    Raises:
        ValueError: The file is no JSON or YAML, or no CloudFormation template.
        OSError: The file cannot be read.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file}: not UTF-8 text: {error.reason}") from error
    try:
        template, line = _read(text)
    except RecursionError as error:
        raise ValueError(f"{file}: nested too deeply to be a template") from error
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error
    if of_stack and isinstance(template, dict):
        template.setdefault("Resources", {})
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise ValueError(  # noqa: TRY004 - one kind of refusal for every bad file
            f"{file}: not a CloudFormation template: it has no Resources object"
        )
    return Source(path=file, template=template, line=line)


def _read(text: str) -> tuple[object, Lines]:
    if text.lstrip()[:1] == "{":
        return read_json(text)
    read_yaml: Callable[[str], tuple[object, Lines]]
    read_yaml = import_module("secure_bedrock.rules._yaml").read_yaml  # PyYAML only when needed
    return read_yaml(text)
