"""How guardrails are encrypted."""

from secure_bedrock.rules._kit import (
    Resource,
    Severity,
    Verdicts,
    customer_managed_key,
    require,
    rule,
)

_SOURCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-kms.html"
_REASONING = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-resource-bedrock-automatedreasoningpolicy.html"
)


@rule(
    "GRD02",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.MEDIUM,
    fix="Set KmsKeyArn to the ARN of a customer managed key.",
    source=_SOURCE,
)
def guardrail_has_customer_managed_key(guardrail: Resource) -> Verdicts:
    """The guardrail is encrypted with a customer managed key."""
    key = guardrail["KmsKeyArn"]
    return require(customer_managed_key(key), key)


@rule(
    "GRD20",
    resource="AWS::Bedrock::AutomatedReasoningPolicy",
    severity=Severity.MEDIUM,
    fix="Set KmsKeyId to a customer managed key.",
    source=_REASONING,
)
def reasoning_policy_has_customer_managed_key(policy: Resource) -> Verdicts:
    """The Automated Reasoning policy is encrypted with a customer managed key."""
    key = policy["KmsKeyId"]
    return require(customer_managed_key(key), key)
