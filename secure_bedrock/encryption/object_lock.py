"""Object lock: objects of a bucket that cannot be changed or deleted for a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from secure_bedrock.encryption.tokens import unresolved

_LONGEST_LOCK_DAYS = 36_500


class LockMode(StrEnum):
    """Who may shorten an object lock."""

    GOVERNANCE = "GOVERNANCE"
    """Those with ``s3:BypassGovernanceRetention``."""

    COMPLIANCE = "COMPLIANCE"
    """Nobody, the root user included, until the period is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLock:
    """New objects cannot be changed or deleted for a time.

    Attributes:
        days: How long, from 1 to 36,500 days.
        mode: Whether somebody may shorten it. Nobody may, unless governance mode is chosen.
    """

    days: int
    mode: LockMode = LockMode.COMPLIANCE

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if not unresolved(self.days) and not 1 <= self.days <= _LONGEST_LOCK_DAYS:
            yield f"object_lock.days is {self.days}: choose 1 to {_LONGEST_LOCK_DAYS} days"

    def retention(self) -> s3.ObjectLockRetention:
        """The lock as a bucket takes it."""
        mode = {
            LockMode.GOVERNANCE: s3.ObjectLockRetention.governance,
            LockMode.COMPLIANCE: s3.ObjectLockRetention.compliance,
        }[self.mode]
        return mode(Duration.days(self.days))
