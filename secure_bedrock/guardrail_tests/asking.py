"""Runs suites against a guardrail, or against a recording of it."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from secure_bedrock.custom_resources.assets.handlers.guardrail_asking import Asker, Pace, ask_all
from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Suite
from secure_bedrock.guardrail_tests.recordings import Recording
from secure_bedrock.guardrail_tests.subject import Subject

Found = dict[tuple[str, str], dict[str, Any] | str]
Told = Callable[[], None]


def replayed(recording: Recording, suites: Iterable[Suite]) -> Found:
    """What the recording answers to every case."""
    return {
        (suite.name, case.id): recording.answer(case) for suite in suites for case in suite.cases
    }


def asked(
    client: Any,  # noqa: ANN401 - boto3 makes clients at run time
    subject: Subject,
    suites: Sequence[Suite],
    *,
    pace: Pace,
    threads: int,
    recording: Recording | None = None,
    told: Told = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Found:
    """What the guardrail answers to every case; answers are recorded as they come in."""
    asker = Asker(
        client=client, guardrail=subject.arn, version=subject.version, pace=pace, sleep=sleep
    )
    found: Found = {}
    for suite in suites:
        for case, answer in ask_all(asker, suite.cases, threads=threads):
            found[suite.name, case.id] = answer
            if recording is not None and not isinstance(answer, str):
                recording.add(case, answer)
            told()
    return found
