"""The arguments of ``secure-bedrock guardrail test``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.config import Config

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_FILE = click.Path(path_type=Path, dir_okay=False)
_RATE = click.FloatRange(min=0, min_open=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user asked for."""

    suites: tuple[str, ...]
    guardrail: str | None
    against: str | None
    record: Path | None
    replay: Path | None
    json_file: Path | None
    junit: Path | None
    html: Path | None
    as_json: bool
    yes: bool
    strict: bool
    allow_undecided: bool
    requests_per_second: float
    units_per_second: float
    concurrency: int
    region: str | None
    profile: str | None
    endpoint_url: str | None

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes clients at run time
        """A client without retries: those here keep the pace."""
        config = Config(
            retries={"total_max_attempts": 1}, max_pool_connections=self.concurrency + 2
        )
        session = _session(self.profile, self.region)
        return session.client(service, endpoint_url=self.endpoint_url, config=config)


@cache
def _session(profile: str | None, region: str | None) -> boto3.Session:
    """One for all clients, because making one takes long."""
    return boto3.Session(profile_name=profile, region_name=region)


_OPTIONS: tuple[Decorator, ...] = (
    click.argument("suites", nargs=-1, required=True, metavar="SUITE..."),
    click.option("--guardrail", metavar="ID_OR_NAME[:VERSION]",
                 help="The guardrail. Without a version: DRAFT."),
    click.option("--against", metavar="VERSION_OR_FILE",
                 help="Another version of it, or a recording, to compare with."),
    click.option("--record", type=_FILE, metavar="FILE", help="Keep the answers."),
    click.option("--replay", type=_FILE, metavar="FILE",
                 help="Take answers from a recording instead of asking."),
    click.option("--output", "json_file", type=_FILE, metavar="FILE", help="Write JSON too."),
    click.option("--junit", type=_FILE, metavar="FILE", help="Write JUnit XML too."),
    click.option("--html", type=_FILE, metavar="FILE", help="Write an HTML page too."),
    click.option("--json", "as_json", is_flag=True, help="Write JSON instead of tables."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask whether the cost is accepted."),
    click.option("--strict", is_flag=True, help="Fail also if another policy acted."),
    click.option("--allow-undecided", is_flag=True,
                 help="Exit 0 although an emulated AWS did not decide some cases."),
    click.option("--requests-per-second", type=_RATE, default=20.0, show_default=True,
                 help="Pace of the calls."),
    click.option("--units-per-second", type=_RATE, default=25.0, show_default=True,
                 help="Pace in text units of 1,000 characters."),
    click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True,
                 help="Calls at the same time."),
    click.option("--region", help="Region. Default: the profile's or the environment's."),
    click.option("--profile", help="A profile of the AWS configuration."),
    click.option("--endpoint-url", metavar="URL", help="Where AWS is reached, for an emulator."),
)  # fmt: skip


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """All of them, as one decorator."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function
