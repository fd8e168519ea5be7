"""Guardrails and their versions."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from secure_bedrock.emulator.services import guardrail_enforcement, guardrail_limits
from secure_bedrock.emulator.services.bedrock_tags import set_tags
from secure_bedrock.emulator.services.dispatch import Call, error, operation
from secure_bedrock.emulator.services.guardrail_profiles import profile_id
from secure_bedrock.emulator.services.keys import key_arn

DRAFT = "DRAFT"
_MAX_GUARDRAILS = 100
_MAX_VERSIONS = 20
_NOT_PART_OF_A_VERSION = ("guardrailIdentifier", "tags", "crossRegionConfig", "kmsKeyId")


@operation("bedrock", "CreateGuardrail")
def create(call: Call) -> Mapping[str, Any]:
    """A new guardrail, ready at once, as its DRAFT."""
    guardrail_limits.check(call)
    _check_name(call, identifier="")
    if len(call.table("guardrails")) >= _MAX_GUARDRAILS:
        raise error("ServiceQuotaExceededException", "100 guardrails per account and Region")
    identifier = secrets.token_hex(6)
    arn = call.arn(f"guardrail/{identifier}")
    now = datetime.now(UTC)
    ids = {"guardrailId": identifier, "guardrailArn": arn, "createdAt": now, "version": DRAFT}
    call.table("guardrails")[identifier] = {DRAFT: _document(call) | ids}
    set_tags(call, arn, call.params.get("tags", []))
    return ids


@operation("bedrock", "UpdateGuardrail")
def update(call: Call) -> Mapping[str, Any]:
    """Replace the DRAFT; published versions stay as they are."""
    versions = versions_of(call)
    guardrail_limits.check(call)
    draft = versions[DRAFT]
    _check_name(call, identifier=draft["guardrailId"])
    kept = {name: draft[name] for name in ("guardrailId", "guardrailArn", "createdAt", "version")}
    updated = _document(call) | kept
    versions[DRAFT] = updated
    return updated


@operation("bedrock", "GetGuardrail")
def get(call: Call) -> Mapping[str, Any]:
    """The DRAFT or one version."""
    return find(
        call, call.params["guardrailIdentifier"], call.params.get("guardrailVersion", DRAFT)
    )


@operation("bedrock", "ListGuardrails")
def list_all(call: Call) -> Mapping[str, Any]:
    """The DRAFT of every guardrail, or all versions of the named one."""
    if "guardrailIdentifier" in call.params:
        documents = list(versions_of(call).values())
    else:
        documents = [versions[DRAFT] for versions in call.table("guardrails").values()]
    start = int(call.params.get("nextToken", 0))
    end = start + call.params.get("maxResults", 1000)
    page = [
        each | {"id": each["guardrailId"], "arn": each["guardrailArn"]}
        for each in documents[start:end]
    ]
    return {"guardrails": page} | ({"nextToken": str(end)} if end < len(documents) else {})


@operation("bedrock", "DeleteGuardrail")
def delete(call: Call) -> Mapping[str, Any]:
    """Delete one version, or the guardrail with all of them."""
    versions = versions_of(call)
    arn = versions[DRAFT]["guardrailArn"]
    version = call.params.get("guardrailVersion")
    if version is not None:
        find(call, arn, version)
    guardrail_enforcement.refuse_if_enforced(call, arn, version)
    if version is not None:
        del versions[version]
    else:
        del call.table("guardrails")[arn.rsplit("/", 1)[-1]]
        call.table("tags").pop(arn, None)
        call.table("resource policies").pop(arn, None)
    return {}


@operation("bedrock", "CreateGuardrailVersion")
def publish(call: Call) -> Mapping[str, Any]:
    """An immutable copy of the DRAFT, under the next number."""
    versions = versions_of(call)
    if len(versions) > _MAX_VERSIONS:
        raise error("ServiceQuotaExceededException", "20 versions per guardrail")
    draft = versions[DRAFT]
    last = call.table("last guardrail version")
    number = str(last.get(draft["guardrailId"], 0) + 1)
    last[draft["guardrailId"]] = int(number)
    version = draft | {"version": number, "createdAt": datetime.now(UTC)}
    if "description" in call.params:
        version["description"] = call.params["description"]
    versions[number] = version
    return {"guardrailId": draft["guardrailId"], "version": number}


def versions_of(call: Call) -> dict[str, Any]:
    """The DRAFT and versions of the guardrail that the request names."""
    return _versions(call, call.params["guardrailIdentifier"])


def find(call: Call, identifier: str, version: str) -> dict[str, Any]:
    """One version of a guardrail.

    Raises:
        ServiceException: ``ResourceNotFoundException``: no such guardrail or version.
    """
    versions = _versions(call, identifier)
    if version not in versions:
        raise error("ResourceNotFoundException", f"Guardrail {identifier} has no version {version}")
    document: dict[str, Any] = versions[version]
    return document


def _versions(call: Call, identifier: str) -> dict[str, Any]:
    versions: dict[str, Any] | None = call.table("guardrails").get(identifier.rsplit("/", 1)[-1])
    if versions is None or identifier not in (
        versions[DRAFT]["guardrailId"],
        versions[DRAFT]["guardrailArn"],
    ):
        raise error("ResourceNotFoundException", f"Guardrail {identifier} does not exist")
    return versions


def _check_name(call: Call, *, identifier: str) -> None:
    for versions in call.table("guardrails").values():
        other = versions[DRAFT]
        if other["name"] == call.params["name"] and other["guardrailId"] != identifier:
            raise error("ConflictException", f"Guardrail name {other['name']} is already in use")


def _document(call: Call) -> dict[str, Any]:
    """What GetGuardrail answers: the configuration under the names used for reading."""
    config = {k: v for k, v in call.params.items() if k not in _NOT_PART_OF_A_VERSION}
    document: dict[str, Any] = _for_reading(config)
    document |= {"status": "READY", "updatedAt": datetime.now(UTC)}
    if "kmsKeyId" in call.params:
        document["kmsKeyArn"] = key_arn(call, call.params["kmsKeyId"])
    if "crossRegionConfig" in call.params:
        name = profile_id(call.params["crossRegionConfig"]["guardrailProfileIdentifier"])
        arn = call.arn(f"guardrail-profile/{name}")
        document["crossRegionDetails"] = {"guardrailProfileId": name, "guardrailProfileArn": arn}
    return document


def _for_reading(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """``filtersConfig`` is written and ``filters`` is read; so everywhere."""
    if isinstance(value, dict):
        return {name.removesuffix("Config"): _for_reading(each) for name, each in value.items()}
    return [_for_reading(each) for each in value] if isinstance(value, list) else value
