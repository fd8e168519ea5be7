"""The call to Amazon Bedrock, passed on as it came, and what it used.

The request goes out as JSON over HTTPS with a signature of the function's role, not through a
method of boto3: members of a request that the runtime's SDK does not know yet stay what they are,
and the client reads the answer, errors as well, as Amazon Bedrock wrote it. Nothing is repeated:
that is the client's decision, with a reservation of its own.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.eventstream import EventStreamBuffer, ParserError
from botocore.exceptions import ConnectionError as NotConnectedError
from botocore.exceptions import HTTPClientError, IncompleteReadError
from botocore.httpsession import URLLib3Session
from botocore.response import StreamingBody

from .gateway_requests import STREAM, Request
from .usage_body import used_in

_CONNECT_SECONDS = 3
_CHUNK = 512
_OK, _FAULTS = 200, 300
_PASSED_ON = ("content-type", "x-amzn-errortype", "x-amzn-requestid")
_KINDS = ("input", "output", "cache_read", "cache_write")


class UnreachableError(Exception):
    """Amazon Bedrock was not reached: the request did no work."""


class NoAnswerError(Exception):
    """The request was sent and no whole answer came: it may have done work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Amazon Bedrock answered.

    Attributes:
        status: HTTP status.
        headers: Those that clients read.
        body: As it came.
        used: Tokens, those of the prompt cache included. None: the answer does not say.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    used: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Amazon Bedrock's runtime.

    Attributes:
        session: A botocore session, for credentials.
        region: Where to call.
        endpoint: URL of the runtime, without a path.
        seconds: How long to wait for the whole answer. Who gives up in time can still count it.
        now: A clock that only goes forward.
    """

    session: Any
    region: str
    endpoint: str
    seconds: float
    now: Callable[[], float] = time.monotonic

    def call(self, request: Request) -> Answer:
        """Send the request once.

        Raises:
            UnreachableError: It was not sent.
            NoAnswerError: No whole answer came.
        """
        url = f"{self.endpoint}/model/{quote(request.model, safe='')}/{request.operation}"
        headers = {"content-type": "application/json"}
        signed = AWSRequest("POST", url, headers, request.body, stream_output=True)
        SigV4Auth(self.session.get_credentials(), "bedrock", self.region).add_auth(signed)
        http = URLLib3Session(timeout=(_CONNECT_SECONDS, self.seconds))
        deadline = self.now() + self.seconds
        try:
            response = http.send(signed.prepare())
            body = self._whole(response, deadline)
        except NotConnectedError as error:
            raise UnreachableError(str(error)) from error
        except (HTTPClientError, IncompleteReadError) as error:
            raise NoAnswerError(str(error)) from error
        finally:
            http.close()
        passed = {name: response.headers[name] for name in _PASSED_ON if name in response.headers}
        used: int | None = 0
        if _OK <= response.status_code < _FAULTS:
            used = tokens_of(body, streamed=request.operation == STREAM)
        return Answer(status=response.status_code, headers=passed, body=body, used=used)

    def _whole(self, response: Any, deadline: float) -> bytes:  # noqa: ANN401 - of botocore
        """The body. A stream that goes on and on outlives every timeout but this one."""
        stream = StreamingBody(response.raw, response.headers.get("content-length"))
        parts = []
        while part := stream.read(_CHUNK):
            parts.append(part)
            if self.now() > deadline:
                raise NoAnswerError(f"no whole answer within {self.seconds:.0f} seconds")
        return b"".join(parts)


def tokens_of(body: bytes, *, streamed: bool) -> int | None:
    """All tokens that an answer says it used, or None if it does not say."""
    try:
        parts = list(_events(body)) if streamed else [json.loads(body)]
    except (ParserError, ValueError):
        return None
    found = used_in([{"usage": part["usage"]} for part in parts if _names_usage(part)])
    if "input" not in found or "output" not in found:
        return None
    return sum(found.get(kind, 0) for kind in _KINDS)


def _names_usage(part: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(part, dict) and isinstance(part.get("usage"), dict)


def _events(body: bytes) -> Iterator[Any]:
    """The ``metadata`` events of a stream: they come last, with the usage."""
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    for event in buffer:
        if event.headers.get(":event-type") == "metadata":
            yield json.loads(event.payload)
