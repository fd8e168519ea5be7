"""``secure-bedrock demo``: the whole way, on this machine."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from secure_bedrock.cli.demo_calls import Shown, try_it
from secure_bedrock.emulator import CdkCli, CdkError, Emulator

_USAGE = 2
_STACK = "SecureBedrock"
_NO_CHANGES = "(no changes)"
_REGION = "eu-west-1"
_EVENT = re.compile(r"\|\s*(?P<done>\d+)/(?P<all>\d+)\s*\|.*_COMPLETE")
_EVENTS_SHOWN = 10

console = Console(highlight=False)
progress = Console(highlight=False, stderr=True)


@click.command(
    "demo",
    epilog="""\b
Examples:
  secure-bedrock demo
  secure-bedrock demo --app my_app.py --json > claims.json
""",
)
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
@click.option("--json", "as_json", is_flag=True, help="Write the claims as JSON, not as a table.")
def command(*, app: Path, folder: Path, verbose: bool, as_json: bool) -> None:
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
    failed = [each for each in shown if not each.ok]
    if as_json:
        click.echo(json.dumps({"claims": [_as_json(each) for each in shown]}, indent=2))
    else:
        console.print(_table(shown))
        console.print(
            f"{len(shown) - len(failed)} of {len(shown)} as claimed; the emulator is stopped."
        )
    sys.exit(bool(failed))


def _as_json(shown: Shown) -> dict[str, object]:
    return {"claim": shown.claim, "ok": shown.ok, "problem": shown.problem}


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
    """What the product's own command says of the stack, type by type."""
    command = ("verify", "--stack", _STACK, "--region", emulator.region, "--json")
    done = subprocess.run(
        [sys.executable, "-m", "secure_bedrock.cli", *command],
        env=os.environ | emulator.environment(),
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode == _USAGE:
        raise CdkError("the deployed stack could not be read")
    resources = json.loads(done.stdout)["resources"]
    for resource_type in dict.fromkeys(each["type"] for each in resources):
        mine = [each for each in resources if each["type"] == resource_type]
        problems = [problem for each in mine if (problem := _problem(each))]
        name = resource_type.removeprefix("AWS::")
        yield Shown(f"{len(mine)} {name} as in the template", "; ".join(problems))


def _problem(resource: dict[str, Any]) -> str:
    for difference in resource["differences"]:
        claimed, read = difference["claimed"], difference["read"]
        return f"{resource['path']}: {difference['path']} is {read}, claimed {claimed}"
    return f"{resource['path']}: {resource['problem']}" if resource["outcome"] != "ok" else ""


@contextmanager
def _step(title: str) -> Iterator[None]:
    progress.print(f"[bold]{title}[/bold] ...")
    start = time.monotonic()
    yield
    progress.print(f"  done in {time.monotonic() - start:.0f} s")


def _listener(*, verbose: bool) -> Callable[[str], None]:
    """Shows how far the CDK CLI is: every line, or each tenth resource."""

    def show(line: str) -> None:
        count = _EVENT.search(line)
        if verbose or "FAILED" in line:
            progress.print(Text(f"  {line.rstrip()}", style="dim"))
        elif count and int(count["done"]) % _EVENTS_SHOWN == 0:
            progress.print(Text(f"  {count['done']} of {count['all']} resources", style="dim"))

    return show


def _table(shown: list[Shown]) -> Table:
    table = Table(title="What was verified", box=None, title_justify="left", pad_edge=False)
    table.add_column("Claim")
    table.add_column("Result")
    for each in shown:
        result = Text("ok", "green") if each.ok else Text(each.problem, "bold red")
        table.add_row(Text(each.claim), result)
    return table
