"""The group of commands: names and one line of help here, everything else in their modules."""

from importlib.metadata import version

import click

from secure_bedrock.cli.lazy import LazyGroup

COMMANDS = {
    "access": "Show who may do what with which model, from the templates' policies.",
    "check": "Check templates for what makes Amazon Bedrock unsafe.",
    "completion": "Write the script that completes this command line in bash, zsh or fish.",
    "demo": "Deploy the reference stack to an emulated AWS on this machine and verify it.",
    "erase": "Find what is kept of one person in logs and knowledge bases, and erase it.",
    "guardrail": "Test guardrails with suites of texts, and check what they are told.",
    "init": "Write a minimal app that is safe by default into a new folder.",
    "report": "Write what templates show of the controls of frameworks.",
    "usage": "Summarise invocation logs: tokens, cost, latency, by principal, model, project, day.",
    "verify": "Compare a deployed stack with what its template claims.",
}
"""Name -> help. The command is the attribute ``command`` of ``secure_bedrock.cli.<name>``."""


@click.group(cls=LazyGroup, modules="secure_bedrock.cli.", helps=COMMANDS)
@click.version_option(version("secure-bedrock"), "--version", "-V")
def commands() -> None:
    """Make Amazon Bedrock safe by default, and show that it is."""
