"""What the rules found in a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from secure_bedrock.rules._node import Path
from secure_bedrock.rules._rule import Severity


class Status(StrEnum):
    """How certain a finding is."""

    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a rule is broken, or where that is only known at deployment.

    Attributes:
        rule_id: Such as GRD06.
        status: Fail or unknown.
        severity: Of the rule.
        title: What the rule asks for.
        message: What is wrong here.
        fix: What to change.
        logical_id: The resource; empty for a finding about the template itself.
        resource_type: Type of the resource; empty likewise.
        path: Keys and indexes from the top of the template.
        value: The offending value, shortened.
        acknowledged: The reason somebody gave for accepting it; empty while it is open.
    """

    rule_id: str
    status: Status
    severity: Severity
    title: str
    message: str
    fix: str
    logical_id: str
    resource_type: str
    path: Path
    value: str
    acknowledged: str = ""

    @property
    def location(self) -> str:
        """The path within the resource, such as ``Properties.FiltersConfig[0].InputStrength``."""
        return dotted(self.path[2:] if self.logical_id else self.path)

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer."""
        return "".join(f"/{str(p).replace('~', '~0').replace('/', '~1')}" for p in self.path)

    @property
    def order(self) -> tuple[str, str, str, str]:
        """What findings are sorted by."""
        padded = "/".join(f"{p:09}" if isinstance(p, int) else p for p in self.path)
        return (self.logical_id, self.rule_id, padded, self.message)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one template.

    Attributes:
        findings: What is open, sorted by resource, rule and path.
        acknowledged: What the template's metadata accepts, each with its reason.
    """

    findings: tuple[Finding, ...]
    acknowledged: tuple[Finding, ...]


def dotted(path: Sequence[str | int]) -> str:
    """A path as text, such as ``Resources.Guardrail.Properties.Tags[0]``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
