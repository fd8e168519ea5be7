"""When a budget notifies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secure_bedrock.cost.numbers import outside

_LEAST, _MOST = 0.1, 1_000_000_000
_MAX_NOTIFICATIONS = 5


class SpendKind(StrEnum):
    """What is compared with the limit."""

    ACTUAL = "ACTUAL"
    """What the month has cost so far."""
    FORECASTED = "FORECASTED"
    """What AWS expects the month to cost; it needs about five weeks of history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetThreshold:
    """One point at which a budget notifies.

    Attributes:
        percent: Percentage of the monthly limit, from 0.1 to 1,000,000,000.
        kind: Actual or forecasted spend. The default is actual spend.
    """

    percent: float
    kind: SpendKind = SpendKind.ACTUAL


DEFAULT_THRESHOLDS = (
    BudgetThreshold(percent=50),
    BudgetThreshold(percent=80),
    BudgetThreshold(percent=100),
    BudgetThreshold(percent=100, kind=SpendKind.FORECASTED),
)


def percent_problem(percent: float) -> str | None:
    """What is wrong with a percentage of a budget, if anything."""
    if outside(percent, _LEAST, _MOST):
        return f"threshold {percent!r} is out of range: use a percentage from {_LEAST} to {_MOST}"
    return None


def threshold_problems(thresholds: Sequence[BudgetThreshold]) -> Iterator[str]:
    """What AWS Budgets would refuse."""
    if not 1 <= len(thresholds) <= _MAX_NOTIFICATIONS:
        yield (
            f"{len(thresholds)} thresholds given, a budget takes 1 to {_MAX_NOTIFICATIONS}: "
            "split them over two BudgetGuards"
        )
    for threshold in thresholds:
        if problem := percent_problem(threshold.percent):
            yield problem
    for threshold in thresholds:
        if thresholds.count(threshold) > 1:
            yield (
                f"threshold {threshold.percent} {threshold.kind} is given twice: "
                "each notification of a budget must differ, remove one"
            )
