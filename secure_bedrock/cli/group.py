"""The group of commands: names and one line of help here, everything else in their modules."""

from importlib import import_module
from importlib.metadata import version

import click
from click.shell_completion import CompletionItem

COMMANDS = {
    "access": "Show who may do what with which model, from the templates' policies.",
    "check": "Check templates for what makes Amazon Bedrock unsafe.",
    "completion": "Write the script that completes this command line in bash, zsh or fish.",
    "demo": "Deploy the reference stack to an emulated AWS on this machine and verify it.",
    "erase": "Find what is kept of one person in logs and knowledge bases, and erase it.",
    "init": "Write a minimal app that is safe by default into a new folder.",
    "usage": "Summarise invocation logs: tokens, cost, latency, by principal, model, project, day.",
    "verify": "Compare a deployed stack with what its template claims.",
}
"""Name -> help. The command is the attribute ``command`` of ``secure_bedrock.cli.<name>``."""


class LazyGroup(click.Group):
    """A group that imports a command when it runs, so that help answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"secure_bedrock.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What can follow, without importing a command."""
        names = (
            CompletionItem(name, help=text)
            for name, text in sorted(COMMANDS.items())
            if name.startswith(incomplete)
        )
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in the help, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyGroup)
@click.version_option(version("secure-bedrock"), "--version", "-V")
def commands() -> None:
    """Make Amazon Bedrock safe by default, and show that it is."""
