"""``secure-bedrock check``: judge templates with the rules."""

import errno
import sys
from dataclasses import replace
from pathlib import Path

import click

from secure_bedrock.cli.check_options import Choices, options
from secure_bedrock.cli.rules_shown import explain, listing
from secure_bedrock.findings.baseline import read_baseline, write_baseline
from secure_bedrock.findings.collect import Collected, collect
from secure_bedrock.findings.formats import Format, render
from secure_bedrock.findings.parameters_file import read_parameters
from secure_bedrock.findings.result import Policy, Result, assemble
from secure_bedrock.rules import Parameters, check_all
from secure_bedrock.rules._engine import select

_USAGE = 2


@click.command(
    "check",
    epilog="""\b
Examples:
  secure-bedrock check cdk.out
  secure-bedrock check template.yaml --profile strict --fail-on high
  secure-bedrock check . --format sarif --output findings.sarif
  secure-bedrock check --explain GRD06
""",
)
@options
def command(**given: object) -> None:
    """Judge CloudFormation templates: files, folders of them, and cloud assemblies (cdk.out).

    Templates are JSON or YAML, SAM included. What is checked together is taken to be deployed
    together: exports of one template are known in the others.

    Exit code 0: nothing that fails the check. 1: findings. 2: wrong usage, or something could not
    be read; what could be read is reported all the same.
    """
    choices = Choices(**given)  # type: ignore[arg-type] # click gives what the options declare
    try:
        sys.exit(_run(choices))
    except OSError as error:
        if error.errno == errno.EPIPE:  # who reads the report has enough of it
            raise
        _complain(f"{error.filename}: {error.strerror}: name a file that can be written")
    except ValueError as error:
        _complain(str(error))
    sys.exit(_USAGE)


def _run(choices: Choices) -> int:
    if choices.list_rules or choices.explain:
        click.echo(explain(choices.explain) if choices.explain else listing(choices.form))
        return 0
    if not choices.paths:
        raise ValueError("nothing to check: name a template, a folder or a cloud assembly")
    if choices.baseline and choices.write_baseline:
        raise ValueError("--baseline and --write-baseline exclude each other: use one of them")
    found = collect(choices.paths, templates_only=choices.templates_only)
    result = _result(choices, found)
    for problem in found.problems:
        _complain(problem)
    if choices.write_baseline:
        return _adopt(choices.write_baseline, result)
    _report(choices, result)
    return _USAGE if found.problems else int(result.failed)


def _result(choices: Choices, found: Collected) -> Result:
    baseline = read_baseline(choices.baseline) if choices.baseline else None
    parameters = read_parameters(choices.parameters) if choices.parameters else Parameters()
    place = {"region": choices.region, "account": choices.account}
    known = {name: value for name, value in place.items() if value}
    sources = [replace(source, **known) for source in found.sources]  # type: ignore[arg-type]
    return assemble(
        check_all(sources, profiles=choices.profile, parameters=parameters),
        rules=select(choices.profile),
        policy=Policy(fail_on=choices.fail_on, unknown=choices.unknown),
        baseline=baseline,
        problems=found.problems,
    )


def _adopt(path: Path, result: Result) -> int:
    """Write the baseline; not when something could not be read, as it would be missing in it."""
    if result.problems:
        return _USAGE
    count = write_baseline(path, result.found)
    click.echo(f"{path}: {count} findings; check with --baseline {path}")
    return 0


def _report(choices: Choices, result: Result) -> None:
    if choices.output:
        choices.output.write_text(render(result, choices.form), encoding="utf-8")
    elif choices.form is Format.TEXT and sys.stdout.isatty():
        _show(result)
    else:
        click.echo(render(result, choices.form), nl=False)


def _show(result: Result) -> None:
    """Show the report on the terminal, in its width and with colors."""
    from rich.console import Console  # noqa: PLC0415 - other formats start faster without it

    from secure_bedrock.findings.as_text import report  # noqa: PLC0415

    Console(highlight=False).print(report(result))


def _complain(problem: str) -> None:
    click.echo(f"secure-bedrock check: {' '.join(problem.split())}", err=True)
