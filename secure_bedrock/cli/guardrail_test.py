"""``secure-bedrock guardrail test``: does a guardrail do what it should?"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress

from secure_bedrock.cli.guardrail_test_options import Choices, options
from secure_bedrock.cli.guardrail_test_run import Run, Versions
from secure_bedrock.cli.guardrail_test_table import shown
from secure_bedrock.guardrail_tests.as_json import as_json
from secure_bedrock.guardrail_tests.as_junit import as_junit
from secure_bedrock.guardrail_tests.estimates import Estimate
from secure_bedrock.guardrail_tests.loading import load_suites
from secure_bedrock.guardrail_tests.page import html_page
from secure_bedrock.guardrail_tests.results import Result

_USAGE = 2


@click.command(
    "test",
    epilog="""\b
Examples:
  secure-bedrock guardrail test starter --guardrail chat:3
  secure-bedrock guardrail test suites --guardrail chat:4 --against 3 --yes --junit report.xml
  secure-bedrock guardrail test suite.yaml --guardrail chat:3 --record chat-3.json
  secure-bedrock guardrail test suite.yaml --replay chat-4.json --against chat-3.json --html a.html
""",
)
@options
def command(**given: object) -> None:
    """Put texts through a guardrail and compare what happens with what should.

    SUITE is a YAML file, a folder of them, or the word starter for the suites of this package,
    starter/NAME for one of them.
    AWS charges for evaluated text: what it will cost is shown before, and asked about.

    Exit code 0: within the thresholds, and nothing regressed. 1: a threshold is passed, or a case
    that --against gets right goes wrong. 2: wrong usage, something cannot be read, or cases were
    not decided.
    """
    choices = Choices(**given)  # type: ignore[arg-type] # click gives what the options declare
    with _one_line_errors():
        run = Run(choices, load_suites(choices.suites))
        versions = run.versions()
        cost = run.estimate(versions)
        _accept(choices, cost)
        result = _judged(run, versions)
        _write(choices, result, cost)
    if choices.as_json:
        click.echo(as_json(result, cost))
    else:
        Console(highlight=False).print(shown(result))
    sys.exit(result.exit_code)


def _accept(choices: Choices, cost: Estimate) -> None:
    if not cost.requests:
        return
    click.echo(f"This run makes {cost}", err=True)
    if choices.yes:
        return
    if not sys.stdin.isatty():
        raise ValueError("nobody is there to accept the cost: add --yes")
    click.confirm("Go on?", abort=True, err=True)


def _judged(run: Run, versions: Versions) -> Result:
    with _bar(run.requests(versions)) as told:
        return run.result(versions, told)


def _write(choices: Choices, result: Result, cost: Estimate) -> None:
    if choices.json_file:
        choices.json_file.write_text(f"{as_json(result, cost)}\n", encoding="utf-8")
    if choices.junit:
        choices.junit.write_text(as_junit(result), encoding="utf-8")
    if choices.html:
        choices.html.write_text(html_page(result), encoding="utf-8")


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    with Progress(console=Console(stderr=True), transient=True, disable=not total) as bar:
        task = bar.add_task("Asking the guardrail", total=total)
        yield lambda: bar.advance(task)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, BotoCoreError) as error:
        problem = str(error)
    except ClientError as error:
        found = error.response["Error"]
        problem = f"{error.operation_name}: {found['Code']}: {found.get('Message', '')}"
    else:
        return
    for line in problem.splitlines():
        click.echo(f"secure-bedrock guardrail test: {line}", err=True)
    sys.exit(_USAGE)
