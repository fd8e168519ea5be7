"""The account's enforced guardrail: one configuration per account and Region."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_TABLE = "enforced guardrail"


@operation("bedrock", "PutEnforcedGuardrailConfiguration")
def put(call: Call) -> Mapping[str, Any]:
    """Create the configuration, or replace it when its id is given."""
    config = call.params["guardrailInferenceConfig"]
    guardrail = _numbered_version(call, config["guardrailIdentifier"], config["guardrailVersion"])
    config_id = call.params.get("configId")
    existing = call.table(_TABLE)
    if config_id is not None and config_id not in existing:
        raise error("ResourceNotFoundException", f"Enforced configuration {config_id} not found")
    if config_id is None and existing:
        raise error(
            "ConflictException",
            "An enforced guardrail configuration already exists in this account and Region",
        )
    config_id = config_id or secrets.token_hex(6)
    now = datetime.now(UTC)
    new = {
        "configId": config_id,
        "guardrailArn": guardrail["guardrailArn"],
        "guardrailId": guardrail["guardrailId"],
        "createdAt": existing.get(config_id, {}).get("createdAt", now),
        "updatedAt": now,
        "owner": "ACCOUNT",
        **{name: value for name, value in config.items() if name != "guardrailIdentifier"},
    }
    existing[config_id] = new
    return new


@operation("bedrock", "ListEnforcedGuardrailsConfiguration")
def list_all(call: Call) -> Mapping[str, Any]:
    """None or one."""
    return {"guardrailsConfig": list(call.table(_TABLE).values())}


@operation("bedrock", "DeleteEnforcedGuardrailConfiguration")
def delete(call: Call) -> Mapping[str, Any]:
    """Delete it."""
    if call.table(_TABLE).pop(call.params["configId"], None) is None:
        raise error("ResourceNotFoundException", "Enforced guardrail configuration not found")
    return {}


def enforced(call: Call) -> list[dict[str, Any]]:
    """The enforced configurations of the account in this Region."""
    return list(call.table(_TABLE).values())


def refuse_if_enforced(call: Call, arn: str, version: str | None) -> None:
    """Keep a guardrail, or the one version, that an enforced configuration uses.

    Raises:
        ServiceException: ``ResourceInUseException``.
    """
    for config in enforced(call):
        if config["guardrailArn"] == arn and version in (None, config["guardrailVersion"]):
            raise error("ResourceInUseException", f"{arn} is used by an enforced configuration")


def _numbered_version(call: Call, identifier: str, version: str) -> dict[str, Any]:
    versions = call.table("guardrails").get(identifier.rsplit("/", 1)[-1], {})
    if version not in versions:
        raise error("ResourceNotFoundException", f"Guardrail {identifier}:{version} not found")
    document: dict[str, Any] = versions[version]
    return document
