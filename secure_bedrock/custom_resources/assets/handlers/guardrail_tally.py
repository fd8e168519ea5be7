"""How many test cases of a guardrail ended how, against thresholds and against another version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .guardrail_cases import ANONYMIZE, BLOCK, PASS, Thresholds
from .guardrail_judging import UNDECIDED, WRONG, Judgement, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some of many."""

    count: int
    of: int

    @property
    def rate(self) -> float:
        """From 0 to 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.count} of {self.of} ({self.rate:.1%})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts over decided cases, and how many were not decided.

    Attributes:
        misses: Of the cases that should be blocked or anonymized.
        false_blocks: Of the cases that should not be blocked.
        not_emulated: Cases that an emulated AWS cannot decide.
        no_answer: Cases without an answer.
        other_policy: Cases that ended well by another policy than expected.
    """

    misses: Share
    false_blocks: Share
    not_emulated: int
    no_answer: int
    other_policy: int

    @property
    def undecided(self) -> int:
        """Cases that nothing is known about."""
        return self.not_emulated + self.no_answer

    def broken(self, thresholds: Thresholds) -> list[str]:
        """One sentence for each threshold that is passed."""
        pairs = (
            ("misses", self.misses, thresholds.misses),
            ("false blocks", self.false_blocks, thresholds.false_blocks),
        )
        return [
            f"{name}: {share}, at most {limit:.1%} are allowed"
            for name, share, limit in pairs
            if share.rate > limit
        ]


def tally(judgements: Iterable[Judgement]) -> Tally:
    """Count."""
    every = list(judgements)
    decided = [each for each in every if each.status not in UNDECIDED]

    def count(status: Status) -> int:
        return sum(each.status is status for each in every)

    def of(*expected: str) -> int:
        return sum(each.case.expect in expected for each in decided)

    return Tally(
        misses=Share(count=count(Status.MISS), of=of(BLOCK, ANONYMIZE)),
        false_blocks=Share(count=count(Status.FALSE_BLOCK), of=of(PASS, ANONYMIZE)),
        not_emulated=count(Status.NOT_EMULATED),
        no_answer=count(Status.NO_ANSWER),
        other_policy=count(Status.OTHER_POLICY),
    )


def regressions(before: Iterable[Judgement], after: Iterable[Judgement]) -> Sequence[Judgement]:
    """Cases that went right before and go wrong now."""
    good = {each.case.id for each in before if each.status not in UNDECIDED | WRONG}
    return [each for each in after if each.status in WRONG and each.case.id in good]
