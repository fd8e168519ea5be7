"""Findings that stay in the reference stack, each with its reason.

Every entry names one resource. A finding anywhere else, or of another kind, still fails the synth.
"""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

from secure_bedrock.reference.acknowledged import core, monitoring, usage
from secure_bedrock.reference.acknowledgement_entry import Entry
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack


def acknowledge(stack: SecureBedrockStack, settings: Settings) -> None:
    """Acknowledge the findings at their resources.

    Raises:
        ValueError: A resource named here does not exist.
    """
    for entry in entries(stack, settings):
        Validations.of(_at(stack, entry.path)).acknowledge(
            *(Acknowledgment(id=rule, reason=entry.reason) for rule in entry.rules)
        )


def entries(stack: SecureBedrockStack, settings: Settings) -> list[Entry]:
    """What is acknowledged, resource by resource."""
    return [
        *core.entries(stack, settings),
        *monitoring.entries(stack, settings),
        *usage.entries(stack, settings),
    ]


def _at(stack: SecureBedrockStack, path: str) -> IConstruct:
    construct: IConstruct = stack
    for id in path.split("/"):
        child = construct.node.try_find_child(id)
        if child is None:
            raise ValueError(f"{stack.node.path}: no construct {path!r} to acknowledge findings of")
        construct = child
    return construct
