"""Which sensitive information guardrails look for."""

from secure_bedrock.rules._kit import (
    Controls,
    Parameters,
    Resource,
    Severity,
    Verdicts,
    present,
    require,
    rule,
)
from secure_bedrock.rules.guardrails._filters import joins_an_enforced_one, lacks

_SOURCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-sensitive-filters.html"


@rule(
    "GRD11",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.HIGH,
    fix="Add a sensitive information policy with PII types or regular expressions.",
    source=_SOURCE,
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-03",), "Prowler"),
        "CCC": Controls(
            tuple(f"GenAI.CN0{n}.AR0{m}" for n in (1, 2, 4) for m in (1, 2)), "Prowler"
        ),
        "HIPAA": Controls(("164.312(a)(1)",), "stave"),
        "KISA ISMS-P": Controls(("2.10.2",), "Prowler"),
    },
)
def sensitive_information_is_looked_for(guardrail: Resource) -> Verdicts:
    """The guardrail looks for sensitive information.

    A guardrail beside one that the template enforces for the account may leave it out, because
    both apply.
    """
    policy = guardrail["SensitiveInformationPolicyConfig"]
    if not joins_an_enforced_one(guardrail):
        found = present(policy["PiiEntitiesConfig"]) | present(policy["RegexesConfig"])
        yield from require(found, policy)


@rule(
    "GRD13",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.MEDIUM,
    fix="Add the PII types to PiiEntitiesConfig.",
    source=_SOURCE,
    parameters=("required_pii_types",),
)
def required_pii_types_are_covered(guardrail: Resource, parameters: Parameters) -> Verdicts:
    """The guardrail handles the PII types that are required (parameter ``required_pii_types``)."""
    entities = guardrail["SensitiveInformationPolicyConfig"]["PiiEntitiesConfig"]
    yield from lacks(entities, parameters.required_pii_types)
