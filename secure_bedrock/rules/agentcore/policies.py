"""Policies in the Cedar language, which say which tools who may use."""

import re

from secure_bedrock.rules._kit import (
    Controls,
    Fail,
    Node,
    Profile,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    equals,
    forbid,
    rule,
)
from secure_bedrock.rules.agentcore._shapes import GUIDE

_POLICY = "AWS::BedrockAgentCore::Policy"
_COMMENT = re.compile(r"//[^\n]*")
_ANYTHING = re.compile(
    r"\bpermit\s*\(\s*principal\s*,\s*action\s*,\s*resource\s*,?\s*\)\s*"
    r"((when\s*\{\s*true\s*\}|unless\s*\{\s*false\s*\})\s*)*;"
)


@rule(
    "AGC23",
    resource=_POLICY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Set ValidationMode to FAIL_ON_ANY_FINDINGS and EnforcementMode to ACTIVE.",
    source=f"{GUIDE}/policy-validate-policies.html",
)
def policies_are_validated_and_active(policy: Resource) -> Verdicts:
    """A policy is validated, and it is enforced."""
    validation, enforcement = policy["ValidationMode"], policy["EnforcementMode"]
    yield from forbid(equals(validation, "IGNORE_ALL_FINDINGS"), validation)
    yield from forbid(equals(enforcement, "LOG_ONLY"), enforcement)


@rule(
    "AGC24",
    resource=_POLICY,
    severity=Severity.HIGH,
    fix="Name principal, action or resource, or add a condition with when or unless.",
    source=f"{GUIDE}/policy-understanding-cedar.html",
    controls={"AWS AI Security Framework": Controls(("AISF-AGENT-02",), "Prowler")},
)
def policies_do_not_permit_everything(policy: Resource) -> Verdicts:
    """No policy permits everybody everything."""
    definition = policy["Definition"]
    for statement in (definition["Cedar"]["Statement"], definition["Policy"]["Statement"]):
        if statement.unknown:
            yield Unknown(statement)
        elif _permits_everything(statement):
            yield Fail(statement)


def _permits_everything(statement: Node) -> bool:
    return _ANYTHING.search(_COMMENT.sub("", statement.shape)) is not None
