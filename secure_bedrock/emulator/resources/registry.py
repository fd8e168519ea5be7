"""Every resource type there is."""

from collections.abc import Mapping
from importlib import import_module

from secure_bedrock.emulator.resources.declaration import ResourceType

_NOTHING = tuple(
    ResourceType(
        name=name,
        service="cloudformation",
        id="$generated_name",
        delete=None,
        without_effect=ignored,
    )
    for name, ignored in (
        ("AWS::CDK::Metadata", frozenset({"Analytics"})),
        ("AWS::CloudFormation::WaitConditionHandle", frozenset[str]()),
    )
)
_MODULES = (
    "administration",
    "analytics",
    "bedrock",
    "cloudwatch",
    "cost",
    "dns_firewall",
    "dynamodb",
    "ec2_network",
    "ec2_security",
    "event_invocations",
    "events",
    "iam",
    "insights",
    "kms",
    "knowledge_bases",
    "lambda_",
    "logs",
    "route53",
    "s3",
    "topics",
    "trails",
    "transit",
)


def _declared(module: str) -> tuple[ResourceType, ...]:
    types: tuple[ResourceType, ...] = import_module(f"{__package__}.{module}").TYPES
    return types


TYPES: Mapping[str, ResourceType] = {
    kind.name: kind
    for kind in (*_NOTHING, *(kind for name in _MODULES for kind in _declared(name)))
}
"""The declared types by name. Custom resources are not declared: their functions run."""

CUSTOM = "AWS::CloudFormation::CustomResource"


def is_custom(name: str) -> bool:
    """Whether a function carries out this type."""
    return name == CUSTOM or name.startswith("Custom::")


def is_known(name: str) -> bool:
    """Whether the emulator has this type."""
    return name in TYPES or is_custom(name)
