"""Custom::BedrockGuardrailGate: a guardrail's new version is used only if it passes its suites.

It fails the deployment if a threshold is passed, if something that the deployed version gets right
goes wrong, or if a case was not decided. CloudFormation then rolls back, and asks for the deployed
version again, which must not fail: what was accepted is part of the resource's id, and what was
accepted once is not tested again.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import boto3
from botocore.config import Config

from .guardrail_asking import Asker, Pace, ask_all
from .guardrail_cases import Case, Suite
from .guardrail_judging import UNDECIDED, WRONG, Judgement, judge, unanswered
from .guardrail_tally import regressions, tally
from .patience import Patience
from .protocol import Answer, Event, RefusedError, logger, respond

PREFIX = "guardrail-gate:"
RETRY_SECONDS = 120
SECONDS = 820

_REMEMBERED = 3
_SHOWN = 20
_THREADS = 8
_CLIENT = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 1})


def handler(event: Event, _context: object) -> None:
    """The entry point of the function."""
    operations = Operations(
        runtime=boto3.client("bedrock-runtime", config=_CLIENT),
        s3=boto3.client("s3"),
        patience=Patience(RETRY_SECONDS),
    )
    respond(event, operations.by_type())


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Create, update and delete with these clients.

    Attributes:
        runtime: Client of the Amazon Bedrock runtime.
        s3: Client of Amazon S3, where the suites are.
        patience: How long to wait for permissions.
        seconds: How long the cases may take.
        sleep: How to wait.
    """

    runtime: Any
    s3: Any
    patience: Patience
    seconds: float = SECONDS
    sleep: Callable[[float], None] = time.sleep

    def by_type(self) -> dict[str, Callable[[Event], Answer]]:
        """The operation for each request type."""
        return {"Create": self.check, "Update": self.check, "Delete": self.forget}

    def forget(self, event: Event) -> Answer:
        """Answer a delete: nothing was made, so nothing is removed."""
        return Answer(event["PhysicalResourceId"])

    def check(self, event: Event) -> Answer:
        """Accept the version, or fail."""
        wanted = event["ResourceProperties"]
        accepted = _accepted(event.get("PhysicalResourceId", ""))
        data = {"Version": wanted["Version"]}
        if _key(wanted) in accepted:
            return Answer(event["PhysicalResourceId"], data)
        deployed = event.get("OldResourceProperties", {})
        suites = self._suites(wanted)
        asker = self._asker(wanted)
        self._wait_for_permissions(asker, suites[0].cases[0])
        problems = []
        for suite in suites:
            problems += [f"{suite.name}: {each}" for each in self._test(asker, suite, deployed)]
        if problems:
            raise RefusedError(
                f"version {wanted['Version']} of {wanted['Guardrail']} is not good enough: "
                + "; ".join(problems)
            )
        kept = [*accepted, _key(wanted)][-_REMEMBERED:]
        return Answer(PREFIX + "|".join(kept), data)

    def _test(self, asker: Asker, suite: Suite, deployed: Mapping[str, Any]) -> Iterator[str]:
        """Everything that speaks against the version."""
        found = self._judged(asker, suite.cases)
        counted = tally(found)
        for each in found:
            if each.status in WRONG | UNDECIDED:
                logger.warning("%s: %s: %s", suite.name, each.case.id, each.status)
        yield from counted.broken(suite.thresholds)
        if counted.undecided:
            reason = next((e.problem for e in found if e.problem), "not emulated")
            yield f"{counted.undecided} cases were not decided: {reason}"
        worse = self._regressions(asker, found, deployed)
        if worse:
            names = ", ".join(each.case.id for each in worse[:_SHOWN])
            more = f" and {len(worse) - _SHOWN} more" if len(worse) > _SHOWN else ""
            yield f"version {deployed['Version']} gets right what goes wrong now: {names}{more}"

    def _regressions(
        self, asker: Asker, found: Sequence[Judgement], deployed: Mapping[str, Any]
    ) -> Sequence[Judgement]:
        """Only what goes wrong now is asked of the deployed version."""
        wrong = [each.case for each in found if each.status in WRONG]
        if not wrong or not deployed or deployed["Guardrail"] != asker.guardrail:
            return []
        before = self._judged(replace(asker, version=deployed["Version"]), wrong)
        return regressions(before, found)

    def _judged(self, asker: Asker, cases: Sequence[Case]) -> list[Judgement]:
        return [
            unanswered(case, answer) if isinstance(answer, str) else judge(case, answer)
            for case, answer in ask_all(asker, cases, threads=_THREADS)
        ]

    def _asker(self, wanted: Mapping[str, Any]) -> Asker:
        pace = Pace(
            requests=float(wanted["RequestsPerSecond"]), units=float(wanted["UnitsPerSecond"])
        )
        return Asker(
            client=self.runtime,
            guardrail=wanted["Guardrail"],
            version=wanted["Version"],
            pace=pace,
            until=time.monotonic() + self.seconds,
            sleep=self.sleep,
        )

    def _wait_for_permissions(self, asker: Asker, case: Case) -> None:
        """The role may be too new: ask once, and again until it is known."""
        self.patience.call(self.runtime.apply_guardrail, **asker.request(case))

    def _suites(self, wanted: Mapping[str, Any]) -> list[Suite]:
        answer = self.patience.call(self.s3.get_object, Bucket=wanted["Bucket"], Key=wanted["Key"])
        return [Suite.from_json(each) for each in json.loads(answer["Body"].read())]


def _key(properties: Mapping[str, Any]) -> str:
    """What is accepted: these cases with this version."""
    guardrail = properties["Guardrail"].rsplit("/", 1)[-1]
    return f"{guardrail}:{properties['Version']}:{properties['Content']}"


def _accepted(physical_id: str) -> list[str]:
    return physical_id.removeprefix(PREFIX).split("|") if physical_id.startswith(PREFIX) else []
