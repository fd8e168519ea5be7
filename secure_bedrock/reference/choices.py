"""Settings that are one of a few words."""

from enum import StrEnum


class AuditTrailRecords(StrEnum):
    """What the trail of the reference stack records."""

    ALL = "all"
    """Management events, with those that only read, and data events of Amazon Bedrock."""
    DATA_EVENTS = "data-events"
    """Data events only: another trail of the account records management events, reads included."""
    NOTHING = "none"
    """There is no trail here: another one records what signals and alarms wait for."""


class OverLimit(StrEnum):
    """What happens to who is over a token limit."""

    DENY = "deny"
    """The session is denied until the period ends."""
    NOTIFY = "notify"
    """The topic is told."""
