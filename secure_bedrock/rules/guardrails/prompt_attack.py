"""How guardrails treat prompt attacks."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Controls,
    Fail,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    equals,
    require,
    rule,
)

_SOURCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-prompt-attack.html"


@rule(
    "GRD06",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.HIGH,
    fix="Add a PROMPT_ATTACK filter with InputStrength HIGH and OutputStrength NONE.",
    source=_SOURCE,
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-02",), "Prowler"),
        "CCC": Controls(("GenAI.CN01.AR01", "GenAI.CN01.AR02"), "Prowler"),
        "KISA ISMS-P": Controls(("2.10.2",), "Prowler"),
        "NIST 800-53 r5": Controls(("SI-10",), "stave"),
    },
)
def prompt_attack_filter_is_high(guardrail: Resource) -> Verdicts:
    """The guardrail looks for prompt attacks at HIGH strength."""
    filters = guardrail["ContentPolicyConfig"]["FiltersConfig"]
    kinds = [(each, equals(each["Type"], "PROMPT_ATTACK")) for each in filters]
    for each, is_prompt_attack in kinds:
        if is_prompt_attack is YES:
            strength = each["InputStrength"]
            yield from require(equals(strength, "HIGH"), strength)
    if not any(found is YES for _, found in kinds):
        certain = all(found is NO for _, found in kinds)
        message = "no PROMPT_ATTACK filter is configured"
        yield Fail(filters, message) if certain else Unknown(filters)
