"""The formats of a report: modules with ``render(result)``, imported when they are asked for."""

from enum import StrEnum
from importlib import import_module

from secure_bedrock.findings.result import Result


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


def render(result: Result, format: Format) -> str:  # noqa: A002 - the option's name
    """A report as text, with a newline at its end."""
    module = import_module(f"secure_bedrock.findings.as_{format.value}")
    text: str = module.render(result)
    return text
