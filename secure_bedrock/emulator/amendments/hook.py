"""Sees the answers of moto's JSON services before the client does, and may add to them."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from moto.core.responses import BaseResponse

from secure_bedrock.emulator.services.store import stores
from secure_bedrock.emulator.values import Members

Amendment = Callable[[Members, Members, dict[str, Any]], None]
_amendments: dict[tuple[str, str], Amendment] = {}


def after(service: str, *operations: str) -> Callable[[Amendment], Amendment]:
    """Register a function of the parameters, the answer, and a table to keep things in."""

    def register(amendment: Amendment) -> Amendment:
        for operation in operations:
            _amendments[service, operation] = amendment
        return amendment

    return register


def kept_for(service: str) -> str:
    """The name of the table in which things are kept."""
    return f"kept for {service}"


def hook_into_moto() -> None:
    """Let our amendments see moto's answers."""
    inner = BaseResponse.call_action
    if getattr(inner, "is_amended", False):
        return

    def call_action(response: Any) -> Any:  # noqa: ANN401 - moto's own signature
        service = response.boto3_service_name
        name = response._get_action()  # noqa: SLF001 - moto has no public name for it
        amendment = _amendments.get((service, name))
        status, headers, body = inner(response)
        if amendment is None or int(status) >= HTTPStatus.BAD_REQUEST:
            return status, headers, body
        response.parse_parameters(response.normalized_request)
        answer = json.loads(body or "{}")
        store = stores[response.current_account][response.region]
        amendment(response.params, answer, store.tables[kept_for(service)])
        return status, headers, json.dumps(answer)

    call_action.is_amended = True  # type: ignore[attr-defined]
    BaseResponse.call_action = call_action
