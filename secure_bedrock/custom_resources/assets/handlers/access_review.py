"""A scheduled review: who can invoke which model, and when they last did.

It changes nothing. The report of a day has one name, so a repeated run replaces it. What could not
be reviewed is in the report, and the run then fails so that an alarm says so.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .access_simulation import ALLOWED, DENIED, answers
from .patience import Patience
from .protocol import RefusedError

logger = logging.getLogger("secure_bedrock")
logger.setLevel(logging.INFO)

_CLIENT = Config(connect_timeout=5, read_timeout=20, retries={"max_attempts": 2})
_RESERVE_SECONDS = 30
_POLL_SECONDS = 2.0
_OF_AWS = "/aws-service-role/"
_TRACKED = "bedrock"
_JOB_GRANULARITY = "ACTION_LEVEL"


class IncompleteError(Exception):
    """Something could not be reviewed; the report says what."""


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ANN401 - Lambda's own type
    """The entry point of the function; the event holds the settings."""
    seconds = context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS
    clients = {name: boto3.client(name, config=_CLIENT) for name in ("iam", "s3", "sns")}
    Review(event, clients, Patience(seconds), datetime.now(UTC)).run()


@dataclass(slots=True)
class Review:
    """One run.

    Attributes:
        settings: ``bucket``, ``topic``, ``models``, ``guardrail`` and ``unused_days``.
        clients: Clients of IAM, Amazon S3 and Amazon SNS.
        patience: How long calls are repeated, all of them together.
        now: When the run began.
        sleep: How to wait for IAM's jobs.
    """

    settings: dict[str, Any]
    clients: dict[str, Any]
    patience: Patience
    now: datetime
    sleep: Callable[[float], None] = time.sleep
    failed: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Review every role and user, write the report, tell the topic.

        Raises:
            IncompleteError: Something could not be reviewed.
        """
        everyone = list(self._principals())
        jobs = {arn: job for arn in everyone if (job := self._attempt(arn, self._start))}
        found = []
        for arn in jobs:
            reviewed = self._attempt(arn, lambda each: self._review(each, jobs[each]))
            found += [reviewed] if reviewed else []
        key = self._write(found)
        self._tell(found, key)
        if self.failed:
            raise IncompleteError(f"{len(self.failed)} not reviewed: see {key}")

    def _principals(self) -> Iterator[str]:
        iam = self.clients["iam"]
        for operation, kind in ((iam.list_roles, "Roles"), (iam.list_users, "Users")):
            parameters: dict[str, str] = {}
            while True:
                page = self.patience.call(operation, **parameters)
                yield from (e["Arn"] for e in page[kind] if not e["Path"].startswith(_OF_AWS))
                if not page.get("IsTruncated"):
                    break
                parameters = {"Marker": page["Marker"]}

    def _attempt(self, arn: str, step: Callable[[str], Any]) -> Any:  # noqa: ANN401 - of the step
        """The step's result; None if the principal is gone by now, or the step failed."""
        if self.patience.left() <= 0:
            self.failed[arn] = "the time was up before its turn"
            return None
        try:
            return step(arn)
        except (ClientError, RefusedError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "NoSuchEntity":
                return None
            logger.warning("%s: %s", arn, error)
            self.failed[arn] = str(error)
            return None

    def _start(self, arn: str) -> str:
        start = self.clients["iam"].generate_service_last_accessed_details
        return str(self.patience.call(start, Arn=arn, Granularity=_JOB_GRANULARITY)["JobId"])

    def _review(self, arn: str, job: str) -> dict[str, Any]:
        models = answers(
            self.clients["iam"],
            self.patience,
            arn,
            models=self.settings["models"],
            guardrail=self.settings["guardrail"],
        )
        return {"arn": arn, "models": models, "last_used": self._last_used(job)}

    def _last_used(self, job: str) -> dict[str, str]:
        """When the principal last used Amazon Bedrock, and single actions where IAM tracks them."""
        used: dict[str, str] = {}
        for service in self._services(job):
            if service["ServiceNamespace"] == _TRACKED and "LastAuthenticated" in service:
                used[_TRACKED] = service["LastAuthenticated"].isoformat()
                used |= {
                    f"{_TRACKED}:{each['ActionName']}": each["LastAccessedTime"].isoformat()
                    for each in service.get("TrackedActionsLastAccessed", ())
                    if "LastAccessedTime" in each
                }
        return used

    def _services(self, job: str) -> Iterator[dict[str, Any]]:
        parameters = {"JobId": job}
        read = self.clients["iam"].get_service_last_accessed_details
        while True:
            page = self.patience.call(read, **parameters)
            if page["JobStatus"] == "FAILED":
                raise RefusedError(f"IAM could not tell the last use: {page['Error']['Message']}")
            if page["JobStatus"] == "IN_PROGRESS":
                if self.patience.left() < _POLL_SECONDS:
                    raise RefusedError("IAM was still collecting the last use when time was up")
                self.sleep(_POLL_SECONDS)
                continue
            yield from page["ServicesLastAccessed"]
            if not page.get("IsTruncated"):
                return
            parameters["Marker"] = page["Marker"]

    def _write(self, found: list[dict[str, Any]]) -> str:
        key = f"access-reviews/{self.now:%Y/%m/%d}.json"
        report = {
            "date": f"{self.now:%Y-%m-%d}",
            "complete": not self.failed,
            "not_reviewed": self.failed,
            "principals": [each for each in found if _reaches(each) or each["last_used"]],
            "without_access": [
                each["arn"] for each in found if not _reaches(each) and not each["last_used"]
            ],
        }
        body = json.dumps(report, indent=2, sort_keys=True).encode()
        put = self.clients["s3"].put_object
        put(Bucket=self.settings["bucket"], Key=key, Body=body, ContentType="application/json")
        return f"s3://{self.settings['bucket']}/{key}"

    def _tell(self, found: list[dict[str, Any]], key: str) -> None:
        reaching = [each for each in found if _reaches(each)]
        freely = [e for e in reaching if ALLOWED in {a["answer"] for a in e["models"].values()}]
        since = (self.now - timedelta(days=self.settings["unused_days"])).isoformat()
        unused = [each for each in reaching if each["last_used"].get(_TRACKED, "") < since]
        lines = [
            f"{len(reaching)} of {len(found)} roles and users can invoke a model.",
            f"{len(freely)} can do so without the guardrail.",
            f"{len(unused)} have not used Amazon Bedrock for {self.settings['unused_days']} days.",
            f"{len(self.failed)} could not be reviewed.",
            key,
        ]
        subject = f"Amazon Bedrock: access review of {self.now:%Y-%m-%d}"
        publish = self.clients["sns"].publish
        publish(TopicArn=self.settings["topic"], Subject=subject, Message="\n".join(lines))


def _reaches(reviewed: dict[str, Any]) -> bool:
    models = reviewed["models"].values()
    return any(each["answer"] != DENIED or each.get("may_depend_on") for each in models)
