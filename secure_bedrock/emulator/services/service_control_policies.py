"""Service control policies that reach an account, from moto's Organizations."""

import json
from typing import Any

from moto.organizations.models import organizations_backends

from secure_bedrock.emulator.services.dispatch import Call
from secure_bedrock.policy import Policy

_KIND = "SERVICE_CONTROL_POLICY"


def policies_for(call: Call) -> list[list[Policy]]:
    """One list for each level from the root down to the account; none without an organization.

    They do not reach the management account.
    """
    for backends in list(organizations_backends.values()):
        backend: Any = backends[call.partition]
        member = next((each for each in backend.accounts if each.id == call.account), None)
        if member is None or backend.org is None or backend.account_id == call.account:
            continue
        return _levels(backend, member)
    return []


def _levels(backend: Any, member: Any) -> list[list[Policy]]:  # noqa: ANN401 - moto's objects
    units = {unit.id: unit for unit in backend.ou}
    found = [_attached(member)]
    parent = member.parent_id
    while parent in units:
        found.insert(0, _attached(units[parent]))
        parent = getattr(units[parent], "parent_id", None)
    return found


def _attached(target: Any) -> list[Policy]:  # noqa: ANN401 - moto's account or unit
    return [
        Policy.from_document(json.loads(policy.content), name=policy.name)
        for policy in target.attached_policies
        if policy.type == _KIND
    ]
