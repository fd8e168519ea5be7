"""Application inference profiles; of system-defined ones only what their id says."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from secure_bedrock.emulator.services.bedrock_tags import set_tags
from secure_bedrock.emulator.services.dispatch import Call, error, operation

# Typical destinations, not a catalogue: AWS decides them for each model. GLOBAL has none to name.
_DESTINATIONS = {
    "us": ("us-east-1", "us-east-2", "us-west-2"),
    "us-gov": ("us-gov-east-1", "us-gov-west-1"),
    "eu": ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"),
    "apac": ("ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    "au": ("ap-southeast-2", "ap-southeast-4"),
    "ca": ("ca-central-1", "ca-west-1"),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    "uk": ("eu-west-2",),
}
_TABLE = "inference profiles"


@operation("bedrock", "CreateInferenceProfile")
def create(call: Call) -> Mapping[str, Any]:
    """A profile of the account over a foundation model or a system-defined profile."""
    name, source = call.params["inferenceProfileName"], call.params["modelSource"]
    if "copyFrom" not in source:
        raise error("ValidationException", "modelSource.copyFrom is required")
    if any(each["inferenceProfileName"] == name for each in call.table(_TABLE).values()):
        raise error("ConflictException", f"Inference profile {name} already exists")
    identifier = secrets.token_hex(6)
    arn = call.arn(f"application-inference-profile/{identifier}")
    now = datetime.now(UTC)
    call.table(_TABLE)[identifier] = {
        "inferenceProfileName": name,
        "inferenceProfileArn": arn,
        "inferenceProfileId": identifier,
        "models": [{"modelArn": each} for each in _models(call, source["copyFrom"])],
        "createdAt": now,
        "updatedAt": now,
        "status": "ACTIVE",
        "type": "APPLICATION",
    } | {key: call.params[key] for key in ("description",) if key in call.params}
    set_tags(call, arn, call.params.get("tags", []))
    return {"inferenceProfileArn": arn, "status": "ACTIVE"}


@operation("bedrock", "GetInferenceProfile")
def get(call: Call) -> Mapping[str, Any]:
    """An application profile, or a system-defined one as its id describes it."""
    profile = find(call, call.params["inferenceProfileIdentifier"])
    if profile is None:
        raise error("ResourceNotFoundException", "The inference profile does not exist")
    return profile


@operation("bedrock", "ListInferenceProfiles")
def list_all(call: Call) -> Mapping[str, Any]:
    """Application profiles. Which system-defined ones exist is not emulated."""
    if call.params.get("typeEquals", "APPLICATION") != "APPLICATION":
        raise error("ValidationException", "Not emulated: the list of system-defined profiles")
    return {"inferenceProfileSummaries": list(call.table(_TABLE).values())}


@operation("bedrock", "DeleteInferenceProfile")
def delete(call: Call) -> Mapping[str, Any]:
    """Delete an application profile."""
    identifier = call.params["inferenceProfileIdentifier"].rsplit("/", 1)[-1]
    profile = call.table(_TABLE).pop(identifier, None)
    if profile is None:
        raise error("ResourceNotFoundException", f"Inference profile {identifier} does not exist")
    call.table("tags").pop(profile["inferenceProfileArn"], None)
    return {}


def find(call: Call, identifier: str) -> dict[str, Any] | None:
    """The profile with this id or ARN, if it is one."""
    name = identifier.rsplit("/", 1)[-1]
    if name in call.table(_TABLE):
        profile: dict[str, Any] = call.table(_TABLE)[name]
        return profile
    geography, _, model = name.partition(".")
    if "." not in model or geography not in (*_DESTINATIONS, "global"):
        return None
    regions = _DESTINATIONS.get(geography, (call.region, ""))
    models = [f"arn:{call.partition}:bedrock:{r}::foundation-model/{model}" for r in regions]
    return {
        "inferenceProfileName": name,
        "inferenceProfileId": name,
        "inferenceProfileArn": call.arn(f"inference-profile/{name}"),
        "models": [{"modelArn": arn} for arn in models],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def _models(call: Call, source: str) -> list[str]:
    if ":foundation-model/" in source:
        return [source]
    profile = find(call, source)
    if profile is None or profile["type"] != "SYSTEM_DEFINED":
        raise error("ValidationException", f"{source} is not a system-defined inference profile")
    return [each["modelArn"] for each in profile["models"]]
