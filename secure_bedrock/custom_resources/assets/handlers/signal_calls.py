"""Security signals that take more than one call to see: first uses, bursts, patterns of theft.

An event may come twice, late, or out of order. Each signal is told once for what it is about; what
is counted is counted by the ids of events. Nothing is remembered as told before it is told.
"""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config

from .response_ledger import Ledger
from .signal_events import Call, call_of

_CLIENT = Config(connect_timeout=5, read_timeout=10, retries={"max_attempts": 4})
_DAY, _HOUR, _WINDOW = 86_400, 3_600, 300
_FOREVER = 10_000 * _DAY
_CLIENTS: dict[str, Any] = {}
_TOLD: set[str] = set()
_MOST_REMEMBERED = 20_000


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ANN401 - Lambda's own type
    """The entry point of the function."""
    settings = json.loads(os.environ["SETTINGS"])
    for name in ("dynamodb", "lambda", "sns"):
        _CLIENTS.setdefault(name, boto3.client(name, config=_CLIENT))
    ledger = Ledger(
        _CLIENTS["dynamodb"], settings["table"], context.aws_request_id, int(time.time())
    )
    if len(_TOLD) > _MOST_REMEMBERED:
        _TOLD.clear()
    Watch(settings, _CLIENTS, ledger, _TOLD).see(event)


@dataclass(slots=True)
class Watch:
    """Looks at one call.

    Attributes:
        settings: ``topic``, ``account``, ``learning_days``, ``at_least`` (numbers of denied calls
            and of models), ``break_glass``, ``signals`` (what to tell: name -> severity, summary
            and runbook) and ``respond`` (name of the function that is told of ``respond_to``).
        clients: Clients of Amazon SNS and AWS Lambda.
        ledger: What was seen and told.
        told: What this process knows to be told already, to ask less often.
    """

    settings: dict[str, Any]
    clients: dict[str, Any]
    ledger: Ledger
    told: set[str]
    _now_told: set[str] = field(default_factory=set)
    _began: int | None = None

    def see(self, event: dict[str, Any]) -> None:
        """Tell what the call gives reason to, once; anything but a recorded call is ignored."""
        call = call_of(event, self.settings["account"])
        if call is None:
            return
        for signal, about, kept in self._signals(call):
            if signal in self.settings["signals"]:
                self._tell(signal, about, kept, call)
        self.told |= self._now_told

    def _signals(self, call: Call) -> Iterator[tuple[str, str, int]]:
        """Signal, what it is about, and how long it is remembered."""
        yield from self._by_itself(call)
        if call.denied:
            window = f"{call.who}#{call.when // _WINDOW}"
            if self._reaches("denied-calls", window, call.id):
                yield "denied-calls", window, 2 * _DAY
        if call.invokes and call.model:
            hour = f"{call.who}#{call.when // _HOUR}"
            if self._reaches("many-models", hour, call.model):
                yield "many-models", hour, 2 * _DAY
        if call.succeeded and call.invokes:
            yield from self._firsts(call)
        if call.looks_at_logging:
            self.ledger.since(f"looked#{call.who}", call.when)
            yield from self._scouted(call)

    def _by_itself(self, call: Call) -> Iterator[tuple[str, str, int]]:
        today = f"{call.who}#{call.when // _DAY}"
        found = {
            "access-key-invocation": call.invokes and call.with_access_key,
            "api-key-used": call.with_api_key,
            "break-glass-used": call.who in self.settings["break_glass"],
            "mantle-used": call.mantle,
            "root-used": call.root,
        }
        for signal, so in found.items():
            if so:
                yield signal, today, 2 * _DAY

    def _firsts(self, call: Call) -> Iterator[tuple[str, str, int]]:
        used = f"used#{call.who}"
        if used not in self.told:
            self.ledger.since(used, call.when)
            yield from self._scouted(call)
            self._now_told.add(used)
        for signal, about in (
            ("first-model", call.model),
            ("first-principal", call.who),
            ("first-region", call.region),
        ):
            if about:
                yield signal, about, _FOREVER

    def _scouted(self, call: Call) -> Iterator[tuple[str, str, int]]:
        """Whoever asked first and used later; either event may arrive before the other."""
        if self._still_learning():
            return
        looked = self.ledger.seen_at(f"looked#{call.who}")
        used = self.ledger.seen_at(f"used#{call.who}")
        if looked is not None and used is not None and looked <= used:
            yield "logging-scouted", call.who, _FOREVER

    def _reaches(self, signal: str, about: str, member: str) -> bool:
        """Whether a count is reached; not asked again of what is told already."""
        name = f"{signal}#{about}"
        remembered = f"{name}#{member}"
        if name in self.told or remembered in self.told:
            return False
        self._now_told.add(remembered)
        number = self.ledger.count(f"count#{name}", member, 2 * _DAY)
        return number >= int(self.settings["at_least"][signal])

    def _still_learning(self) -> bool:
        days = self.settings["learning_days"]
        if not days or "learned" in self.told:
            return False
        if self._began is None:
            known = self.ledger.seen_at("began")
            self._began = self.ledger.since("began", self.ledger.now) if known is None else known
        if self.ledger.now < self._began + days * _DAY:
            return True
        self._now_told.add("learned")
        return False

    def _tell(self, signal: str, about: str, kept: int, call: Call) -> None:
        name = f"{signal}#{about}"
        if name in self.told:
            return
        if self.ledger.claim(name, kept) is not None:
            if not (signal.startswith("first-") and self._still_learning()):
                self._publish(signal, about, call)
                self._respond(signal, name, call)
            self.ledger.finish(name)
        self._now_told.add(name)

    def _publish(self, signal: str, about: str, call: Call) -> None:
        message = {
            "signal": signal,
            **self.settings["signals"][signal],
            "about": about,
            "call": call.name,
            "by": call.who,
            "from": call.address,
            "at": datetime.fromtimestamp(call.when, UTC).isoformat(),
            "region": call.region,
            "event": call.id,
        }
        self.clients["sns"].publish(
            TopicArn=self.settings["topic"],
            Subject=f"{message['severity']}: {signal}",
            Message=json.dumps(message, indent=2),
        )

    def _respond(self, signal: str, name: str, call: Call) -> None:
        if signal not in self.settings["respond_to"]:
            return
        payload = {
            "action": "quarantine",
            "id": name,
            "signal": signal,
            "event": call.id,
            "identity": call.identity,
        }
        self.clients["lambda"].invoke(
            FunctionName=self.settings["respond"],
            InvocationType="Event",
            Payload=json.dumps(payload).encode(),
        )
