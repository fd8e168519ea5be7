"""Groups of alarms: what they have in common, who is told, and where it says what to do."""

from dataclasses import dataclass
from enum import StrEnum

RUNBOOKS = "secure-bedrock/docs/runbooks"


class AlarmSeverity(StrEnum):
    """How soon somebody has to look."""

    HIGH = "high"
    """Now."""

    MEDIUM = "medium"
    """Within a working day."""

    LOW = "low"
    """In the next review."""


class AlarmGroup(StrEnum):
    """Alarms that share a cause, a runbook and one notification. The value names the runbook."""

    AGENTS = "agents"
    DELIVERY = "log-delivery"
    ERRORS = "errors"
    GUARDRAILS = "guardrails"
    KNOWLEDGE_BASES = "knowledge-bases"
    LATENCY = "latency"
    QUOTA = "quota"
    THROTTLING = "throttling"
    UNUSUAL_USE = "unusual-use"

    @property
    def severity(self) -> AlarmSeverity:
        """How soon somebody has to look."""
        return _SEVERITIES[self]


_SEVERITIES = {
    AlarmGroup.AGENTS: AlarmSeverity.MEDIUM,
    AlarmGroup.DELIVERY: AlarmSeverity.HIGH,
    AlarmGroup.ERRORS: AlarmSeverity.MEDIUM,
    AlarmGroup.GUARDRAILS: AlarmSeverity.MEDIUM,
    AlarmGroup.KNOWLEDGE_BASES: AlarmSeverity.MEDIUM,
    AlarmGroup.LATENCY: AlarmSeverity.LOW,
    AlarmGroup.QUOTA: AlarmSeverity.LOW,
    AlarmGroup.THROTTLING: AlarmSeverity.MEDIUM,
    AlarmGroup.UNUSUAL_USE: AlarmSeverity.HIGH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbooks:
    """Where the runbooks are.

    Attributes:
        base: Address of the folder with the pages, without a slash at the end. Default: their
            place in the documentation of this library; give the address of your own copy to make
            the links open.
    """

    base: str = RUNBOOKS

    def page(self, group: AlarmGroup) -> str:
        """Address of the page of a group."""
        return f"{self.base}/{group.value}.md"

    def describe(self, text: str, group: AlarmGroup) -> str:
        """The description of an alarm: what happened, how urgent it is, what to do."""
        return f"{text}. Severity: {group.severity.value}. Runbook: {self.page(group)}"
