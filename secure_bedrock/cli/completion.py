"""``secure-bedrock completion``: what a shell needs to complete the command line."""

import click
from click.shell_completion import get_completion_class

from secure_bedrock.cli.group import commands

_PROGRAM = "secure-bedrock"
_VARIABLE = "_SECURE_BEDROCK_COMPLETE"


@click.command(
    "completion",
    epilog="""\b
Examples:
  secure-bedrock completion bash > ~/.local/share/bash-completion/completions/secure-bedrock
  secure-bedrock completion zsh > "${fpath[1]}/_secure-bedrock"
  secure-bedrock completion fish > ~/.config/fish/completions/secure-bedrock.fish
""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(*, shell: str) -> None:
    """Write the completion script for a shell: bash (4.4 or newer), zsh or fish.

    Exit code 0: it was written. 2: wrong usage.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(f"{shell}: use bash, zsh or fish")
    click.echo(kind(commands, {}, _PROGRAM, _VARIABLE).source())
