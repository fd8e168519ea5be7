"""``secure-bedrock guardrail lint``: contradictions and gaps in what guardrails are told."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from secure_bedrock.findings.collect import Collected, collect
from secure_bedrock.findings.located import shown
from secure_bedrock.findings.printable import printable
from secure_bedrock.guardrail_lint.linting import Found, lint
from secure_bedrock.guardrail_tests.loading import load_suites
from secure_bedrock.rules import Severity

_USAGE = 2
_NEVER = "never"
_VERSION = 1


@click.command(
    "lint",
    epilog="""\b
Examples:
  secure-bedrock guardrail lint cdk.out
  secure-bedrock guardrail lint template.yaml --suite suites --fail-on low --json
""",
)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SPEC..."
)
@click.option(
    "--suite",
    "suites",
    multiple=True,
    metavar="SUITE",
    help="Cases that the guardrails should get right. May be given several times.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*(each.value for each in Severity), _NEVER]),
    default=Severity.MEDIUM.value,
    show_default=True,
    help="Lowest severity that fails.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of lines.")
def command(
    *, paths: tuple[Path, ...], suites: tuple[str, ...], fail_on: str, as_json: bool
) -> None:
    """Read guardrails in templates, and say what contradicts itself or is missing.

    SPEC is a CloudFormation template, a folder with templates or a cloud assembly (cdk.out).
    Nothing is run and nothing is called. What the rules of secure-bedrock check say is not
    repeated here: they judge whether a guardrail is strong, this judges whether it makes sense.

    Exit code 0: nothing of that severity. 1: problems. 2: something cannot be read, or there is no
    guardrail.
    """
    try:
        cases = [case for suite in load_suites(suites) for case in suite.cases]
        collected = _collected(paths)
        guardrails, found = lint(collected.sources, cases)
    except ValueError as error:
        _stop(str(error))
    if not guardrails and not collected.problems:
        collected.problems.append("no guardrail in what was named: name the template that has one")
    if as_json:
        click.echo(json.dumps(_document(guardrails, found, collected.problems), indent=2))
    else:
        _show(guardrails, found)
    for problem in collected.problems:
        click.echo(f"secure-bedrock guardrail lint: {problem}", err=True)
    if collected.problems:
        sys.exit(_USAGE)
    sys.exit(any(_fails(each, fail_on) for each in found))


def _collected(paths: Sequence[Path]) -> Collected:
    programs = [path for path in paths if path.suffix == ".py"]
    if programs:
        raise ValueError(
            f"{programs[0]}: a program is not run here: synthesize it and name its cdk.out"
        )
    return collect(paths)


def _fails(found: Found, fail_on: str) -> bool:
    order = [each.value for each in Severity]
    return fail_on != _NEVER and order.index(found.problem.severity) <= order.index(fail_on)


def _show(guardrails: int, found: Sequence[Found]) -> None:
    for each in found:
        problem = each.problem
        click.echo(
            printable(
                f"{shown(each.file)}:{each.line}: {problem.severity} {problem.check} "
                f"{each.guardrail} {each.location}\n"
                f"  {problem.message}\n  remedy: {problem.remedy}"
            )
        )
    click.echo(f"{guardrails} guardrails, {len(found)} problems")


def _document(
    guardrails: int, found: Sequence[Found], problems: Sequence[str]
) -> dict[str, object]:
    return {
        "version": _VERSION,
        "guardrails": guardrails,
        "problems": [
            {
                "check": each.problem.check,
                "severity": each.problem.severity.value,
                "file": shown(each.file),
                "line": each.line,
                "guardrail": each.guardrail,
                "location": each.location,
                "message": each.problem.message,
                "remedy": each.problem.remedy,
            }
            for each in found
        ],
        "unread": list(problems),
    }


def _stop(problem: str) -> NoReturn:
    for line in problem.splitlines():
        click.echo(f"secure-bedrock guardrail lint: {line}", err=True)
    sys.exit(_USAGE)
