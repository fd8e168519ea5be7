"""What a check finds, and what it looks at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Case
from secure_bedrock.rules import Severity
from secure_bedrock.rules._node import Node, Path
from secure_bedrock.rules._template import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A contradiction or a gap.

    Attributes:
        check: Name of the check.
        severity: How bad it is.
        path: Keys and indexes from the top of the template.
        message: What is wrong.
        remedy: What to change.
    """

    check: str
    severity: Severity
    path: Path
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A guardrail of a template, and texts that say what it is for.

    Attributes:
        guardrail: The resource, with intrinsics resolved as far as possible.
        cases: Test cases that it should get right; empty without a suite.
    """

    guardrail: Resource
    cases: Sequence[Case] = ()

    def entries(self, policy: str, name: str) -> list[Node]:
        """The entries of a policy, such as the words."""
        return list(self.guardrail[f"{policy}PolicyConfig"][name])

    def standard(self, policy: str, tier: str) -> bool | None:
        """Whether a policy is in the STANDARD tier; None if nobody knows."""
        node = self.guardrail[f"{policy}PolicyConfig"][tier]["TierName"]
        return node.literal == "STANDARD" if node.literal or node.missing else None

    @property
    def passing(self) -> list[Case]:
        """Cases that nothing should act on."""
        return [case for case in self.cases if case.expect == "pass"]


Check = Callable[[Subject], Iterator[Problem]]


def acts(entry: Node, case: Case | None = None) -> bool:
    """Whether an entry does something to what it finds, as far as is known."""
    sides = [case.source.title()] if case else ["Input", "Output"]
    return any(_acts(entry, side) for side in sides)


def action(entry: Node, side: str) -> str:
    """BLOCK, ANONYMIZE or NONE; empty if nobody knows."""
    if entry[f"{side}Enabled"].literal == "false":
        return "NONE"
    for name in (f"{side}Action", "Action"):
        if not entry[name].missing:
            return entry[name].literal or ""
    return "BLOCK"


def _acts(entry: Node, side: str) -> bool:
    return action(entry, side) not in {"NONE", ""}


def quoted(value: Any) -> str:  # noqa: ANN401 - whatever is shown
    """A value in a message, short."""
    text = str(value)
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}...")


_SHOWN = 60
