"""Guardrails: key, filters, sensitive information, grounding.

Source: Amazon Bedrock User Guide, "Create your guardrail".
"""

from collections.abc import Iterator
from typing import Any

from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms

from secure_bedrock.hardening.resource import ForeignResource

_STRENGTHS = ("NONE", "LOW", "MEDIUM", "HIGH")
_HARMFUL = ("HATE", "INSULTS", "MISCONDUCT", "SEXUAL", "VIOLENCE")
_ATTACK = "PROMPT_ATTACK"
_SECRETS = ("AWS_ACCESS_KEY", "AWS_SECRET_KEY", "PASSWORD", "PIN")
_PERSONAL = (
    "CREDIT_DEBIT_CARD_CVV",
    "CREDIT_DEBIT_CARD_EXPIRY",
    "CREDIT_DEBIT_CARD_NUMBER",
    "EMAIL",
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "PHONE",
)
_THRESHOLD = 0.7
_MARK = "Published by secure-bedrock, content "


def harden_guardrail(guardrail: ForeignResource, key: kms.IKey) -> None:
    """Complete what a guardrail lacks; report what it weakens.

    One of a ``GuardrailSet`` is left alone: its version is named after its content.
    """
    if _is_published_by_content(guardrail):
        return
    if "kmsKeyArn" not in guardrail.properties:
        guardrail.complete(
            "kmsKeyArn",
            key.key_arn,
            "encrypted with the customer managed key; whoever uses the guardrail now needs "
            "kms:Decrypt on it",
        )
    _filters(guardrail)
    _sensitive(guardrail)
    _grounding(guardrail)


def _is_published_by_content(guardrail: ForeignResource) -> bool:
    own = guardrail.stack.resolve(guardrail.resource.logical_id)
    for each in guardrail.stack.node.find_all():
        if isinstance(each, bedrock.CfnGuardrailVersion):
            named = guardrail.stack.resolve(each.guardrail_identifier)
            ours = (each.description or "").startswith(_MARK)
            if ours and isinstance(named, dict) and own in named.get("Fn::GetAtt", []):
                return True
    return False


def _filters(guardrail: ForeignResource) -> None:
    policy = dict(guardrail.properties.get("contentPolicyConfig", {}))
    filters = list(policy.get("filtersConfig", []))
    there = {each["type"] for each in filters}
    missing = [kind for kind in (*_HARMFUL, _ATTACK) if kind not in there]
    for each in filters:
        for problem in _weaknesses(each):
            guardrail.report("contentPolicyConfig", f"the filter {each['type']} {problem}")
    if missing:
        added = [_filter(kind) for kind in missing]
        policy["filtersConfig"] = [*filters, *added]
        text = f"filters added at HIGH strength: {', '.join(missing)}"
        guardrail.complete("contentPolicyConfig", policy, text)


def _filter(kind: str) -> dict[str, Any]:
    output = "NONE" if kind == _ATTACK else "HIGH"  # AWS refuses prompt attacks in responses
    return {"type": kind, "inputStrength": "HIGH", "outputStrength": output}


def _weaknesses(given: dict[str, Any]) -> Iterator[str]:
    attack = given["type"] == _ATTACK
    least = _STRENGTHS.index("HIGH" if attack else "MEDIUM")
    for way in ("input",) if attack else ("input", "output"):
        strength = given.get(f"{way}Strength", "NONE")
        if strength in _STRENGTHS and _STRENGTHS.index(strength) < least:
            yield f"has the {way} strength {strength}: raise it to {_STRENGTHS[least]} or more"
        if given.get(f"{way}Action") == "NONE" or given.get(f"{way}Enabled") is False:
            yield f"does not block on {way}: let it block"


def _sensitive(guardrail: ForeignResource) -> None:
    policy = guardrail.properties.get("sensitiveInformationPolicyConfig")
    if policy is None:
        entities = [{"type": kind, "action": "BLOCK"} for kind in _SECRETS]
        entities += [{"type": kind, "action": "ANONYMIZE"} for kind in _PERSONAL]
        text = f"blocked: {', '.join(_SECRETS)}; masked: {', '.join(_PERSONAL)}"
        guardrail.complete(
            "sensitiveInformationPolicyConfig", {"piiEntitiesConfig": entities}, text
        )
        return
    for each in policy.get("piiEntitiesConfig", []):
        if each.get("outputAction", each.get("action")) == "NONE":
            guardrail.report(
                "sensitiveInformationPolicyConfig",
                f"{each['type']} passes in responses: BLOCK or ANONYMIZE it",
            )


def _grounding(guardrail: ForeignResource) -> None:
    policy = dict(guardrail.properties.get("contextualGroundingPolicyConfig", {}))
    filters = list(policy.get("filtersConfig", []))
    there = {each["type"] for each in filters}
    missing = [kind for kind in ("GROUNDING", "RELEVANCE") if kind not in there]
    for each in filters:
        threshold = each.get("threshold")
        if isinstance(threshold, int | float) and threshold < _THRESHOLD:
            guardrail.report(
                "contextualGroundingPolicyConfig",
                f"{each['type']} has the threshold {threshold}: raise it to {_THRESHOLD} or more",
            )
    searches = any(
        isinstance(each, bedrock.CfnKnowledgeBase) for each in guardrail.stack.node.find_all()
    )
    if missing and searches:
        added = [{"type": kind, "threshold": _THRESHOLD, "action": "BLOCK"} for kind in missing]
        text = f"{' and '.join(missing)} below {_THRESHOLD} blocked, where a call names a source"
        policy["filtersConfig"] = [*filters, *added]
        guardrail.complete("contextualGroundingPolicyConfig", policy, text)
