"""Custom resources: the event to the real function, its answer from the response URL."""

import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from secure_bedrock.emulator.cloudformation.errors import ResourceError
from secure_bedrock.emulator.functions import FunctionError, Functions
from secure_bedrock.emulator.resources.driver import Live
from secure_bedrock.emulator.values import Json, Members

if TYPE_CHECKING:
    from secure_bedrock.emulator.cloudformation.stack import Resource

_ANSWER_BYTES = 4096
_PHYSICAL_ID_LENGTH = 1024
_DEFAULT_SECONDS = 3600


@dataclass
class Mailbox:
    """Where functions leave their answers; each address takes one."""

    _waiting: dict[str, Members] = field(default_factory=dict)
    _answers: dict[str, Members] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, event: Members) -> str:
        """A new address for the answer to an event."""
        token = uuid.uuid4().hex
        self._waiting[token] = event
        return token

    def put(self, token: str, answer: Members, size: int) -> HTTPStatus:
        """Take an answer, if it is one to the event that the address was made for."""
        with self._lock:
            event = self._waiting.get(token)
            if event is None or token in self._answers:
                return HTTPStatus.FORBIDDEN
            same = all(answer.get(key) == event[key] for key in _ECHOED)
            if size > _ANSWER_BYTES or not same:
                return HTTPStatus.BAD_REQUEST
            self._answers[token] = answer
            return HTTPStatus.OK

    def close(self, token: str) -> Members | None:
        """The answer that came, if one did."""
        with self._lock:
            self._waiting.pop(token, None)
            return self._answers.pop(token, None)


_ECHOED = ("StackId", "RequestId", "LogicalResourceId")


class FailedRequestError(ResourceError):
    """A function that reported a failure, or nothing.

    Attributes:
        physical_id: The id it reported, or an empty string.
    """

    def __init__(self, message: str, physical_id: str = "") -> None:
        super().__init__(message)
        self.physical_id = physical_id


class CustomResources:
    """Carries out the custom resources of one stack.

    Args:
        stack_id: Part of every event.
        region: Where the stack is.
        functions: Runs the functions.
        mailbox: Takes their answers.
        address: The URL of an answer, by its token.
    """

    def __init__(
        self,
        *,
        stack_id: str,
        region: str,
        functions: Functions,
        mailbox: Mailbox,
        address: Callable[[str], str],
    ) -> None:
        self._stack_id = stack_id
        self._region = region
        self._functions = functions
        self._mailbox = mailbox
        self._address = address

    def create(self, resource: "Resource") -> Live:
        """Send ``Create``; a failure is followed by a ``Delete`` of what it reported."""
        try:
            return self._request("Create", resource, {})
        except FailedRequestError as failure:
            known = failure.physical_id or f"{resource.name}-{uuid.uuid4().hex}"
            with suppress(ResourceError):
                self._request("Delete", resource, {"PhysicalResourceId": known})
            raise

    def update(self, old: "Resource", new: "Resource") -> Live:
        """Send ``Update`` with the old properties."""
        extra = {
            "OldResourceProperties": as_text(old.properties),
            "PhysicalResourceId": old.physical_id,
        }
        return self._request("Update", new, extra)

    def delete(self, resource: "Resource") -> None:
        """Send ``Delete``."""
        self._request("Delete", resource, {"PhysicalResourceId": resource.physical_id})

    def _request(self, kind: str, resource: "Resource", extra: Mapping[str, Json]) -> Live:
        properties = resource.properties
        event: Members = {
            "RequestType": kind,
            "RequestId": str(uuid.uuid4()),
            "StackId": self._stack_id,
            "LogicalResourceId": resource.name,
            "ResourceType": resource.type,
            "ServiceToken": str(properties["ServiceToken"]),
            "ResourceProperties": as_text(properties),
            **extra,
        }
        token = self._mailbox.open(event)
        event["ResponseURL"] = self._address(token)
        seconds = float(properties.get("ServiceTimeout", _DEFAULT_SECONDS))
        try:
            outcome = self._functions.run(
                event["ServiceToken"], event, self._region, seconds=seconds
            )
        except FunctionError as error:
            raise ResourceError(f"{resource.type}: {error}") from error
        finally:
            answer = self._mailbox.close(token)
        if answer is None:
            cause = f": {outcome.payload['errorMessage']}" if outcome.failed else ""
            raise FailedRequestError(
                f"the function ended without an answer, AWS would wait {seconds:.0f} s{cause}"
            )
        return _accepted(answer, kind, str(extra.get("PhysicalResourceId", "")))


def _accepted(answer: Members, kind: str, known: str) -> Live:
    physical = str(answer.get("PhysicalResourceId") or "")
    if answer.get("Status") != "SUCCESS":
        reason = answer.get("Reason", "no reason given")
        raise FailedRequestError(
            f"Received response status [FAILED] from custom resource: {reason}", physical
        )
    if not 0 < len(physical) <= _PHYSICAL_ID_LENGTH:
        raise FailedRequestError("Invalid PhysicalResourceId in the custom resource's response")
    if kind == "Delete" and physical != known:
        raise ResourceError(f"a Delete cannot change the physical id {known} to {physical}")
    return Live(physical, physical, document=dict(answer.get("Data") or {}))


def as_text(value: Json) -> Json:
    """The properties as a function gets them: numbers and truth values are text."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
