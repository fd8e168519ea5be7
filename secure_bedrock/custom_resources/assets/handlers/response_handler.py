"""Answers to threats: restore, deactivate, quarantine, and say what was done and how to undo it.

Every answer is claimed in the ledger, planned, noted, carried out and told, in this order. What is
carried out brings about a state and is left out where the state is there already, so that an
invocation that ended anywhere is repeated without doing anything twice.
"""

import json
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import boto3
from botocore.config import Config

from .patience import Patience
from .response_events import answer_to, is_deployment
from .response_keys import ApiKeys
from .response_ledger import Ledger
from .response_quarantine import Quarantine
from .response_restore import Guardrail, Logging
from .signal_events import principal

logger = logging.getLogger("secure_bedrock")
logger.setLevel(logging.INFO)

_CLIENT = Config(connect_timeout=5, read_timeout=10, retries={"max_attempts": 2})
_PATIENCE_SECONDS = 25
_SUBJECT_LENGTH = 100

Plan = dict[str, Any]


class Answer(Protocol):
    """What one kind of answer can do."""

    def plan(self, event: dict[str, Any]) -> Plan | None:
        """What to do, or None if there is nothing to do."""

    def act(self, plan: Plan) -> None:
        """Do it; doing it again changes nothing."""

    def words(self, plan: Plan) -> tuple[str, str]:
        """What was done, and how to undo it."""


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ANN401 - Lambda's own type
    """The entry point of the function."""
    settings = json.loads(os.environ["SETTINGS"])
    names = ("bedrock", "dynamodb", "iam", "sns")
    clients = {name: boto3.client(name, config=_CLIENT) for name in names}
    patience = Patience(_PATIENCE_SECONDS)
    ledger = Ledger(
        clients["dynamodb"], settings["table"], context.aws_request_id, int(time.time()), patience
    )
    Responder(settings, clients, ledger, patience).handle(event)


@dataclass(frozen=True, slots=True)
class Responder:
    """Answers one event.

    Attributes:
        settings: ``table``, ``topic``, ``account``, ``deployers``, and for each answer that was
            chosen its own: ``logging``, ``guardrail``, ``api_keys``, ``quarantine``.
        clients: Clients of Amazon Bedrock, Amazon DynamoDB, IAM and Amazon SNS.
        ledger: What was answered.
        patience: How long calls are repeated, all of them together.
    """

    settings: Mapping[str, Any]
    clients: Mapping[str, Any]
    ledger: Ledger
    patience: Patience

    def handle(self, event: dict[str, Any]) -> None:
        """Answer a recorded call, a request for quarantine, or the clock."""
        if event.get("action") == "expire":
            self._expire()
        elif event.get("action") == "quarantine":
            if self.settings.get("quarantine"):
                self._answer(f"quarantine#{event['id']}", self._quarantine(), event)
        else:
            self._answer_call(event)

    def _answer_call(self, event: dict[str, Any]) -> None:
        kind = answer_to(event, self.settings["account"])
        if kind is None or not self.settings.get(kind):
            return
        detail = event["detail"]
        if is_deployment(detail, self.settings["deployers"]):
            logger.info("%s is a deployment: left alone", detail["eventID"])
            return
        self._answer(f"{kind}#{detail['eventID']}", self._answers(kind), event)

    def _answers(self, kind: str) -> Answer:
        wanted = self.settings[kind]
        if kind == "logging":
            return Logging(self.clients["bedrock"], wanted, self.patience)
        if kind == "guardrail":
            return Guardrail(self.clients["bedrock"], wanted, self.patience)
        return ApiKeys(self.clients["iam"], self.patience, wanted == "dry-run")

    def _quarantine(self) -> Quarantine:
        settings = {
            "table": self.settings["table"],
            "account": self.settings["account"],
            "never": self.settings["deployers"],
            **self.settings["quarantine"],
        }
        return Quarantine(
            self.clients["iam"],
            self.clients["dynamodb"],
            settings,
            self.patience,
            self.ledger.now,
        )

    def _answer(self, name: str, answer: Answer, event: dict[str, Any]) -> None:
        known = self.ledger.claim(name)
        if known is None:
            logger.info("%s was answered before", name)
            return
        plan = json.loads(known["note"]) if "note" in known else answer.plan(event)
        if plan is None:
            logger.info("%s: nothing to do", name)
        else:
            plan = self.ledger.note(name, plan)
            answer.act(plan)
            self._tell(name, *answer.words(plan), event)
        self.ledger.finish(name)

    def _expire(self) -> None:
        if not self.settings.get("quarantine"):
            return
        quarantine = self._quarantine()
        for kept in list(quarantine.kept()):
            if not kept["over"]:
                continue
            name = f"release#{kept['of']}"
            if self.ledger.claim(name) is not None:
                quarantine.release(kept)
                done = f"The quarantine of {kept['unique']} of {kept['who']} has ended."
                self._tell(name, done, "Nothing to undo.", {})
                self.ledger.finish(name)
            quarantine.forget(kept)

    def _tell(self, name: str, done: str, undo: str, event: dict[str, Any]) -> None:
        detail = event.get("detail") or {}
        identity = detail.get("userIdentity") or event.get("identity") or {}
        message = {
            "response": name,
            "done": done,
            "undo": undo,
            "because": detail.get("eventName") or event.get("signal") or "its time is over",
            "by": principal(identity),
            "event": detail.get("eventID") or event.get("event"),
        }
        subject = f"Response: {name}"[:_SUBJECT_LENGTH]
        self.patience.call(
            self.clients["sns"].publish,
            TopicArn=self.settings["topic"],
            Subject=subject,
            Message=json.dumps(message, indent=2),
        )
