"""Keys, network, invocation logging, guardrail, data retention and roles."""

from collections.abc import Iterator

from secure_bedrock.catalog.models import InferenceProfile
from secure_bedrock.reference import acknowledgement_reasons as why
from secure_bedrock.reference.acknowledgement_entry import (
    Entry,
    of_buckets,
    of_handler,
    shown,
    wildcard,
)
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack

_LOGGING = "InvocationLogging/Configuration/Handler"
_VERSIONS = "Guardrails/Versions/Handler"
_RETENTION = "DataRetention/Handler"


def entries(stack: SecureBedrockStack, settings: Settings) -> Iterator[Entry]:
    """What stays in the core of the stack."""
    yield from of_handler("Network/DefaultSecurityGroup/Handler")
    rules = [f"{pack}VPCDefaultSecurityGroupClosed" for pack in why.ALL]
    yield Entry("Network/Vpc", rules, why.CLOSED_AT_DEPLOYMENT)
    for handler, actions in _account_level(settings).items():
        yield from of_handler(handler)
        reason = why.ACCOUNT_LEVEL_ACTIONS.format(actions=actions)
        yield wildcard(f"{handler}/Permissions/Resource", "*", reason)
    yield from of_buckets("InvocationLogging/Storage", why.NO_REPLICATION)
    for path in ("Invoker", *(f"Projects/{name}/Invoker" for name in settings.projects)):
        yield from _invoker(path, stack, settings)
    for name in settings.projects:
        policy = f"Projects/{name}/Invoker/Resource/DefaultPolicy/Resource"
        yield Entry(policy, [why.ELSEWHERE], why.PROFILE_OF_THE_PROJECT)
    if settings.replace_existing_logging:
        yield from _restore(stack)


def _account_level(settings: Settings) -> dict[str, str]:
    found = {
        _LOGGING: "those on the logging configuration",
        _VERSIONS: "bedrock:ListEnforcedGuardrailsConfiguration",
    }
    if settings.data_retention is not None:
        found[_RETENTION] = "those on the data retention mode"
    return found


def _invoker(path: str, stack: SecureBedrockStack, settings: Settings) -> Iterator[Entry]:
    policy = f"{path}/Resource/DefaultPolicy/Resource"
    yield Entry(policy, [f"{pack}IAMNoInlinePolicy" for pack in why.ALL], why.ONE_ROLE)
    partition = shown(stack.partition, "AWS::Partition")
    for profile in settings.models:
        if isinstance(profile, InferenceProfile):
            arn = profile.model.arn(partition=partition, region="*")
            yield wildcard(policy, arn, why.THROUGH_PROFILE)


def _restore(stack: SecureBedrockStack) -> Iterator[Entry]:
    partition = shown(stack.partition, "AWS::Partition")
    account = shown(stack.account, "AWS::AccountId")
    permissions = f"{_LOGGING}/Permissions/Resource"
    roles = f"arn:{partition}:iam::{account}:role/*"
    yield wildcard(permissions, roles, why.RESTORES_ANY_ROLE)
    yield Entry(permissions, [why.ANY_ROLE], why.RESTORES_ANY_ROLE)
