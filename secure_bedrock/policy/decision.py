"""What the policies say to a request, and which statement says so."""

from dataclasses import dataclass
from enum import StrEnum

from secure_bedrock.policy.statements import Hit


class Verdict(StrEnum):
    """The four answers."""

    ALLOWED = "allowed"
    DENIED = "denied by a statement"
    IMPLICITLY_DENIED = "denied because nothing allows it"
    OPEN = "depends on what the request carries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to one request.

    Attributes:
        verdict: The answer.
        reason: One line that says why.
        decided_by: The denying statement, or those that allow.
        depends_on: Statements whose conditions are open, when the verdict is OPEN.
    """

    verdict: Verdict
    reason: str
    decided_by: tuple[Hit, ...] = ()
    depends_on: tuple[Hit, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the request succeeds for certain."""
        return self.verdict is Verdict.ALLOWED
