"""A group of commands whose modules are imported when a command runs, so that help is quick."""

from collections.abc import Mapping
from importlib import import_module

import click
from click.shell_completion import CompletionItem


class LazyGroup(click.Group):
    """Commands by name, with one line of help each.

    Args:
        name: Of the group.
        modules: Start of the modules' names: the command NAME is the attribute ``command`` of
            PREFIX + NAME.
        helps: Name of a command -> its line of help.
        options: What click's own group takes.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        modules: str = "",
        helps: Mapping[str, str] | None = None,
        **options: object,
    ) -> None:
        super().__init__(name, **options)  # type: ignore[arg-type] # click's own, unchanged
        self.modules = modules
        self.helps = helps or {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name."""
        return sorted(self.helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in self.helps:
            return None
        module = import_module(f"{self.modules}{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What can follow, without importing a command."""
        names = (
            CompletionItem(name, help=text)
            for name, text in sorted(self.helps.items())
            if name.startswith(incomplete)
        )
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in the help, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self.helps.items()))
