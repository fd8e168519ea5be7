"""``secure-bedrock usage``: who used how many tokens of what, and what it costs."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.cli.usage_table import table
from secure_bedrock.usage.asking import Inquiry
from secure_bedrock.usage.fields import PROJECT_KEY
from secure_bedrock.usage.page import html_page
from secure_bedrock.usage.questions import Dimension
from secure_bedrock.usage.report import UsageReport

_USAGE = 2
_FILE = click.Path(dir_okay=False, path_type=Path)
Told = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the logs are and how they are reached."""

    source: str
    engine: str
    workgroup: str
    memory: str
    region: str | None
    profile: str | None
    endpoint_url: str | None

    def client(self, service: str) -> object:
        session = boto3.Session(profile_name=self.profile, region_name=self.region)
        return session.client(service, endpoint_url=self.endpoint_url)


def _dimensions(_context: click.Context, _option: click.Parameter, value: str) -> list[Dimension]:
    try:
        return [Dimension(word.strip()) for word in value.split(",")]
    except ValueError:
        known = ", ".join(Dimension)
        raise click.BadParameter(f"{value!r}: use {known}, with commas between them") from None


@click.command(
    "usage",
    epilog="""\b
Examples:
  secure-bedrock usage logs/
  secure-bedrock usage s3://BUCKET/invocations --by principal,day --html usage.html
  secure-bedrock usage bedrock.invocations --engine athena --workgroup bedrock-usage --json
""",
)
@click.argument("source", metavar="PATH_OR_S3")
@click.option(
    "--by", default="principal,model", show_default=True, callback=_dimensions, metavar="WORDS",
    help="What usage is told apart by: " + ", ".join(Dimension) + ".",
)  # fmt: skip
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day to count, in UTC.")
@click.option("--engine", type=click.Choice(["duckdb", "athena"]), default="duckdb",
              help="DuckDB (default), or Athena: PATH_OR_S3 is then DATABASE.TABLE.")  # fmt: skip
@click.option("--workgroup", default="primary", show_default=True, help="Workgroup of Athena.")
@click.option("--prices", "prices_file", type=_FILE, help="Your price table, a JSON file.")
@click.option("--inference-profile", "profiles", multiple=True, metavar="ARN=MODEL",
              help="The model behind an application inference profile. Repeatable.")  # fmt: skip
@click.option("--project-key", default=PROJECT_KEY, show_default=True,
              help="Key of requestMetadata that names the project.")  # fmt: skip
@click.option(
    "--json", "as_json", is_flag=True, help="Write everything as JSON instead of a table."
)
@click.option("--csv", "csv_file", type=_FILE, help="Write the usage table as CSV too.")
@click.option("--parquet", "parquet_file", type=_FILE, help="Write the usage table as Parquet too.")
@click.option("--html", "html_file", type=_FILE, help="Write a page with charts too.")
@click.option("--memory", default="3GB", show_default=True, help="How much memory DuckDB may use.")
@click.option("--region", help="Region of the bucket or of Athena.")
@click.option("--profile", help="A profile of the AWS configuration.")
@click.option("--endpoint-url", metavar="URL", help="Where AWS is reached, for an emulator.")
def command(
    *,
    source: str,
    by: list[Dimension],
    since: datetime | None,
    engine: str,
    workgroup: str,
    prices_file: Path | None,
    profiles: tuple[str, ...],
    project_key: str,
    as_json: bool,
    csv_file: Path | None,
    parquet_file: Path | None,
    html_file: Path | None,
    memory: str,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
) -> None:
    """Summarise model invocation logs: calls, tokens, estimated cost, latency, guardrails.

    PATH_OR_S3 is a folder or a file of invocation logs, or s3://BUCKET/PREFIX.

    Exit code 0: everything was read. 1: something could not be read or must be doubted, and is
    named; the rest was counted. 2: there is no report.
    """
    place = _Place(source=source, engine=engine, workgroup=workgroup, memory=memory,
                   region=region, profile=profile, endpoint_url=endpoint_url)  # fmt: skip
    with _one_line_errors():
        inquiry = Inquiry(
            by=by,
            since=since.date() if since else None,
            prices=PriceTable.load(prices_file).with_profiles(_pairs(profiles)),
            project_key=project_key,
        )
        report = _report(place, inquiry)
        _write(report, csv_file=csv_file, parquet_file=parquet_file, html_file=html_file)
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        Console().print(table(report.usage))
    errors = Console(stderr=True)
    for note in report.notes():
        errors.print(f"note: {note}", highlight=False, markup=False, soft_wrap=True)
    sys.exit(not report.is_complete)


def _report(place: _Place, inquiry: Inquiry) -> UsageReport:
    if place.engine == "athena":
        from secure_bedrock.usage import athena_engine  # noqa: PLC0415 - one engine at a time

        athena = athena_engine.Athena(
            client=place.client("athena"), table=place.source, workgroup=place.workgroup
        )
        with _bar("Asking Athena") as told:
            return athena_engine.summarise(athena, inquiry, progress=told)
    if not place.source.startswith("s3://"):
        return _from_folder(Path(place.source), place, inquiry)
    with TemporaryDirectory(prefix="secure-bedrock-logs-") as folder:
        _copy(place, Path(folder), inquiry.since)
        return _from_folder(Path(folder), place, inquiry)


def _copy(place: _Place, folder: Path, since: date | None) -> None:
    from secure_bedrock.usage.s3_logs import download  # noqa: PLC0415 - only for buckets

    with _bar("Copying logs") as told:
        download(place.client("s3"), place.source, folder, since=since, progress=told)


def _from_folder(folder: Path, place: _Place, inquiry: Inquiry) -> UsageReport:
    from secure_bedrock.usage.duckdb_engine import summarise  # noqa: PLC0415 - an extra
    from secure_bedrock.usage.files import find_logs  # noqa: PLC0415 - with it

    files = find_logs(folder, since=inquiry.since)
    with _bar("Reading logs") as told:
        return summarise(files, inquiry, memory=place.memory, progress=told)


def _write(
    report: UsageReport, *, csv_file: Path | None, parquet_file: Path | None, html_file: Path | None
) -> None:
    if csv_file or parquet_file:
        from secure_bedrock.usage.files_written import (  # noqa: PLC0415 - an extra
            write_csv,
            write_parquet,
        )

        if csv_file:
            write_csv(report.usage, csv_file)
        if parquet_file:
            write_parquet(report.usage, parquet_file)
    if html_file:
        html_file.write_text(html_page(report), encoding="utf-8")


def _pairs(profiles: tuple[str, ...]) -> dict[str, str]:
    wrong = [text for text in profiles if not all(text.partition("="))]
    if wrong:
        raise ValueError(f"--inference-profile {wrong[0]!r}: write ARN=MODEL")
    return {arn: model for arn, _, model in (text.partition("=") for text in profiles)}


@contextmanager
def _bar(what: str) -> Iterator[Told]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        problem = f"{error.name} is missing: pip install 'secure-bedrock[analytics]'"
    except (ValueError, OSError, BotoCoreError) as error:
        problem = str(error)
    except ClientError as error:
        found = error.response["Error"]
        problem = f"{error.operation_name}: {found['Code']}: {found.get('Message', '')}"
    else:
        return
    click.echo(f"secure-bedrock usage: {problem}", err=True)
    sys.exit(_USAGE)
