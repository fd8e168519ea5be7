"""How guardrails check that responses are true to their sources."""

from secure_bedrock.rules._kit import (
    YES,
    Controls,
    Parameters,
    Profile,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    any_of,
    at_least,
    at_most,
    equals,
    forbid,
    is_false,
    present,
    refers_to,
    require,
    rule,
)
from secure_bedrock.rules.guardrails._filters import ENFORCED, is_open, lacks

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_GROUNDING = f"{_GUIDE}/guardrails-contextual-grounding-check.html"


@rule(
    "GRD14",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.MEDIUM,
    fix="Add GROUNDING and RELEVANCE filters with a threshold above 0 that block.",
    source=_GROUNDING,
    controls={"AWS AI Security Framework": Controls(("AISF-AI-09",), "Prowler")},
)
def ungrounded_responses_are_blocked(guardrail: Resource) -> Verdicts:
    """Responses that are not grounded or not relevant are blocked.

    Asked of every guardrail with contextual grounding, and of all in a template with a
    knowledge base.
    """
    filters = guardrail["ContextualGroundingPolicyConfig"]["FiltersConfig"]
    if guardrail.template.of_type("AWS::Bedrock::KnowledgeBase"):
        yield from lacks(filters, ("GROUNDING", "RELEVANCE"))
    for each in filters:
        if is_open(each):
            yield Unknown(each)
            continue
        yield from forbid(equals(each["Action"], "NONE"), each["Action"])
        yield from forbid(is_false(each["Enabled"]), each["Enabled"])
        yield from forbid(at_most(each["Threshold"], 0), each["Threshold"])


@rule(
    "GRD15",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.MEDIUM,
    fix="Raise Threshold of the contextual grounding filter.",
    source=_GROUNDING,
    parameters=("minimum_grounding_threshold",),
)
def grounding_thresholds_are_high(guardrail: Resource, parameters: Parameters) -> Verdicts:
    """Contextual grounding has at least the minimum threshold."""
    for each in guardrail["ContextualGroundingPolicyConfig"]["FiltersConfig"]:
        threshold = each["Threshold"]
        yield from require(at_least(threshold, parameters.minimum_grounding_threshold), threshold)


@rule(
    "GRD19",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Add the policy to AutomatedReasoningPolicyConfig.Policies.",
    source=f"{_GUIDE}/guardrails-automated-reasoning-checks.html",
    controls={"AWS AI Security Framework": Controls(("AISF-AI-08",), "Prowler")},
)
def automated_reasoning_is_used(guardrail: Resource) -> Verdicts:
    """The guardrail uses Automated Reasoning where the template has a policy for it.

    A guardrail that is enforced for the account is left out: it cannot use such policies.
    """
    template = guardrail.template
    if template.of_type("AWS::Bedrock::AutomatedReasoningPolicy"):
        enforced = any_of(
            refers_to(each["GuardrailIdentifier"], guardrail) for each in template.of_type(ENFORCED)
        )
        policies = guardrail["AutomatedReasoningPolicyConfig"]["Policies"]
        if enforced is not YES:
            yield from require(present(policies), policies)
