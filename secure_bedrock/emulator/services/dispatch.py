"""Routes an operation to a handler of ours, or leaves it to moto.

Parsing, matching of paths and rendering are moto's, from botocore's service models: the handlers
see the parameters a client passed and return what the client will get.
"""

import copy
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from secure_bedrock.emulator.services.constraints import violations
from secure_bedrock.emulator.services.store import Store, stores

Handler = Callable[["Call"], Mapping[str, Any] | None]

MOTO: Mapping[str, Any] = {}
"""A handler returns this object (by identity) to leave the call to moto."""

_VALIDATION_ERRORS = {
    "budgets": "InvalidParameterException",
    "cloudwatch": "InvalidParameterValue",
    "ec2": "InvalidParameterValue",
    "logs": "InvalidParameterException",
    "organizations": "InvalidInputException",
}
_GLOBAL = ("budgets", "ce", "iam", "organizations")
_handlers: dict[tuple[str, str], Handler] = {}
_one_at_a_time: dict[str, RLock] = defaultdict(RLock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request: who sends it, where to, with which parameters."""

    service: str
    operation: str
    account: str
    region: str
    partition: str
    access_key: str
    params: dict[str, Any]
    response_headers: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The state of this account and Region (of the partition, for a global service)."""
        scope = self.partition if self.service in _GLOBAL else self.region
        found: Store = stores[self.account][scope]
        return found

    def table(self, name: str) -> dict[str, Any]:
        """A named table of the state."""
        tables: dict[str, dict[str, Any]] = self.store.tables
        return tables[name]

    def arn(self, resource: str) -> str:
        """The ARN of a resource of this service in this account and Region."""
        region = "" if self.service in _GLOBAL else self.region
        service = self.service.removesuffix("-runtime")
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"


class AwsError(ServiceException):  # type: ignore[misc]  # moto ships no types mypy follows here
    """An error as the service reports it."""


def error(code: str, message: str) -> AwsError:
    """Make the error to raise."""
    return AwsError(code, message)


def operation(service: str, *names: str) -> Callable[[Handler], Handler]:
    """Register a handler for operations of a service."""

    def register(handler: Handler) -> Handler:
        for name in names:
            _handlers[service, name] = handler
        return handler

    return register


def hook_into_moto() -> None:
    """Let moto's responses ask us first."""
    moto_call_action = BaseResponse.call_action
    if getattr(moto_call_action, "asks_us_first", False):
        return

    def call_action(response: Any) -> Any:  # noqa: ANN401 - moto's own signature
        service = response.boto3_service_name
        name = response._get_action()  # noqa: SLF001 - moto has no public name for it
        try:
            result = _ours(response, service, name)
            return moto_call_action(response) if result is MOTO else _render(response, result)
        except ServiceException as failure:
            return _render(response, failure)
        except NotImplementedError:
            missing = error("ValidationException", f"Not emulated: {service} {name}")
            return _render(response, missing)

    call_action.asks_us_first = True  # type: ignore[attr-defined]
    BaseResponse.call_action = call_action


def _ours(response: Any, service: str, name: str) -> Any:  # noqa: ANN401
    handler = _handlers.get((service, name))
    if handler is None:
        return MOTO
    with _one_at_a_time[service]:
        return _run(handler, response, service, name)


def _run(handler: Handler, response: Any, service: str, name: str) -> Any:  # noqa: ANN401
    response.parse_parameters(response.normalized_request)
    shape = get_service_model(service).operation_model(name).input_shape
    found = violations(response.params, shape) if shape else []
    if found:
        code = _VALIDATION_ERRORS.get(service, "ValidationException")
        raise error(code, f"{len(found)} validation error(s) detected: {'; '.join(found)}")
    call = Call(
        service=service,
        operation=name,
        account=response.current_account,
        region=response.region,
        partition=response.partition,
        access_key=response.access_key,
        params=response.params,
        response_headers=response.response_headers,
    )
    return _once(handler, call)


def _once(handler: Handler, call: Call) -> Any:  # noqa: ANN401
    """Answer a repeated client token with the first answer, as the services document it."""
    token = call.params.pop("clientRequestToken", None)
    if token is None:
        return handler(call)
    answers = call.table("client tokens")
    key = f"{call.service}:{call.operation}:{token}"
    if key not in answers:
        result = handler(call)
        if result is MOTO:
            return result
        answers[key] = copy.deepcopy(result)
    return answers[key]


def _render(response: Any, result: Any) -> Any:  # noqa: ANN401
    status, headers, body = response.serialized(ActionResult(result))
    headers, body = response._enrich_response(headers, body)  # noqa: SLF001
    return status, headers, body
