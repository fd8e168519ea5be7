"""Whether a resource has a policy of its own."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Profile,
    Resource,
    Severity,
    Verdicts,
    equals,
    forbid,
    none_of,
    present,
    refers_to,
    rule,
)

_GUIDE = "https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide"


@rule(
    "RPO03",
    resource=("AWS::BedrockAgentCore::Runtime", "AWS::BedrockAgentCore::Gateway"),
    severity=Severity.INFO,
    profiles=(Profile.AGENTIC,),
    fix="Add an AWS::BedrockAgentCore::ResourcePolicy that says from where it may be called.",
    source=f"{_GUIDE}/resource-based-policies.html",
)
def open_endpoints_have_a_policy(callee: Resource) -> Verdicts:
    """A runtime or gateway that is called without IAM credentials has a resource policy.

    With IAM credentials only the own account gets in when there is no policy.
    """
    without_iam = _called_without_iam(callee)
    if without_iam is not NO:
        policies = callee.template.of_type("AWS::BedrockAgentCore::ResourcePolicy")
        has_none = none_of(refers_to(policy["ResourceArn"], callee) for policy in policies)
        message = "no AWS::BedrockAgentCore::ResourcePolicy of the template is for it"
        yield from forbid(without_iam & has_none, callee, message)


def _called_without_iam(callee: Resource) -> Answer:
    if callee.type.endswith("Runtime"):
        return present(callee["AuthorizerConfiguration"])
    return ~equals(callee["AuthorizerType"], "AWS_IAM", missing=YES)
