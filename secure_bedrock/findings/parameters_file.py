"""Reading the parameters of the rules from a file."""

from dataclasses import fields
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

from secure_bedrock.rules import Parameters
from secure_bedrock.rules._json import read_json


def read_parameters(path: Path) -> Parameters:
    """Parameters from a JSON or YAML file: an object whose keys are the parameters' names.

    Raises:
        ValueError: The file cannot be read, or holds a name or a value that is none; the message
            names the file and the remedy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}: name a YAML or JSON file") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 text: save it as UTF-8") from error
    try:
        given = _read(text)
        return Parameters(**{name: _value(name, value) for name, value in given.items()})
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from error


def _read(text: str) -> dict[str, Any]:
    if text.lstrip()[:1] == "{":
        data, _ = read_json(text)
    else:
        data, _ = import_module("secure_bedrock.rules._yaml").read_yaml(text)
    if not isinstance(data, dict):
        raise ValueError("not an object: write lines such as 'allowed_regions: [eu-west-1]'")  # noqa: TRY004 - one kind of refusal
    return data


def _value(name: str, value: object) -> Any:  # noqa: ANN401 - of the type of the parameter
    defaults = {field.name: field.default for field in fields(Parameters)}
    if name not in defaults:
        near = get_close_matches(name, defaults, n=1)
        meant = f"did you mean {near[0]}?" if near else f"use {', '.join(defaults)}"
        raise ValueError(f"{name} is no parameter: {meant}")
    default = defaults[name]
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise ValueError(f"{name} is {value!r}: write a list of strings")
    kind = (int, float) if isinstance(default, float) else type(default)
    if not isinstance(value, kind) or isinstance(value, bool) is not isinstance(default, bool):
        raise ValueError(f"{name} is {value!r}: write a value such as {default!r}")
    return value
