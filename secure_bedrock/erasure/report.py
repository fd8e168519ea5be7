"""What was found, and what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from secure_bedrock.erasure.subject import Subject


class Outcome(StrEnum):
    """What became of a find."""

    WOULD_ERASE = "would be erased"
    ERASED = "erased"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Find:
    """One find.

    Attributes:
        place: Where it is, as a URI or ARN.
        what: What it is, in words without personal data.
        outcome: What became of it.
        reason: Why it was kept, and until when.
    """

    place: str
    what: str
    outcome: Outcome
    reason: str = ""

    def as_json(self) -> dict[str, str]:
        """The find as the report has it."""
        return {
            "place": self.place,
            "what": self.what,
            "outcome": self.outcome.value,
            "reason": self.reason,
        }


@dataclass(slots=True)
class Report:
    """All finds.

    Attributes:
        subject: Whose data.
        applied: Whether anything was erased, or only looked for.
        finds: What was found.
    """

    subject: Subject
    applied: bool
    finds: list[Find] = field(default_factory=list)

    def add(self, finds: Iterable[Find]) -> Iterator[Find]:
        """Note finds, one after the other, so that an interrupted run has its report."""
        for find in finds:
            self.finds.append(find)
            yield find

    @property
    def kept(self) -> list[Find]:
        """What could not, or cannot, be erased."""
        return [find for find in self.finds if find.outcome is Outcome.KEPT]

    def as_json(self) -> dict[str, object]:
        """The report as it is written."""
        return {
            "subject": self.subject.as_json(),
            "applied": self.applied,
            "counts": {
                outcome.value: sum(find.outcome is outcome for find in self.finds)
                for outcome in Outcome
            },
            "finds": [find.as_json() for find in self.finds],
        }
