"""How fast a rollout goes, and when it stops."""

from dataclasses import dataclass
from enum import StrEnum

_PERCENT = 100


class RolloutConcurrency(StrEnum):
    """What failures do to the speed."""

    STRICT = "STRICT_FAILURE_TOLERANCE"
    """At most one account more than may fail is deployed to at once, and fewer after a failure."""
    SOFT = "SOFT_FAILURE_TOLERANCE"
    """As many as allowed, whatever fails: more than the tolerated accounts may fail in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPace:
    """How fast a rollout goes, and when it stops.

    It is for what you deploy. AWS does not apply it to what it deploys by itself to an account that
    enters a unit.

    Attributes:
        failure_tolerance_percentage: Share of the accounts of a Region that may fail before the
            rollout stops there and in the Regions after it, 0 to 99, rounded down. Default: 0.
        max_concurrent_percentage: Share of the accounts that are deployed to at the same time, 1 to
            100, rounded down, at least one account. Default: 10.
        concurrency: Whether the tolerance limits the speed. The default, ``STRICT``, does: with a
            tolerance of 0 accounts follow one another, which 5,000 accounts make long.
        regions_in_parallel: Deploy to all Regions at once. The default, ``False``, goes one by one
            in the order of the asset buckets, so that a mistake stops in the first.

    Source: AWS CloudFormation API Reference, "StackSetOperationPreferences".
    """

    failure_tolerance_percentage: int = 0
    max_concurrent_percentage: int = 10
    concurrency: RolloutConcurrency = RolloutConcurrency.STRICT
    regions_in_parallel: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.failure_tolerance_percentage < _PERCENT:
            raise ValueError(
                f"failure_tolerance_percentage {self.failure_tolerance_percentage}: choose 0 to 99"
            )
        if not 1 <= self.max_concurrent_percentage <= _PERCENT:
            raise ValueError(
                f"max_concurrent_percentage {self.max_concurrent_percentage}: choose 1 to 100"
            )

    def tolerated(self, accounts: int) -> int:
        """How many of so many accounts may fail in a Region before the rollout stops."""
        return accounts * self.failure_tolerance_percentage // _PERCENT

    def at_once(self, accounts: int) -> int:
        """How many of so many accounts are deployed to at once in a Region, before any failure."""
        allowed = max(1, accounts * self.max_concurrent_percentage // _PERCENT)
        if self.concurrency is RolloutConcurrency.SOFT:
            return allowed
        return min(allowed, self.tolerated(accounts) + 1)
