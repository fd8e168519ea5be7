"""Provisioned throughput: names, states and commitments; quotas and prices are not emulated.

Capacity is ``Creating`` or ``Updating`` when it is first looked at and ``InService`` afterwards.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from secure_bedrock.emulator.services.bedrock_tags import set_tags
from secure_bedrock.emulator.services.dispatch import Call, error, operation

_TABLE = "provisioned throughput"
_TERMS = {"OneMonth": timedelta(days=30), "SixMonths": timedelta(days=182)}


@operation("bedrock", "CreateProvisionedModelThroughput")
def create(call: Call) -> Mapping[str, Any]:
    """Capacity for a foundation or custom model; each name once."""
    name = call.params["provisionedModelName"]
    if any(each["provisionedModelName"] == name for each in call.table(_TABLE).values()):
        raise error("ValidationException", f"Provisioned throughput {name} already exists")
    arn = call.arn(f"provisioned-model/{secrets.token_hex(6)}")
    now, model = datetime.now(UTC), _model_arn(call, call.params["modelId"])
    units, term = call.params["modelUnits"], call.params.get("commitmentDuration")
    call.table(_TABLE)[arn] = {
        "provisionedModelName": name,
        "provisionedModelArn": arn,
        "modelArn": model,
        "desiredModelArn": model,
        "foundationModelArn": model if ":foundation-model/" in model else _base(call, model),
        "modelUnits": units,
        "desiredModelUnits": units,
        "status": "Creating",
        "creationTime": now,
        "lastModifiedTime": now,
    } | _committed(term, now)
    set_tags(call, arn, call.params.get("tags", []))
    return {"provisionedModelArn": arn}


@operation("bedrock", "GetProvisionedModelThroughput")
def get(call: Call) -> Mapping[str, Any]:
    """Capacity by ARN or name; what was changed before is in service from the next look on."""
    found = _find(call)
    shown = dict(found)
    if found["status"] in {"Creating", "Updating"}:
        found["status"], found["modelArn"] = "InService", found["desiredModelArn"]
    return shown


@operation("bedrock", "ListProvisionedModelThroughputs")
def list_all(call: Call) -> Mapping[str, Any]:
    """All capacity; filters other than by name are refused."""
    if set(call.params) - {"nameContains"}:
        raise error("ValidationException", "Not emulated: filters other than nameContains")
    part = call.params.get("nameContains", "")
    found = [x for x in call.table(_TABLE).values() if part in x["provisionedModelName"]]
    return {"provisionedModelSummaries": found}


@operation("bedrock", "UpdateProvisionedModelThroughput")
def update(call: Call) -> Mapping[str, Any]:
    """Another name, or another model where the present one is a custom model."""
    found = _find(call)
    model = call.params.get("desiredModelId")
    if model and ":custom-model/" not in found["modelArn"]:
        raise error("ValidationException", "The model of a base model's throughput is fixed")
    if model:
        found |= {"desiredModelArn": _model_arn(call, model), "status": "Updating"}
    if "desiredProvisionedModelName" in call.params:
        found["provisionedModelName"] = call.params["desiredProvisionedModelName"]
    found["lastModifiedTime"] = datetime.now(UTC)
    return {}


@operation("bedrock", "DeleteProvisionedModelThroughput")
def delete(call: Call) -> Mapping[str, Any]:
    """End capacity that no commitment holds."""
    found = _find(call)
    if found.get("commitmentExpirationTime", found["creationTime"]) > datetime.now(UTC):
        raise error("ConflictException", "The commitment term is not over")
    del call.table(_TABLE)[found["provisionedModelArn"]]
    call.table("tags").pop(found["provisionedModelArn"], None)
    return {}


def _committed(term: str | None, now: datetime) -> dict[str, Any]:
    if term is None:
        return {}
    return {"commitmentDuration": term, "commitmentExpirationTime": now + _TERMS[term]}


def _find(call: Call) -> dict[str, Any]:
    identifier = call.params["provisionedModelId"]
    for each in call.table(_TABLE).values():
        if identifier in (each["provisionedModelArn"], each["provisionedModelName"]):
            found: dict[str, Any] = each
            return found
    raise error("ResourceNotFoundException", f"Provisioned throughput {identifier} does not exist")


def _model_arn(call: Call, model: str) -> str:
    if model.startswith("arn:"):
        return model
    return f"arn:{call.partition}:bedrock:{call.region}::foundation-model/{model}"


def _base(call: Call, custom_model: str) -> str:
    """The foundation model that a custom model's ARN names before its id."""
    base = custom_model.split(":custom-model/", 1)[1].rsplit("/", 1)[0]
    return _model_arn(call, base)
