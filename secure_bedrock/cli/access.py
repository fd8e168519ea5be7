"""``secure-bedrock access``: who may do what with which model?"""

import csv
import io
import json
import sys
from enum import StrEnum
from pathlib import Path

import click

from secure_bedrock.evidence.access_map import AccessMap, Outcome, access_map
from secure_bedrock.findings.printable import for_a_spreadsheet
from secure_bedrock.rules import Source, load_assembly, load_template

_USAGE = 2


class Format(StrEnum):
    """How the map is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


@click.command(
    "access",
    epilog="""\b
Examples:
  secure-bedrock access cdk.out
  secure-bedrock access template.yaml --principal Chat --through-endpoints
  secure-bedrock access cdk.out --format csv --output access.csv
""",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--model", "models", multiple=True, metavar="ID", help="Ask about this model, too.")
@click.option("--principal", metavar="NAME", help="Only roles and users whose name contains this.")
@click.option(
    "--through-endpoints",
    is_flag=True,
    help="Take calls to go through the interface endpoints of the templates.",
)
@click.option("--region", help="Where templates are deployed, if no assembly says so.")
@click.option("--account", help="Account they are deployed to, if no assembly says so.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--format",
    "form",
    type=click.Choice(Format, case_sensitive=False),
    default=Format.TEXT,
    show_default=True,
    help="How the map is written.",
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file."
)
@click.option("--all", "everything", is_flag=True, help="Show in the table what is denied, too.")
@click.option("--strict", is_flag=True, help="Fail if an answer is not known.")
def command(
    *,
    path: Path,
    models: tuple[str, ...],
    principal: str | None,
    through_endpoints: bool,
    region: str | None,
    account: str | None,
    as_json: bool,
    form: Format,
    output: Path | None,
    everything: bool,
    strict: bool,
) -> None:
    """Show who may do what with which model: allowed, denied, or only under which conditions.

    PATH is a cloud assembly (cdk.out) or a template. Identity policies, permissions boundaries,
    service control policies, endpoint policies, guardrail and key policies count. What the
    templates do not say is "not known", never a guess.

    Exit code 0: the map was made. 1: with --strict, an answer is not known. 2: wrong usage, or
    something could not be read.
    """
    try:
        found = access_map(
            _sources(path),
            more_models=models,
            principal=principal,
            through_endpoints=through_endpoints,
            region=region,
            account=account,
        )
        _write(found, Format.JSON if as_json else form, output, everything=everything)
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        _complain(str(error))
    unknown = any(a.outcome is Outcome.UNKNOWN for row in found.rows for a in row.answers)
    sys.exit(int(strict and unknown))


def _sources(path: Path) -> list[Source]:
    return load_assembly(path) if path.is_dir() else [load_template(path)]


def _write(found: AccessMap, form: Format, output: Path | None, *, everything: bool) -> None:
    if form is Format.TEXT:
        from secure_bedrock.cli.access_table import show  # noqa: PLC0415 - the only one with rich

        text = show(found, everything=everything, to_file=output is not None)
    else:
        text = (
            _as_csv(found) if form is Format.CSV else f"{json.dumps(found.as_json(), indent=2)}\n"
        )
    if output is not None:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


def _as_csv(found: AccessMap) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["principal", "arn", "target", "action", "outcome", "conditions", "reason"])
    for row in found.rows:
        for each in row.answers:
            conditions = "; ".join(each.conditions)
            cells = [each.target, each.action, each.outcome.name.lower(), conditions, each.reason]
            writer.writerow([for_a_spreadsheet(str(c)) for c in (row.principal, row.arn, *cells)])
    return text.getvalue()


def _complain(problem: str) -> None:
    click.echo(f"secure-bedrock access: {' '.join(problem.split())}", err=True)
    sys.exit(_USAGE)
