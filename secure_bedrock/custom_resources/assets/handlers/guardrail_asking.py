"""Asks a guardrail about many test cases at once, below the quotas of the account."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .guardrail_cases import Case
from .guardrail_judging import kept

logger = logging.getLogger("secure_bedrock")

Answer = dict[str, Any]

_PASSING = {
    "InternalServerException",
    "ServiceQuotaExceededException",
    "ServiceUnavailableException",
    "ThrottlingException",
    "TooManyRequestsException",
}
_OF_ONE_CASE = {"ValidationException"}
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0
_SLOWER = 0.7


class Pace:
    """Hands out moments to start a request, so that both quotas are kept.

    Args:
        requests: Requests per second.
        units: Text units per second, of every policy.
        now: A clock that only goes forward.
    """

    def __init__(
        self, *, requests: float, units: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._requests, self._units = requests, units
        self._now = now
        self._next = now()
        self._slowness = 1.0
        self._lock = threading.Lock()

    def wait(self, units: int) -> float:
        """Seconds until a request of so many text units may start; it is counted as started."""
        with self._lock:
            now = self._now()
            start = max(self._next, now)
            spent = max(1 / self._requests, units / self._units)
            self._next = start + spent * self._slowness
            return start - now

    def slow_down(self) -> None:
        """Go slower from now on: AWS says that it is too fast."""
        with self._lock:
            self._slowness /= _SLOWER


@dataclass(slots=True, kw_only=True)
class Asker:
    """Asks one version of a guardrail.

    Attributes:
        client: Client of the Amazon Bedrock runtime, without retries of its own.
        guardrail: Id or ARN.
        version: Number or DRAFT.
        pace: Shared by everything that asks at the same time.
        attempts: How often a request is made before its case stays without an answer.
        until: The moment, by the clock, after which nothing more is asked.
        sleep: How to wait.
        now: The clock.
        jitter: A number from 0 to 1 for the back-off.
    """

    client: Any
    guardrail: str
    version: str
    pace: Pace
    attempts: int = 8
    until: float = float("inf")
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random
    _stopped: str = field(default="", init=False)

    def ask(self, case: Case) -> Answer | str:
        """The answer, or why there is none."""
        wait = _FIRST_WAIT
        for attempt in range(1, self.attempts + 1):
            if self._stopped:
                return self._stopped
            self.sleep(self.pace.wait(case.units))
            if self.now() > self.until:
                self._stopped = "the time is up"
                return self._stopped
            try:
                return kept(self.client.apply_guardrail(**self.request(case)))
            except (ClientError, BotoCoreError) as error:
                if problem := self._final(error):
                    return problem
                if attempt == self.attempts:
                    return f"{error} (after {attempt} attempts)"
            self.pace.slow_down()
            self.sleep(wait * self.jitter())
            wait = min(2 * wait, _LONGEST_WAIT)
        raise AssertionError("attempts is less than 1")

    def request(self, case: Case) -> dict[str, Any]:
        """What is sent."""
        return {
            "guardrailIdentifier": self.guardrail,
            "guardrailVersion": self.version,
            "source": case.source,
            "content": case.content,
        }

    def _final(self, error: Exception) -> str:
        """Why to give up; empty if the same request may succeed later."""
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
        if code in _PASSING:
            logger.info("repeating: %s", error)
            return ""
        if code not in _OF_ONE_CASE:
            self._stopped = str(error)
        return str(error)


def ask_all(
    asker: Asker, cases: Sequence[Case], *, threads: int
) -> Iterator[tuple[Case, Answer | str]]:
    """Every case with its answer or the reason why there is none, as they come in."""
    pool = ThreadPoolExecutor(max_workers=threads)
    try:
        asked = {pool.submit(asker.ask, case): case for case in cases}
        for future in as_completed(asked):
            yield asked[future], future.result()
    finally:  # whoever stops early does not wait, and pay, for all the others
        pool.shutdown(cancel_futures=True)
