"""The CloudFormation custom-resource protocol: one event in, one answer to the response URL.

Source: CloudFormation User Guide, "Custom resource request and response reference". An answer may
have 4,096 bytes, so a longer reason is cut, with a mark that says so.
"""

import http.client
import json
import logging
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]

logger = logging.getLogger("secure_bedrock")
logger.setLevel(logging.INFO)

NEVER_CREATED = "secure-bedrock:never-created"

_LIMIT = 4_096
_CUT = " [cut, see the function's log]"
_ATTEMPTS = 4
_SECONDS_PER_ATTEMPT = 10


class RefusedError(Exception):
    """The request is understood and will not be carried out; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation returns: the resource's id, and the values ``Fn::GetAtt`` gives."""

    physical_id: str
    data: dict[str, str] = field(default_factory=dict)


Operation = Callable[[Event], Answer]


def respond(
    event: Event,
    operations: Mapping[str, Operation],
    *,
    failed_create_id: str = NEVER_CREATED,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Run the operation for the event's request type and report its outcome to CloudFormation.

    A create that failed is reported under an id that a later delete recognises and ignores, so that
    the clean-up CloudFormation sends cannot remove what the create never made. A handler whose
    delete finds out by itself what is its own names a ``failed_create_id``: its delete then runs
    after a failed create too, and cleans up what a create may have left half done.

    Raises:
        OSError: The answer could not be delivered. AWS Lambda then runs the event again, which
            operations have to withstand.
    """
    outcome = _outcome(event, operations, event.get("PhysicalResourceId", failed_create_id))
    _deliver(event["ResponseURL"], _encoded(event, outcome), sleep)


def _outcome(event: Event, operations: Mapping[str, Operation], known_id: str) -> dict[str, Any]:
    try:
        answer = _run(event, operations, known_id)
        outcome = {
            "Status": "SUCCESS",
            "PhysicalResourceId": answer.physical_id,
            "Data": answer.data,
        }
        if len(_encoded(event, outcome)) <= _LIMIT:
            return outcome
    except Exception as error:  # an unanswered event blocks the stack
        logger.exception("%s failed", event["RequestType"])
        return _failed(known_id, _reason(error))
    return _failed(answer.physical_id, f"the answer is larger than {_LIMIT} bytes")


def _run(event: Event, operations: Mapping[str, Operation], known_id: str) -> Answer:
    if event["RequestType"] == "Delete" and known_id == NEVER_CREATED:
        return Answer(NEVER_CREATED)
    return operations[event["RequestType"]](event)


def _failed(physical_id: str, reason: str) -> dict[str, Any]:
    return {"Status": "FAILED", "PhysicalResourceId": physical_id, "Reason": reason}


def _reason(error: Exception) -> str:
    text = str(error) if isinstance(error, RefusedError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())


def _encoded(event: Event, outcome: dict[str, Any]) -> bytes:
    identity = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body = json.dumps(outcome | identity).encode()
    if outcome["Status"] == "SUCCESS" or len(body) <= _LIMIT:
        return body
    reason = _cut(outcome["Reason"], len(body) - _LIMIT)
    return json.dumps(outcome | identity | {"Reason": reason}).encode()


def _cut(reason: str, surplus: int) -> str:
    """Take characters off until their JSON, with the mark, has ``surplus`` fewer bytes."""
    room = len(json.dumps(reason)) - surplus - len(json.dumps(_CUT)) + 2
    reason = reason[:_LIMIT]
    while len(json.dumps(reason)) > room:
        reason = reason[: -max(1, (len(json.dumps(reason)) - room) // 12)]
    return reason + _CUT


def _deliver(url: str, body: bytes, sleep: Callable[[float], None]) -> None:
    request = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's own
        url, data=body, method="PUT", headers={"Content-Type": ""}
    )
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS_PER_ATTEMPT):  # noqa: S310
                return
        except (OSError, http.client.HTTPException):
            logger.exception("answer %d of %d not delivered", attempt, _ATTEMPTS)
            if attempt == _ATTEMPTS:
                raise
            sleep(2**attempt)
