"""The guardrails that a runtime call goes through, with the caller's permission to use them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secure_bedrock.emulator.services import guardrails
from secure_bedrock.emulator.services.assessment import Assessment, assess
from secure_bedrock.emulator.services.authorization import authorize, authorize_decrypt
from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.emulator.services.guardrail_enforcement import enforced
from secure_bedrock.emulator.services.guardrail_profiles import destinations
from secure_bedrock.emulator.services.model_targets import Target
from secure_bedrock.policy import Policy

MARKER = "x-emulated-not-evaluated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the guardrails make of a text.

    Attributes:
        text: What goes on: the text, the text with parts anonymized, or a blocking message.
        blocked: Whether ``text`` is a blocking message.
        assessments: By guardrail id.
    """

    text: str
    blocked: bool
    assessments: Mapping[str, Assessment]


def of_request(call: Call, target: Target, config: Mapping[str, str]) -> list[dict[str, Any]]:
    """The request's own guardrail and the enforced one, each authorised.

    Raises:
        ServiceException: ``AccessDeniedException``, or the guardrail does not exist.
    """
    wanted = []
    if config.get("guardrailIdentifier"):
        wanted.append((config["guardrailIdentifier"], config["guardrailVersion"]))
    for each in enforced(call):
        models = each.get("modelEnforcement", {"includedModels": ["ALL"], "excludedModels": []})
        included = "ALL" in models["includedModels"] or target.model_ids & set(
            models["includedModels"]
        )
        if included and not target.model_ids & set(models["excludedModels"]):
            wanted.append((each["guardrailArn"], each["guardrailVersion"]))
    return [usable(call, identifier, version) for identifier, version in wanted]


def usable(call: Call, identifier: str, version: str) -> dict[str, Any]:
    """A guardrail that the caller may apply: itself, its profiles and its key.

    Raises:
        ServiceException: ``AccessDeniedException``, ``ResourceNotFoundException``.
    """
    arn = identifier if identifier.startswith("arn:") else call.arn(f"guardrail/{identifier}")
    policy = call.table("resource policies").get(arn)
    own = [Policy.from_document(json.loads(policy), name=arn)] if policy else []
    authorize(call, "bedrock:ApplyGuardrail", arn, resource_policies=own)
    document = guardrails.find(call, identifier, version)
    profile = document.get("crossRegionDetails", {}).get("guardrailProfileArn")
    for region in destinations(profile, call.region) if profile else ():
        there = profile.replace(f":{call.region}:", f":{region}:")
        context = {"aws:RequestedRegion": region}
        authorize(call, "bedrock:ApplyGuardrail", there, context=context)
    if "kmsKeyArn" in document:
        authorize_decrypt(call, document["kmsKeyArn"])
    return document


def condition_value(call: Call, config: Mapping[str, str]) -> str:
    """What ``bedrock:GuardrailIdentifier`` says: the ARN, with a version unless it is DRAFT.

    Raises:
        ServiceException: ``ValidationException``: only one of identifier and version is given.
    """
    identifier, version = config.get("guardrailIdentifier"), config.get("guardrailVersion")
    if not identifier and not version:
        return ""
    if not identifier or not version:
        raise error("ValidationException", "Give both guardrailIdentifier and guardrailVersion")
    arn = identifier if identifier.startswith("arn:") else call.arn(f"guardrail/{identifier}")
    return arn if version == guardrails.DRAFT else f"{arn}:{version}"


def apply(call: Call, applied: list[dict[str, Any]], text: str, source: str) -> Outcome:
    """Put a text through guardrails and mark the response with what nobody judged."""
    assessments, blocked = {}, False
    for guardrail in applied:
        result = assess(guardrail, text, source)
        assessments[guardrail["guardrailId"]] = result
        mark(call, result)
        text = result.text
        if result.blocked:
            field = "blockedInputMessaging" if source == "INPUT" else "blockedOutputsMessaging"
            text, blocked = guardrail[field], True
            break
    return Outcome(text=text, blocked=blocked, assessments=assessments)


def mark(call: Call, result: Assessment) -> None:
    """Name in a response header what the guardrail configures and nobody judged."""
    known = call.response_headers.get(MARKER, "")
    names = [each for each in known.split(", ") if each]
    names += [each for each in result.not_evaluated if each not in names]
    if names:
        call.response_headers[MARKER] = ", ".join(names)
