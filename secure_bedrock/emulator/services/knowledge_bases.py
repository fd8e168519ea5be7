"""Knowledge bases and their data sources as state: nothing is ingested, nothing is retrieved.

moto keeps knowledge bases without their description and cannot change them; it has no data
sources. Roles, buckets and indexes that a configuration names are not looked at.
Source: Agents for Amazon Bedrock API Reference.
"""

import secrets
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_BASES, _SOURCES = "knowledge bases", "data sources"
_ID_LENGTH = 10
_ALPHABET = string.ascii_uppercase + string.digits


@operation("bedrock-agent", "CreateKnowledgeBase")
def create_base(call: Call) -> Mapping[str, Any]:
    """A knowledge base; each name once. Tags are refused.

    botocore's pattern for their ARNs has ``/d`` where digits are meant, so no ARN would pass.
    """
    if call.params.get("tags"):
        raise error("ValidationException", "Not emulated: tags of knowledge bases")
    _refuse_same_name(call, call.table(_BASES).values())
    identifier = _new_id()
    now = datetime.now(UTC)
    found = {
        **_without(call.params, "clientToken", "tags"),
        "knowledgeBaseId": identifier,
        "knowledgeBaseArn": _arn(call, identifier),
        "status": "ACTIVE",
        "createdAt": now,
        "updatedAt": now,
    }
    call.table(_BASES)[identifier] = found
    return {"knowledgeBase": found}


@operation("bedrock-agent", "GetKnowledgeBase")
def get_base(call: Call) -> Mapping[str, Any]:
    """A knowledge base by id."""
    return {"knowledgeBase": _base(call)}


@operation("bedrock-agent", "ListKnowledgeBases")
def list_bases(call: Call) -> Mapping[str, Any]:
    """All knowledge bases."""
    return {"knowledgeBaseSummaries": list(call.table(_BASES).values())}


@operation("bedrock-agent", "UpdateKnowledgeBase")
def update_base(call: Call) -> Mapping[str, Any]:
    """Everything that can be changed, as it is given; where vectors are kept cannot."""
    found = _base(call)
    for name in ("knowledgeBaseConfiguration", "storageConfiguration"):
        if name in call.params and call.params[name] != found.get(name):
            raise error("ValidationException", f"{name} cannot be changed")
    return {"knowledgeBase": _changed(found, call.params, "roleArn")}


@operation("bedrock-agent", "DeleteKnowledgeBase")
def delete_base(call: Call) -> Mapping[str, Any]:
    """Delete a knowledge base with its data sources."""
    identifier = _base(call)["knowledgeBaseId"]
    for key in [key for key in call.table(_SOURCES) if key.startswith(f"{identifier}/")]:
        del call.table(_SOURCES)[key]
    del call.table(_BASES)[identifier]
    return {"knowledgeBaseId": identifier, "status": "DELETING"}


@operation("bedrock-agent", "CreateDataSource")
def create_source(call: Call) -> Mapping[str, Any]:
    """A data source of a knowledge base; each name once."""
    base = _base(call)["knowledgeBaseId"]
    _refuse_same_name(call, _sources(call, base))
    identifier, now = _new_id(), datetime.now(UTC)
    found = {
        "dataDeletionPolicy": "DELETE",
        **_without(call.params, "clientToken"),
        "dataSourceId": identifier,
        "status": "AVAILABLE",
        "createdAt": now,
        "updatedAt": now,
    }
    call.table(_SOURCES)[f"{base}/{identifier}"] = found
    return {"dataSource": found}


@operation("bedrock-agent", "GetDataSource")
def get_source(call: Call) -> Mapping[str, Any]:
    """A data source by the ids of both."""
    return {"dataSource": _source(call)}


@operation("bedrock-agent", "ListDataSources")
def list_sources(call: Call) -> Mapping[str, Any]:
    """The data sources of a knowledge base."""
    return {"dataSourceSummaries": _sources(call, _base(call)["knowledgeBaseId"])}


@operation("bedrock-agent", "UpdateDataSource")
def update_source(call: Call) -> Mapping[str, Any]:
    """Everything that can be changed, as it is given; how text is cut cannot."""
    found = _source(call)
    name = "vectorIngestionConfiguration"
    if call.params.get(name) != found.get(name):
        raise error("ValidationException", f"{name} cannot be changed")
    return {
        "dataSource": _changed(
            found,
            call.params,
            "dataDeletionPolicy",
            "dataSourceConfiguration",
            "serverSideEncryptionConfiguration",
        )
    }


@operation("bedrock-agent", "DeleteDataSource")
def delete_source(call: Call) -> Mapping[str, Any]:
    """Delete a data source."""
    found = _source(call)
    base, identifier = found["knowledgeBaseId"], found["dataSourceId"]
    del call.table(_SOURCES)[f"{base}/{identifier}"]
    return {"knowledgeBaseId": base, "dataSourceId": identifier, "status": "DELETING"}


def _base(call: Call) -> dict[str, Any]:
    identifier = call.params["knowledgeBaseId"]
    if identifier not in call.table(_BASES):
        raise error("ResourceNotFoundException", f"Knowledge base {identifier} does not exist")
    found: dict[str, Any] = call.table(_BASES)[identifier]
    return found


def _source(call: Call) -> dict[str, Any]:
    identifier = f"{call.params['knowledgeBaseId']}/{call.params['dataSourceId']}"
    if identifier not in call.table(_SOURCES):
        raise error("ResourceNotFoundException", f"Data source {identifier} does not exist")
    found: dict[str, Any] = call.table(_SOURCES)[identifier]
    return found


def _sources(call: Call, base: str) -> list[dict[str, Any]]:
    return [each for key, each in call.table(_SOURCES).items() if key.startswith(f"{base}/")]


def _changed(found: dict[str, Any], params: Mapping[str, Any], *names: str) -> dict[str, Any]:
    for name in ("name", "description", *names):
        if name in params:
            found[name] = params[name]
        else:
            found.pop(name, None)
    found["updatedAt"] = datetime.now(UTC)
    return found


def _refuse_same_name(call: Call, present: Any) -> None:  # noqa: ANN401 - any iterable of entries
    if any(each["name"] == call.params["name"] for each in present):
        raise error("ConflictException", f"{call.params['name']} already exists")


def _without(params: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}


def _arn(call: Call, identifier: str) -> str:
    return f"arn:{call.partition}:bedrock:{call.region}:{call.account}:knowledge-base/{identifier}"


def _new_id() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
