"""``secure-bedrock report``: what templates show of the controls of frameworks."""

import errno
import sys
from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from secure_bedrock.evidence.controls.collect import collect_evidence
from secure_bedrock.evidence.controls.mapping import framework_ids, load_framework
from secure_bedrock.evidence.controls.model import Evidence, Status
from secure_bedrock.findings.parameters_file import read_parameters
from secure_bedrock.rules import Profile

_USAGE = 2
_NEVER = "never"
_FILE = click.Path(path_type=Path, dir_okay=False)
_PROFILES = [each.value for each in Profile if each is not Profile.BASELINE]


class Format(StrEnum):
    """How the report is written."""

    HTML = "html"
    JSON = "json"
    CSV = "csv"
    OSCAL = "oscal"


def _frameworks(context: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    """List the frameworks and end."""
    if wanted and not context.resilient_parsing:
        for id in framework_ids():
            framework = load_framework(id)
            click.echo(f"{id:14}{framework.name}, {framework.version}")
        context.exit()


@click.command(
    "report",
    epilog="""\b
Examples:
  secure-bedrock report cdk.out --output report.html
  secure-bedrock report cdk.out --framework nist-800-53 --framework gdpr --format csv
  secure-bedrock report cdk.out --format json --output report.json
  secure-bedrock report cdk.out --previous report.json --output report.html
  secure-bedrock report cdk.out --format oscal --output component-definition.json
""",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--framework", "frameworks", multiple=True, metavar="ID",
              help="Only this framework. May be given several times.")  # fmt: skip
@click.option("--list-frameworks", is_flag=True, is_eager=True, expose_value=False,
              callback=_frameworks, help="List the frameworks and exit.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(Format, case_sensitive=False),
              default=Format.HTML, show_default=True, help="How it is written.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--output", "-o", type=_FILE, metavar="FILE", help="Write the report to a file.")
@click.option("--previous", type=_FILE, metavar="FILE",
              help="A report in JSON; the page then says what changed since.")  # fmt: skip
@click.option("--profile", "profiles", multiple=True, type=click.Choice(_PROFILES),
              help="Apply the baseline rules and these only. Default: all rules.")  # fmt: skip
@click.option("--parameters", type=_FILE, metavar="FILE", help="Thresholds and allow-lists.")
@click.option("--region", help="Where templates are deployed, if no assembly says so.")
@click.option("--account", help="Account they are deployed to, if no assembly says so.")
@click.option("--fail-on", type=click.Choice([_NEVER, Status.OPEN.value, Status.UNKNOWN.value]),
              default=_NEVER, show_default=True,
              help="Exit with 1 if a control is open, or open or unknown.")  # fmt: skip
def command(**given: Any) -> None:  # noqa: ANN401 - what the options declare
    """Write what templates show, control by control: what is shown, open, unknown or absent.

    PATH is a cloud assembly (cdk.out), a template or a folder of templates. The report says what
    the templates show; work that stays with the customer is named as such.

    Exit code 0: the report was written. 1: with --fail-on, there is such a control. 2: wrong usage,
    or something could not be read; there is no report then.
    """
    try:
        sys.exit(_run(**given))
    except ModuleNotFoundError as error:
        name = str(error.name).partition(".")[0]
        if name == "secure_bedrock":
            raise
        _complain(f"{name} is missing: pip install 'secure-bedrock[report]'")
    except OSError as error:
        if error.errno == errno.EPIPE:  # who reads the report has enough of it
            raise
        _complain(f"{error.filename}: {error.strerror}: name a file that can be used")
    except ValueError as error:
        _complain(str(error))
    sys.exit(_USAGE)


def _run(  # one argument for each option
    *,
    paths: tuple[Path, ...],
    frameworks: tuple[str, ...],
    form: Format,
    as_json: bool,
    output: Path | None,
    previous: Path | None,
    profiles: tuple[str, ...],
    parameters: Path | None,
    region: str | None,
    account: str | None,
    fail_on: str,
) -> int:
    form = Format.JSON if as_json else form
    if not paths:
        raise ValueError("nothing to report on: name a template, a folder or a cloud assembly")
    if previous and form is not Format.HTML:
        raise ValueError(f"--previous is for the page, not for {form}: leave one of them out")
    if form is Format.HTML and output is None and sys.stdout.isatty():
        raise ValueError("a page is not for a terminal: name a file with --output")
    render = _renderer(form, previous)
    evidence = collect_evidence(
        paths,
        profiles=profiles or tuple(Profile),
        frameworks=frameworks or None,
        parameters=read_parameters(parameters) if parameters else None,
        region=region,
        account=account,
    )
    text = render(evidence)
    if output:
        output.write_text(text, encoding="utf-8")
        click.echo(_summary(evidence, output), err=True)
    else:
        click.echo(text, nl=False)
    return int(_fails(evidence, fail_on))


def _renderer(form: Format, previous: Path | None) -> Callable[[Evidence], str]:
    """What writes the format; imported when it is asked for, before anything is computed."""
    if form is Format.HTML:
        from secure_bedrock.evidence.as_json import read_report  # noqa: PLC0415

        html = import_module("secure_bedrock.cli.report_html").html
        before = read_report(previous) if previous else None
        return lambda evidence: str(html(evidence, before))
    name = "oscal" if form is Format.OSCAL else f"as_{form.value}"
    render: Callable[[Evidence], str] = import_module(f"secure_bedrock.evidence.{name}").render
    return render


def _summary(evidence: Evidence, output: Path) -> str:
    statuses = [c.status for framework in evidence.frameworks for c in framework.controls]
    counts = ", ".join(f"{statuses.count(each)} {each}" for each in Status if each in statuses)
    return f"{output}: {len(evidence.frameworks)} frameworks, {len(statuses)} controls: {counts}"


def _fails(evidence: Evidence, fail_on: str) -> bool:
    bad = {_NEVER: (), Status.OPEN: (Status.OPEN,)}.get(fail_on, (Status.OPEN, Status.UNKNOWN))
    return any(c.status in bad for framework in evidence.frameworks for c in framework.controls)


def _complain(problem: str) -> None:
    click.echo(f"secure-bedrock report: {' '.join(problem.split())}", err=True)
