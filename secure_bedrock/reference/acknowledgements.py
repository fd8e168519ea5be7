"""Findings of cdk-nag's packs that stay in the reference stack, each with its reason.

Every entry names one resource. A finding anywhere else, or of another kind, still fails the synth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Acknowledgment, Token, Validations
from constructs import IConstruct

from secure_bedrock.catalog.models import InferenceProfile
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack

_HIPAA = "HIPAA.Security::HIPAA.Security-"
_NIST = "NIST.800.53.R5::NIST.800.53.R5-"
_PCI = "PCI.DSS.321::PCI.DSS.321-"
_ALL = (_HIPAA, _NIST, _PCI)
_IAM5 = "AwsSolutions::AwsSolutions-IAM5"

_NO_QUEUE = (
    "CloudFormation calls the handler and waits for its answer; a failure fails the deployment, "
    "where it is seen. There is no event a queue could keep."
)
_NO_CONCURRENCY = (
    "Runs only while the stack is deployed. Reserved concurrency would take it from the account's "
    "other functions, and new accounts have none to reserve."
)
_NO_VPC = (
    "Calls AWS APIs and CloudFormation's answer URL, nothing else, and handles no customer data. "
    "Inside the isolated VPC it could not answer, and CloudFormation would wait for an hour."
)
_NO_REPLICATION = (
    "Invocation logs stay in one Region: a copy elsewhere would break residency. Versioning "
    "protects against overwriting; a user who needs a copy adds one to a Region of their choice."
)
_NO_KMS_ON_ACCESS_LOGS = (
    "Amazon S3 cannot deliver server access logs to a bucket whose default encryption is SSE-KMS. "
    "The bucket is encrypted with SSE-S3 and holds no prompts or responses."
)
_CLOSED_AT_DEPLOYMENT = (
    "CloudFormation cannot change the rules of a default security group. The custom resource "
    "DefaultSecurityGroup removes them when the stack is deployed; the rule cannot see that."
)
_ONE_ROLE = (
    "The permissions belong to this role alone and live and die with it; a managed policy could "
    "be attached elsewhere. No person uses the role."
)
_ACCOUNT_LEVEL_ACTIONS = (
    "The actions with this resource, {actions}, have no resource-level form in the Service "
    "Authorization Reference."
)
_THROUGH_PROFILE = (
    "An inference profile may route to any Region of its geography, and AWS adds Regions. The "
    "condition bedrock:InferenceProfileArn allows the model through this profile only."
)
_RESTORES_ANY_ROLE = (
    "Restoring the configuration that was replaced passes its delivery role, which is known only "
    "when it is read. The statement passes roles to Amazon Bedrock only."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings of one resource that have one reason.

    Attributes:
        path: The resource's construct path below the stack.
        rules: Acknowledgement ids, pack first.
        reason: Why the finding stays.
    """

    path: str
    rules: Sequence[str]
    reason: str


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
    found = [*_handlers(), *_storage(), *_invoker(stack, settings), _default_group()]
    return [*found, _restore(stack)] if settings.replace_existing_logging else found


def _handlers() -> Iterator[Entry]:
    for handler in (
        "Network/DefaultSecurityGroup/Handler",
        "InvocationLogging/Configuration/Handler",
        "Guardrails/Versions/Handler",
    ):
        function = f"{handler}/Function/Resource"
        yield Entry(function, [f"{pack}LambdaInsideVPC" for pack in _ALL], _NO_VPC)
        yield Entry(function, [f"{pack}LambdaDLQ" for pack in (_HIPAA, _NIST)], _NO_QUEUE)
        yield Entry(
            function, [f"{pack}LambdaConcurrency" for pack in (_HIPAA, _NIST)], _NO_CONCURRENCY
        )
    for handler, actions in (
        ("InvocationLogging/Configuration", "those on the logging configuration"),
        ("Guardrails/Versions", "bedrock:ListEnforcedGuardrailsConfiguration"),
    ):
        yield Entry(
            f"{handler}/Handler/Permissions/Resource",
            [f"{_IAM5}[Resource::*]"],
            _ACCOUNT_LEVEL_ACTIONS.format(actions=actions),
        )


def _storage() -> Iterator[Entry]:
    for bucket in ("Bucket", "AccessLogs"):
        yield Entry(
            f"InvocationLogging/Storage/{bucket}/Resource",
            [f"{pack}S3BucketReplicationEnabled" for pack in _ALL],
            _NO_REPLICATION,
        )
    yield Entry(
        "InvocationLogging/Storage/AccessLogs/Resource",
        [f"{pack}S3DefaultEncryptionKMS" for pack in _ALL],
        _NO_KMS_ON_ACCESS_LOGS,
    )


def _invoker(stack: SecureBedrockStack, settings: Settings) -> Iterator[Entry]:
    policy = "Invoker/Resource/DefaultPolicy/Resource"
    yield Entry(policy, [f"{pack}IAMNoInlinePolicy" for pack in _ALL], _ONE_ROLE)
    partition = _shown(stack.partition, "AWS::Partition")
    models = [m.model for m in settings.models if isinstance(m, InferenceProfile)]
    arns = [model.arn(partition=partition, region="*") for model in models]
    yield Entry(policy, [f"{_IAM5}[Resource::{arn}]" for arn in arns], _THROUGH_PROFILE)


def _restore(stack: SecureBedrockStack) -> Entry:
    partition = _shown(stack.partition, "AWS::Partition")
    account = _shown(stack.account, "AWS::AccountId")
    return Entry(
        "InvocationLogging/Configuration/Handler/Permissions/Resource",
        [f"{_IAM5}[Resource::arn:{partition}:iam::{account}:role/*]"],
        _RESTORES_ANY_ROLE,
    )


def _shown(value: str, pseudo_parameter: str) -> str:
    """How cdk-nag writes a value in the id of a finding."""
    return f"<{pseudo_parameter}>" if Token.is_unresolved(value) else value


def _default_group() -> Entry:
    rules = [f"{pack}VPCDefaultSecurityGroupClosed" for pack in _ALL]
    return Entry("Network/Vpc", rules, _CLOSED_AT_DEPLOYMENT)


def _at(stack: SecureBedrockStack, path: str) -> IConstruct:
    construct: IConstruct = stack
    for id in path.split("/"):
        child = construct.node.try_find_child(id)
        if child is None:
            raise ValueError(f"{stack.node.path}: no construct {path!r} to acknowledge findings of")
        construct = child
    return construct
