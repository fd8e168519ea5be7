"""Repeat calls that fail for a reason that passes: IAM propagation and throttling."""

import logging
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from .protocol import RefusedError

logger = logging.getLogger("secure_bedrock")

_PASSING = {
    "AccessDenied",
    "AccessDeniedException",
    "ConflictException",
    "InternalServerError",
    "InternalServerException",
    "RequestLimitExceeded",
    "ServiceUnavailableException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TooManyUpdates",
    "UnauthorizedOperation",
}
_NOT_PROPAGATED = "Failed to validate permissions"
_FIRST_WAIT = 2.0
_LONGEST_WAIT = 16.0


class Patience:
    """Seconds that the calls of one event may spend on being repeated, all of them together.

    Args:
        seconds: How long to keep trying, counted from now.
        sleep: How to wait.
        now: A clock that only goes forward.
    """

    def __init__(
        self,
        seconds: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._now = now
        self._deadline = now() + seconds

    def left(self) -> float:
        """Seconds that are left; less than none when the time is up."""
        return self._deadline - self._now()

    def call(self, operation: Callable[..., Any], **parameters: object) -> dict[str, Any]:
        """Call a client method, again and again while its error may pass.

        Raises:
            RefusedError: The error was still there when the time was up.
        """
        wait = _FIRST_WAIT
        while True:
            try:
                return dict(operation(**parameters))
            except ClientError as error:
                if not may_pass(error):
                    raise
                if self._now() + wait > self._deadline:
                    raise RefusedError(f"{error} (repeated for {self._seconds:.0f} s)") from error
                logger.info("waiting %.0f s: %s", wait, error)
            self._sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def may_pass(error: ClientError) -> bool:
    """Whether the same call may succeed a little later."""
    details = error.response["Error"]
    return details["Code"] in _PASSING or _NOT_PROPAGATED in details.get("Message", "")
