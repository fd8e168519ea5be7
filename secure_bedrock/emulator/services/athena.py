"""What moto lacks of Amazon Athena: changing workgroups, and deleting workgroups and saved queries.

Source: Amazon Athena API Reference, "UpdateWorkGroup", "DeleteWorkGroup" and "DeleteNamedQuery".
"""

from collections.abc import Mapping
from typing import Any

from moto.athena.models import athena_backends

from secure_bedrock.emulator.services.dispatch import MOTO, Call, error, operation

_RESULTS, _RESULT_UPDATES = "ResultConfiguration", "ResultConfigurationUpdates"


@operation("athena", "GetNamedQuery", "DeleteNamedQuery")
def named_query(call: Call) -> Mapping[str, Any] | None:
    """Refuse an id that is not there; forget the query, or leave the reading to moto."""
    saved, id = _backend(call).named_queries, call.params["NamedQueryId"]
    if id not in saved:
        raise error("InvalidRequestException", f"NamedQuery {id} was not found")
    if call.operation == "GetNamedQuery":
        return MOTO
    del saved[id]
    return {}


@operation("athena", "UpdateWorkGroup")
def update(call: Call) -> Mapping[str, Any]:
    """Change what is given of a workgroup."""
    group = _group(call)
    changes = dict(call.params.get("ConfigurationUpdates", {}))
    results = changes.pop(_RESULT_UPDATES, None)
    removing = [name for name in (*changes, *(results or ())) if name.startswith("Remove")]
    if removing:
        raise NotImplementedError
    group.configuration.update(changes)
    if results is not None:
        group.configuration[_RESULTS] = {**group.configuration.get(_RESULTS, {}), **results}
    group.description = call.params.get("Description", group.description)
    group.state = call.params.get("State", group.state)
    return {}


@operation("athena", "DeleteWorkGroup")
def delete(call: Call) -> Mapping[str, Any]:
    """Delete a workgroup, with its saved queries only if that is asked for."""
    backend, group = _backend(call), _group(call)
    inside = [id for id, query in backend.named_queries.items() if query.workgroup is group]
    if inside and not call.params.get("RecursiveDeleteOption"):
        raise error("InvalidRequestException", f"WorkGroup {group.name} is not empty")
    for id in inside:
        del backend.named_queries[id]
    backend.delete_work_group(group.name)
    return {}


def _group(call: Call) -> Any:  # noqa: ANN401 - moto's own class
    name = call.params["WorkGroup"]
    found = _backend(call).work_groups.get(name)
    if found is None:
        raise error("InvalidRequestException", f"WorkGroup {name} is not found.")
    return found


def _backend(call: Call) -> Any:  # noqa: ANN401 - moto's own class
    return athena_backends[call.account][call.region]
