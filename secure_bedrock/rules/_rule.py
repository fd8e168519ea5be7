"""What a rule is, how it registers and what it may answer."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from secure_bedrock.rules._answer import Answer
from secure_bedrock.rules._node import Path
from secure_bedrock.rules._statement import StatementKind


class Severity(StrEnum):
    """How bad a finding is."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Profile(StrEnum):
    """Which rules run. Baseline rules always run; each other profile adds its own."""

    BASELINE = "baseline"
    STRICT = "strict"
    RESIDENCY = "residency"
    AGENTIC = "agentic"


class Located(Protocol):
    """Something in a template that a verdict can point at: a Node, a Resource or a Statement."""

    @property
    def path(self) -> Path:
        """Keys and indexes from the top of the template."""

    @property
    def shown(self) -> str:
        """The value for a message."""


@dataclass(frozen=True, slots=True)
class Fail:
    """The template breaks the rule at this place."""

    at: Located
    message: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether the rule is kept depends on a value that is only known at deployment."""

    at: Located
    message: str = ""


Verdict = Fail | Unknown
Verdicts = Iterable[Verdict]


@dataclass(frozen=True, slots=True)
class Controls:
    """Controls of a framework that a public source relates to the rule.

    Attributes:
        ids: The control ids.
        stated_by: Who states the mapping.
    """

    ids: tuple[str, ...]
    stated_by: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A check and what people need to know about it."""

    id: str
    title: str
    check: Callable[..., Verdicts]
    severity: Severity
    fix: str
    source: str
    profiles: frozenset[Profile]
    resources: tuple[str, ...]
    statements: frozenset[StatementKind]
    controls: Mapping[str, Controls]
    parameters: tuple[str, ...]

    @property
    def module(self) -> str:
        """The module that defines the rule."""
        return self.check.__module__

    def verdicts(self, subject: object, parameters: object) -> Verdicts:
        """Apply the rule to a resource, a statement or a template."""
        return self.check(subject, parameters) if self.parameters else self.check(subject)


FRAMEWORKS = frozenset(
    {
        "AWS AI Security Framework",
        "AWS Well-Architected",
        "C5",
        "CCC",
        "CIS Controls 8.1",
        "CMMC",
        "CSA CCM",
        "DORA",
        "FFIEC CAT",
        "FedRAMP",
        "HIPAA",
        "ISO 27001:2022",
        "KISA ISMS-P",
        "MITRE ATLAS",
        "MITRE ATT&CK",
        "NIS2",
        "NIST 800-53 r5",
        "NIST CSF 2.0",
        "NYDFS 500",
        "OWASP LLM Top 10",
        "PCI DSS 3.2.1",
        "PCI DSS 4.0",
        "SOC 2",
        "SR 11-7",
        "SecNumCloud",
    }
)

REGISTRY: dict[str, Rule] = {}
_ID = re.compile(r"[A-Z]{3}\d{2}")


def rule(
    id: str,
    *,
    severity: Severity,
    fix: str,
    source: str,
    resource: str | tuple[str, ...] = (),
    statement: StatementKind | Iterable[StatementKind] = (),
    profiles: Iterable[Profile] = (Profile.BASELINE,),
    controls: Mapping[str, Controls] | None = None,
    parameters: tuple[str, ...] = (),
) -> Callable[[Callable[..., Verdicts]], Callable[..., Verdicts]]:
    """Register a rule. The first line of the function's docstring is its title.

    Args:
        id: Three letters for what it protects and two digits.
        severity: How bad a finding is.
        fix: What to change, one imperative sentence.
        source: Address of the documentation that supports the rule.
        resource: Resource types: the function receives each Resource of these types.
        statement: Kinds of policy statements: it receives each Statement of these kinds.
            With neither, it receives the Template once.
        profiles: The profiles it belongs to.
        controls: Framework name to the controls that a public source relates to it.
        parameters: Names of the ``Parameters`` it reads; it then takes them as second argument.

    Raises:
        ValueError: The id is malformed or taken, or the docstring is missing.
    """

    def register(check: Callable[..., Verdicts]) -> Callable[..., Verdicts]:
        title = (check.__doc__ or "").strip().partition("\n")[0]
        if not _ID.fullmatch(id) or id in REGISTRY or not title:
            raise ValueError(f"{id}: a rule needs a free id like GRD06 and a docstring")
        REGISTRY[id] = Rule(
            id=id,
            title=title,
            check=check,
            severity=severity,
            fix=fix,
            source=source,
            profiles=frozenset(profiles),
            resources=(resource,) if isinstance(resource, str) else resource,
            statements=frozenset((statement,) if isinstance(statement, str) else statement),
            controls=controls or {},
            parameters=parameters,
        )
        return check

    return register


KEPT: ContextVar[list[Located] | None] = ContextVar("kept", default=None)
"""Where rules are kept, for who wants to show it; nothing is noted by default."""


def require(answer: Answer, at: Located, message: str = "") -> Iterator[Verdict]:
    """A verdict unless the answer is YES: Fail for NO, Unknown for UNKNOWN."""
    if answer is Answer.NO:
        yield Fail(at, message)
    elif answer is Answer.UNKNOWN:
        yield Unknown(at, message)
    elif (kept := KEPT.get()) is not None:
        kept.append(at)


def forbid(answer: Answer, at: Located, message: str = "") -> Iterator[Verdict]:
    """A verdict unless the answer is NO: Fail for YES, Unknown for UNKNOWN."""
    yield from require(~answer, at, message)
