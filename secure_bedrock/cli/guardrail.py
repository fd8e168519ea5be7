"""``secure-bedrock guardrail``: what concerns guardrails themselves."""

import click

from secure_bedrock.cli.lazy import LazyGroup

COMMANDS = {
    "lint": "Find contradictions and gaps in what guardrails are told, without any call.",
    "test": "Put suites of texts through a guardrail and compare with what should happen.",
}


@click.group("guardrail", cls=LazyGroup, modules="secure_bedrock.cli.guardrail_", helps=COMMANDS)
def command() -> None:
    """Test guardrails, and check what they are told."""
