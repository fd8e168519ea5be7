"""Saved CloudWatch Logs Insights queries, which moto does not have. They are kept, and never run.

Source: CloudWatch Logs API Reference, "PutQueryDefinition" and "DescribeQueryDefinitions".
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from secure_bedrock.emulator.services.dispatch import Call, error, operation

_TABLE = "query definitions"


@operation("logs", "PutQueryDefinition")
def put(call: Call) -> Mapping[str, Any]:
    """A new query, or another text for one that is there."""
    id = call.params.get("queryDefinitionId") or str(uuid4())
    if "queryDefinitionId" in call.params:
        _known(call, id)
    call.table(_TABLE)[id] = {**call.params, "queryDefinitionId": id}
    return {"queryDefinitionId": id}


@operation("logs", "DescribeQueryDefinitions")
def describe(call: Call) -> Mapping[str, Any]:
    """The queries whose name begins with the prefix, on one page."""
    prefix = call.params.get("queryDefinitionNamePrefix", "")
    found = [each for each in call.table(_TABLE).values() if each["name"].startswith(prefix)]
    return {"queryDefinitions": found}


@operation("logs", "DeleteQueryDefinition")
def delete(call: Call) -> Mapping[str, Any]:
    """Forget a query."""
    id = call.params["queryDefinitionId"]
    _known(call, id)
    del call.table(_TABLE)[id]
    return {"success": True}


def _known(call: Call, id: str) -> None:
    if id not in call.table(_TABLE):
        raise error("ResourceNotFoundException", "The specified query definition does not exist")
