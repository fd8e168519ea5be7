"""What came of a run: judgements by suite, compared with another version if there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Case, Suite
from secure_bedrock.custom_resources.assets.handlers.guardrail_judging import (
    Judgement,
    judge,
    unanswered,
)
from secure_bedrock.custom_resources.assets.handlers.guardrail_tally import (
    Tally,
    regressions,
    tally,
)

Answers = Mapping[tuple[str, str], dict[str, Any] | str]
"""By name of the suite and id of the case; a string says why there is none."""

GOOD, BAD, INCOMPLETE = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class SuiteResult:
    """One suite.

    Attributes:
        suite: The suite.
        judgements: In the order of the cases.
        before: What the other version did, in the same order; empty without one.
    """

    suite: Suite
    judgements: Sequence[Judgement]
    before: Sequence[Judgement] = ()

    @cached_property
    def tally(self) -> Tally:
        """Counts of all cases."""
        return tally(self.judgements)

    @cached_property
    def broken(self) -> Sequence[str]:
        """Thresholds that are passed."""
        return self.tally.broken(self.suite.thresholds)

    @cached_property
    def regressions(self) -> Sequence[Judgement]:
        """Cases that the other version gets right."""
        return regressions(self.before, self.judgements)

    @property
    def by_category(self) -> Mapping[str, Sequence[Judgement]]:
        """Judgements by category, in the order of first appearance."""
        found: dict[str, list[Judgement]] = {}
        for each in self.judgements:
            found.setdefault(each.case.category, []).append(each)
        return found


@dataclass(frozen=True, kw_only=True)
class Result:
    """All suites of a run.

    Attributes:
        guardrail: The tested version, as people name it.
        against: The other version, empty if there is none.
        suites: One result each.
        strict: Whether a case that another policy acted on is bad too.
        undecided_allowed: Whether undecided cases leave a run complete.
        notes: What the reader has to know.
    """

    guardrail: str
    suites: Sequence[SuiteResult]
    against: str = ""
    strict: bool = False
    undecided_allowed: bool = False
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def reasons(self) -> list[str]:
        """Why the run is bad, one line each."""
        found = []
        for each in self.suites:
            name = each.suite.name
            found += [f"{name}: {text}" for text in each.broken]
            worse = ", ".join(judgement.case.id for judgement in each.regressions)
            if worse:
                found.append(f"{name}: {len(each.regressions)} cases regressed: {worse}")
            if self.strict and each.tally.other_policy:
                found.append(f"{name}: {each.tally.other_policy} cases by another policy")
        return found

    @property
    def undecided(self) -> list[str]:
        """What was not decided, one line each."""
        return [
            f"{each.suite.name}: {each.tally.undecided} of {len(each.judgements)} cases were not "
            f"decided: {each.tally.not_emulated} not emulated, {each.tally.no_answer} no answer"
            for each in self.suites
            if each.tally.undecided
        ]

    @property
    def exit_code(self) -> int:
        """0, 1 for thresholds and regressions, 2 for what was not decided."""
        if self.reasons:
            return BAD
        if any(each.tally.no_answer for each in self.suites):
            return INCOMPLETE
        return INCOMPLETE if self.undecided and not self.undecided_allowed else GOOD


def judged(suite: Suite, answers: Answers) -> list[Judgement]:
    """A judgement for each case."""
    return [_judged(case, answers.get((suite.name, case.id), "not asked")) for case in suite.cases]


def _judged(case: Case, answer: dict[str, Any] | str) -> Judgement:
    return unanswered(case, answer) if isinstance(answer, str) else judge(case, answer)
