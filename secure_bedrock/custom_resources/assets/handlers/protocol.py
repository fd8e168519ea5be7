"""The CloudFormation custom-resource protocol: one event in, one answer to the response URL.

Source: CloudFormation User Guide, "Custom resource request and response reference". An answer may have
4,096 bytes, so a long reason is cut, with a mark that says so.
"""

import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]

logger = logging.getLogger("secure_bedrock")
logger.setLevel(logging.INFO)

_REASON_LIMIT = 1_500
_NEVER_CREATED = "secure-bedrock:never-created"
_ATTEMPTS = 4


class RefusedError(Exception):
    """The request is understood and will not be carried out; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation returns: the resource's id, and the values ``Fn::GetAtt`` gives."""

    physical_id: str
    data: dict[str, str] = field(default_factory=dict)


Operation = Callable[[Event], Answer]


def respond(event: Event, operations: dict[str, Operation]) -> None:
    """Run the operation for the event's request type and report its outcome to CloudFormation.

    A create that failed is reported under an id that a later delete recognises and ignores, so that
    the clean-up CloudFormation sends cannot remove what the create never made.
    """
    fallback = event.get("PhysicalResourceId", _NEVER_CREATED)
    try:
        if event["RequestType"] == "Delete" and fallback == _NEVER_CREATED:
            answer = Answer(_NEVER_CREATED)
        else:
            answer = operations[event["RequestType"]](event)
        _send(
            event,
            {"Status": "SUCCESS", "PhysicalResourceId": answer.physical_id, "Data": answer.data},
        )
    except Exception as error:  # noqa: BLE001 - an unanswered event blocks the stack for an hour
        logger.exception("%s failed", event["RequestType"])
        _send(event, {"Status": "FAILED", "PhysicalResourceId": fallback, "Reason": _reason(error)})


def _reason(error: Exception) -> str:
    text = str(error) if isinstance(error, RefusedError) else f"{type(error).__name__}: {error}"
    return (
        text
        if len(text) <= _REASON_LIMIT
        else f"{text[:_REASON_LIMIT]} [cut, see the function's log]"
    )


def _send(event: Event, outcome: dict[str, Any]) -> None:
    body = json.dumps(
        outcome | {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    ).encode()
    for attempt in range(1, _ATTEMPTS + 1):
        request = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's own
            event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""}
        )
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                return
        except urllib.error.URLError:
            logger.exception("answer %d of %d not delivered", attempt, _ATTEMPTS)
            if attempt == _ATTEMPTS:
                raise
            time.sleep(2**attempt)
