"""``secure-bedrock demo``: the whole way, on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from secure_bedrock.cli.demo_calls import Shown, try_it
from secure_bedrock.emulator import CdkCli, CdkError, Emulator
from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.report import Outcome, ResourceReport
from secure_bedrock.verification.stack import load
from secure_bedrock.verification.verify import Verification

_USAGE = 2
_STACK = "SecureBedrock"
_NO_CHANGES = "(no changes)"
_REGION = "eu-west-1"

console = Console(highlight=False)


@click.command("demo")
@click.option(
    "--app",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("app.py"),
    show_default=True,
    help="The app to deploy.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo"),
    show_default=True,
    help="Where the CDK CLI and the cloud assembly are kept.",
)
@click.option("--verbose", is_flag=True, help="Show everything the CDK CLI writes.")
def command(*, app: Path, folder: Path, verbose: bool) -> None:
    """Synthesize, check, deploy to an emulated AWS, verify, and try what was deployed.

    Nothing leaves this machine and no AWS account is involved. The emulator is a test double: that
    a stack deploys there does not show that AWS accepts it (docs/emulator.md).

    Exit code 0: everything is as claimed. 1: something is not. 2: the demo could not run.
    """
    if not app.is_file():
        click.echo(f"secure-bedrock demo: {app} does not exist: run it in a checkout", err=True)
        sys.exit(_USAGE)
    try:
        shown = _run(app, folder.absolute(), verbose=verbose)
    except (CdkError, subprocess.CalledProcessError) as error:
        click.echo(f"secure-bedrock demo: {error}", err=True)
        sys.exit(_USAGE)
    console.print(_table(shown))
    failed = [each for each in shown if not each.ok]
    console.print(
        f"{len(shown) - len(failed)} of {len(shown)} as claimed; the emulator is stopped."
    )
    sys.exit(bool(failed))


def _run(app: Path, folder: Path, *, verbose: bool) -> list[Shown]:
    with Emulator(region=_REGION, cache_folder=folder / "cdk-cli") as emulator:
        assembly = folder / "cdk.out"
        with _step("Synthesize and check: cdk-nag's packs, our rules, template validation"):
            _synthesize(app, assembly, emulator)
        cdk = emulator.cdk().listen(_listener(verbose=verbose))
        with _step("Install the CDK CLI, unless it is there"):
            cdk.install()
        with _step(f"Bootstrap the emulated account at {emulator.endpoint_url}"):
            cdk.bootstrap()
        with _step("Deploy"):
            cdk.deploy(assembly)
        with _step("Deploy again"):
            again = Shown("a second deployment changes nothing", _unchanged(cdk, assembly))
        with _step("Read every resource back"):
            verified = list(_verified(emulator))
        with _step("Call the model as the deployed role"):
            tried = try_it(emulator, _STACK)
    return [again, *verified, *tried]


def _synthesize(app: Path, assembly: Path, emulator: Emulator) -> None:
    place = {"CDK_DEFAULT_ACCOUNT": emulator.account, "CDK_DEFAULT_REGION": emulator.region}
    subprocess.run(
        [sys.executable, str(app)],
        check=True,
        env=os.environ | emulator.environment() | place | {"CDK_OUTDIR": str(assembly)},
    )


def _unchanged(cdk: CdkCli, assembly: Path) -> str:
    output = cdk.deploy(assembly)
    return "" if _NO_CHANGES in output else "the CDK CLI reports changes"


def _verified(emulator: Emulator) -> Iterator[Shown]:
    aws = Aws(region=emulator.region, profile=None, endpoint_url=emulator.endpoint_url)
    reports = list(Verification(aws, load(aws, _STACK)))
    types = dict.fromkeys(report.type for report in reports)
    for resource_type in types:
        mine = [report for report in reports if report.type == resource_type]
        problems = [problem for report in mine if (problem := _problem(report))]
        shown = resource_type.removeprefix("AWS::")
        yield Shown(f"{len(mine)} x {shown} as in the template", "; ".join(problems))


def _problem(report: ResourceReport) -> str:
    if report.outcome is Outcome.OK:
        return ""
    if report.differences:
        first = report.differences[0]
        return f"{report.path}: {first.path} is {first.read}, claimed {first.claimed}"
    return f"{report.path}: {report.problem}"


@contextmanager
def _step(title: str) -> Iterator[None]:
    console.print(f"[bold]{title}[/bold] ...")
    start = time.monotonic()
    yield
    console.print(f"  done in {time.monotonic() - start:.0f} s")


def _listener(*, verbose: bool) -> Callable[[str], None]:
    def show(line: str) -> None:
        if verbose or "_COMPLETE" in line or "FAILED" in line:
            console.print(Text(f"  {line.strip()}", style="dim"))

    return show


def _table(shown: list[Shown]) -> Table:
    table = Table(title="What was verified", box=None, title_justify="left", pad_edge=False)
    table.add_column("Claim")
    table.add_column("Result")
    for each in shown:
        result = Text("ok", "green") if each.ok else Text(each.problem, "bold red")
        table.add_row(Text(each.claim), result)
    return table
