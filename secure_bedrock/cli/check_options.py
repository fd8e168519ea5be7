"""The arguments of ``secure-bedrock check``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from secure_bedrock.findings.formats import Format
from secure_bedrock.findings.result import NEVER, OnUnknown
from secure_bedrock.rules import Profile, Severity

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user asked for."""

    paths: tuple[Path, ...]
    profile: tuple[str, ...]
    parameters: Path | None
    format: Format
    as_json: bool
    output: Path | None
    fail_on: str
    unknown: OnUnknown
    baseline: Path | None
    write_baseline: Path | None
    templates_only: bool
    region: str | None
    account: str | None
    list_rules: bool
    explain: str | None

    @property
    def form(self) -> Format:
        """How the report is written."""
        return Format.JSON if self.as_json else self.format


_FILE = click.Path(path_type=Path, dir_okay=False)

_OPTIONS: tuple[Decorator, ...] = (
    click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH..."),
    click.option(
        "--profile",
        multiple=True,
        type=click.Choice([each.value for each in Profile if each is not Profile.BASELINE]),
        help="Rules to apply besides the baseline rules. May be given several times.",
    ),
    click.option("--parameters", type=_FILE, metavar="FILE", help="Thresholds and allow-lists."),
    click.option(
        "--format",
        type=click.Choice([each.value for each in Format]),
        default=Format.TEXT.value,
        callback=lambda _context, _option, value: Format(value),
        show_default=True,
        help="How the report is written.",
    ),
    click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
    click.option("--output", "-o", type=_FILE, metavar="FILE", help="Write the report to a file."),
    click.option(
        "--fail-on",
        type=click.Choice([*(each.value for each in Severity), NEVER]),
        default=Severity.LOW.value,
        show_default=True,
        help="Lowest severity that fails the check.",
    ),
    click.option(
        "--unknown",
        type=click.Choice([each.value for each in OnUnknown]),
        default=OnUnknown.REPORT.value,
        callback=lambda _context, _option, value: OnUnknown(value),
        show_default=True,
        help="Findings that only deployment can decide: list them, fail too, or only count them.",
    ),
    click.option("--baseline", type=_FILE, metavar="FILE", help="Findings that do not fail yet."),
    click.option(
        "--write-baseline", type=_FILE, metavar="FILE", help="Make all open findings one."
    ),
    click.option("--templates-only", is_flag=True, help="Pass over named files of other kinds."),
    click.option("--region", help="Where templates are deployed, if no assembly says so."),
    click.option("--account", help="Account they are deployed to, if no assembly says so."),
    click.option("--list-rules", is_flag=True, help="List the rules and exit."),
    click.option("--explain", metavar="ID", help="Explain a rule and exit."),
)


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """All of them, as one decorator."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function
