"""Limits of a guardrail that only the service reports, checked as CreateGuardrail does.

Source: Bedrock user guide, "Components of a guardrail" and "Safeguard tiers". Written apart from
the constructs on purpose: an emulator that shared their tables could not contradict them.
"""

import re
from collections.abc import Iterator
from typing import Any

from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.emulator.services.guardrail_profiles import destinations

_POLICIES = (
    "contentPolicyConfig",
    "topicPolicyConfig",
    "wordPolicyConfig",
    "sensitiveInformationPolicyConfig",
    "contextualGroundingPolicyConfig",
    "automatedReasoningPolicyConfig",
)
_MAX_CLASSIC_DEFINITION = 200
_MAX_THRESHOLD = 0.99
_LOOK_AROUND = re.compile(r"\(\?<?[=!]")


def check(call: Call) -> None:
    """Refuse a guardrail that the service would refuse.

    Raises:
        ServiceException: ``ValidationException``, naming every broken limit.
    """
    config = call.params
    broken = [*_policies(config), *_texts(config), *_numbers(config), *_tier(config, call.region)]
    if broken:
        raise error("ValidationException", "; ".join(broken))


def _policies(config: dict[str, Any]) -> Iterator[str]:
    present = [name for name in _POLICIES if name in config]
    if not present:
        yield "At least one policy must be configured on a guardrail"
    yield from (f"{name} must not be empty" for name in present if not any(config[name].values()))
    content = config.get("contentPolicyConfig", {}).get("filtersConfig", [])
    for each in content:
        if each["type"] == "PROMPT_ATTACK" and each["outputStrength"] != "NONE":
            yield "The output strength of the PROMPT_ATTACK content filter must be NONE"
    entities = config.get("sensitiveInformationPolicyConfig", {}).get("piiEntitiesConfig", [])
    types = [entity["type"] for entity in entities]
    yield from (
        f"PII entity {name} is given twice" for name in {t for t in types if types.count(t) > 1}
    )


def _texts(config: dict[str, Any]) -> Iterator[str]:
    topics = config.get("topicPolicyConfig", {})
    if _tier_name(topics) == "CLASSIC":
        for topic in topics.get("topicsConfig", []):
            if len(topic["definition"]) > _MAX_CLASSIC_DEFINITION:
                yield f"Topic '{topic['name']}': the CLASSIC tier takes 200 characters"
    for each in config.get("sensitiveInformationPolicyConfig", {}).get("regexesConfig", []):
        if _LOOK_AROUND.search(each["pattern"]):
            yield f"Regex '{each['name']}': look-around is not supported"


def _numbers(config: dict[str, Any]) -> Iterator[str]:
    for each in config.get("contextualGroundingPolicyConfig", {}).get("filtersConfig", []):
        if each["threshold"] > _MAX_THRESHOLD:
            yield f"{each['type']}: threshold must be between 0 and 0.99, not {each['threshold']}"


def _tier(config: dict[str, Any], region: str) -> Iterator[str]:
    standard = [name for name in _POLICIES if _tier_name(config.get(name, {})) == "STANDARD"]
    if "crossRegionConfig" not in config:
        yield from (
            f"{name}: the STANDARD tier requires cross-Region inference" for name in standard
        )
        return
    identifier = config["crossRegionConfig"]["guardrailProfileIdentifier"]
    if not destinations(identifier, region):
        yield f"Guardrail profile {identifier} cannot be used in {region}"
    if identifier.startswith("arn:") and f":{region}:" not in identifier:
        yield f"Guardrail profile {identifier} belongs to another Region than {region}"


def _tier_name(policy: dict[str, Any]) -> str:
    name: str = policy.get("tierConfig", {}).get("tierName", "CLASSIC")
    return name
