"""``secure-bedrock init``: the files of a new app."""

import json
import sys
from pathlib import Path

import click

from secure_bedrock.cli.starter_app import StarterApp

_USAGE = 2


@click.command(
    "init",
    epilog="""\b
Examples:
  secure-bedrock init chat
  secure-bedrock init chat --model us.anthropic.claude-sonnet-4-5-20250929-v1:0 --environment prod
""",
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--model",
    default="eu.amazon.nova-lite-v1:0",
    show_default=True,
    metavar="ID",
    help="Foundation model or inference profile that the app may call.",
)
@click.option(
    "--environment", default="dev", show_default=True, help="Name in the aliases of the keys."
)
@click.option("--stack", metavar="NAME", help="Name of the stack; without it, the folder's name.")
@click.option("--json", "as_json", is_flag=True, help="Write the names of the files as JSON.")
def command(
    *, folder: Path, model: str, environment: str, stack: str | None, as_json: bool
) -> None:
    """Write a minimal app into the new folder FOLDER: app.py, cdk.json, requirements.txt.

    The app synthesizes, and the checks find nothing in it. Nothing that exists is touched.

    Exit code 0: the files were written. 2: wrong usage; nothing was written.
    """
    try:
        starter = StarterApp(folder=folder, model=model, environment=environment, stack=stack)
        written = [str(path) for path in starter.write()]
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}")
    except ValueError as error:
        _complain(str(error))
    if as_json:
        click.echo(json.dumps({"files": written}, indent=2))
        return
    for path in written:
        click.echo(path)
    click.echo(f"Go on as {folder / 'README.md'} says.")


def _complain(problem: str) -> None:
    click.echo(f"secure-bedrock init: {' '.join(problem.split())}", err=True)
    sys.exit(_USAGE)
