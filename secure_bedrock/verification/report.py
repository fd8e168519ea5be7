"""What a verification found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from secure_bedrock.verification.comparing import Difference, NotCompared
from secure_bedrock.verification.values import ABSENT, Json, Unknown


class Outcome(StrEnum):
    """What is known of a resource."""

    OK = "ok"
    """Everything that was compared is as claimed."""
    DIFFERS = "differs"
    """Something is not as claimed, or the resource is gone."""
    NOT_VERIFIED = "not verified"
    """It could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceReport:
    """One resource.

    Attributes:
        logical_id: Its name in the template.
        path: Its construct path, or the logical id.
        type: Its CloudFormation type.
        physical_id: What AWS calls it.
        compared: Properties that were compared, with their claimed values.
        differences: What is not as claimed.
        not_compared: What could not be compared, with reasons.
        problem: Why nothing was read, if so.
    """

    logical_id: str
    path: str
    type: str
    physical_id: str
    compared: dict[str, Json]
    differences: Sequence[Difference] = ()
    not_compared: Sequence[NotCompared] = ()
    problem: str = ""

    @property
    def outcome(self) -> Outcome:
        """The resource in one word."""
        if self.differences:
            return Outcome.DIFFERS
        return Outcome.NOT_VERIFIED if self.problem else Outcome.OK

    def as_json(self) -> dict[str, Json]:
        """The report as JSON holds it."""
        return {"outcome": self.outcome.value, **plain(asdict(self))}


def plain(value: Json) -> Json:
    """A value without anything JSON does not have."""
    if value is ABSENT:
        return None
    if isinstance(value, Unknown):
        return {"unknown": value.reason}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
