"""The ``secure-bedrock`` command. Each subcommand is a module, imported when it is asked for."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from secure_bedrock.cli.group import commands  # noqa: PLC0415 - click is an extra
    except ModuleNotFoundError as error:
        sys.exit(f"secure-bedrock: {error.name} is missing: pip install 'secure-bedrock[cli]'")
    commands(prog_name="secure-bedrock")
