"""How AgentCore resources are encrypted."""

from secure_bedrock.rules._kit import (
    Controls,
    Resource,
    Severity,
    Verdicts,
    customer_managed_key,
    require,
    rule,
)
from secure_bedrock.rules.agentcore._shapes import GATEWAY, GUIDE, HARNESS, MEMORY

_SECURITY_HUB = Controls(
    ("AU-9", "CA-9(1)", "CM-3(6)", "SC-7(10)", "SC-12(2)", "SC-13", "SC-28", "SC-28(1)", "SI-7(6)"),
    "AWS Security Hub",
)
_KEY_FIX = "Set KmsKeyArn to the ARN of a customer managed key."
_ENCRYPTION_KEY_FIX = "Set EncryptionKeyArn to the ARN of a customer managed key."


@rule(
    "AGC11",
    resource=(MEMORY, HARNESS),
    severity=Severity.MEDIUM,
    fix=_ENCRYPTION_KEY_FIX,
    source="https://docs.aws.amazon.com/config/latest/developerguide/bedrock-agentcore-memory-encryption-enabled.html",
    controls={"NIST 800-53 r5": _SECURITY_HUB},
)
def memory_has_customer_managed_key(resource: Resource) -> Verdicts:
    """A memory, also one that a harness makes, is encrypted with a customer managed key."""
    if resource.type == MEMORY:
        key = resource["EncryptionKeyArn"]
        yield from require(customer_managed_key(key), key)
        return
    managed = resource["Memory"]["ManagedMemoryConfiguration"]
    if not managed.missing and managed["Arn"].missing:
        yield from require(customer_managed_key(managed["EncryptionKeyArn"]), managed)


@rule(
    "AGC15",
    resource=GATEWAY,
    severity=Severity.MEDIUM,
    fix=_KEY_FIX,
    source=f"{GUIDE}/gateway-encryption.html",
    controls={"NIST 800-53 r5": _SECURITY_HUB},
)
def gateway_has_customer_managed_key(gateway: Resource) -> Verdicts:
    """A gateway is encrypted with a customer managed key."""
    yield from require(customer_managed_key(gateway["KmsKeyArn"]), gateway["KmsKeyArn"])


@rule(
    "AGC22",
    resource="AWS::BedrockAgentCore::PolicyEngine",
    severity=Severity.MEDIUM,
    fix=_ENCRYPTION_KEY_FIX,
    source=f"{GUIDE}/policy-encryption.html",
)
def policy_engine_has_customer_managed_key(engine: Resource) -> Verdicts:
    """A policy engine is encrypted with a customer managed key."""
    yield from require(customer_managed_key(engine["EncryptionKeyArn"]), engine["EncryptionKeyArn"])


@rule(
    "AGC30",
    resource=(
        "AWS::BedrockAgentCore::Evaluator",
        "AWS::BedrockAgentCore::Dataset",
        "AWS::BedrockAgentCore::ConfigurationBundle",
    ),
    severity=Severity.LOW,
    fix=_KEY_FIX,
    source=f"{GUIDE}/data-encryption.html",
)
def evaluation_data_has_customer_managed_key(resource: Resource) -> Verdicts:
    """Evaluators, datasets and configuration bundles are encrypted with a customer managed key."""
    yield from require(customer_managed_key(resource["KmsKeyArn"]), resource["KmsKeyArn"])
