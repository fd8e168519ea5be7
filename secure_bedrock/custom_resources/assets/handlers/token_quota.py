"""Token quotas: counts what invocation logs say, denies who is over, lifts denials that ended.

One function for three kinds of events: batches of a log group's subscription, the schedule, and
CloudFormation's, whose only matter is that no denial outlives the stack.
"""

import base64
import gzip
import json
import os
import zlib
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config

from .patience import Patience
from .protocol import Answer, Event, respond
from .quota_bodies import Bodies
from .quota_charges import Limit, Tariff
from .quota_denials import Denials
from .quota_ledger import Ledger
from .quota_notices import Once
from .quota_reports import Report
from .quota_settlement import Settlement
from .usage_prices import Prices

PHYSICAL_ID = "bedrock-token-quota"
RETRY_SECONDS = 120

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 4})


class BrokenBatchError(Exception):
    """A batch of log events cannot be unpacked; it goes to the dead-letter queue."""


def handler(event: dict[str, Any], _context: object) -> None:
    """The entry point of the function."""
    settings = json.loads(os.environ["SETTINGS"])
    clients = {
        name: boto3.client(name, config=_CLIENT) for name in ("dynamodb", "iam", "s3", "sns")
    }
    Quota(settings, clients).run(event)


class Quota:
    """One run of the function.

    Args:
        settings: What the construct wrote into the function's environment.
        clients: Clients of Amazon DynamoDB, IAM, Amazon S3 and Amazon SNS, by name.
        patience: How long calls to IAM are repeated.
    """

    def __init__(
        self, settings: dict[str, Any], clients: dict[str, Any], patience: Patience | None = None
    ) -> None:
        self._settings = settings
        self._clients = clients
        self._patience = patience or Patience(RETRY_SECONDS)
        self.report = Report(settings["quota"])

    def run(self, event: dict[str, Any]) -> None:
        """Do what the event asks for.

        Raises:
            BrokenBatchError: A batch cannot be unpacked.
            RefusedError: Denials that ended could not be lifted.
        """
        if "RequestType" in event:
            respond(event, {"Create": _keep, "Update": _keep, "Delete": self._remove})
        elif "awslogs" in event:
            self._settle(event["awslogs"]["data"])
        else:
            self._denials(self._settings["deny"] or _NOBODY).lift()

    def _settle(self, data: str) -> None:
        now = datetime.now(UTC)
        try:
            batch = self._unpacked(data)
            if batch["messageType"] == "DATA_MESSAGE":
                self._settlement().settle(batch["logEvents"], now)
        finally:
            self.report.write(now)

    def _unpacked(self, data: str) -> dict[str, Any]:
        try:
            batch = json.loads(gzip.decompress(base64.b64decode(data, validate=True)))
            if isinstance(batch["logEvents"], list) and batch["messageType"]:
                return dict(batch)
        except (EOFError, OSError, ValueError, KeyError, TypeError, zlib.error) as error:
            self.report.problem("BrokenBatch")
            raise BrokenBatchError(f"no batch of log events: {error!r}") from error
        self.report.problem("BrokenBatch")
        raise BrokenBatchError("a batch without log events")

    def _settlement(self) -> Settlement:
        settings, clients = self._settings, self._clients
        table, deny = settings["table"], settings["deny"]
        return Settlement(
            tariff=self._tariff(),
            ledger=Ledger(clients["dynamodb"], table),
            once=Once(clients["dynamodb"], table),
            denials=self._denials(deny) if deny else None,
            dry_run=bool(deny and deny["dry_run"]),
            sns=clients["sns"],
            topic=settings["topic"],
            fetch=Bodies(clients["s3"], settings["bucket"]).fetch,
            report=self.report,
        )

    def _tariff(self) -> Tariff:
        settings, where = self._settings, self._settings["prices"]
        found = self._clients["s3"].get_object(Bucket=where["bucket"], Key=where["key"])
        table = json.loads(found["Body"].read())
        profiles = {name: model for name, _, model in settings["profiles"]}
        table["profiles"] = {**table["profiles"], **profiles}
        return Tariff(
            limits=tuple(Limit.of(each) for each in settings["limits"]),
            prices=Prices.of(table),
            projects={name: project for name, project, _ in settings["profiles"]},
        )

    def _denials(self, deny: dict[str, Any]) -> Denials:
        profiles: dict[str, list[str]] = {}
        for name, project, _ in self._settings["profiles"]:
            profiles.setdefault(project, []).append(name)
        return Denials(
            iam=self._clients["iam"],
            dynamodb=self._clients["dynamodb"],
            table=self._settings["table"],
            account=self._settings["account"],
            partition=self._settings["partition"],
            roles=tuple(deny["roles"]),
            actions=tuple(deny["actions"]),
            profiles=profiles,
            patience=self._patience,
        )

    def _remove(self, _event: Event) -> Answer:
        self._denials(self._settings["deny"] or _NOBODY).lift(ended_only=False)
        return Answer(PHYSICAL_ID)


_NOBODY: dict[str, Any] = {"roles": [], "actions": []}


def _keep(_event: Event) -> Answer:
    return Answer(PHYSICAL_ID)
