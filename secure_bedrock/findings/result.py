"""The result of a check: everything that a report can show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from secure_bedrock.findings.acknowledged import Reasons, acknowledge
from secure_bedrock.findings.assembly import Assembly
from secure_bedrock.findings.baseline import Baseline, Entry
from secure_bedrock.findings.located import Located, State, locate
from secure_bedrock.rules import Report, Rule, Severity, Source, Status

NEVER = "never"


class OnUnknown(StrEnum):
    """What is done with findings that only deployment can decide; their number always shows."""

    REPORT = "report"
    FAIL = "fail"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When the check fails.

    Attributes:
        fail_on: Lowest severity that fails it; ``never`` for none.
        unknown: Whether unknown findings are listed, fail like others, or are only counted.
    """

    fail_on: Severity | str = Severity.LOW
    unknown: OnUnknown = OnUnknown.REPORT

    def fails(self, each: Located) -> bool:
        """Whether a finding makes the check fail."""
        if each.state is not State.OPEN or self.fail_on == NEVER:
            return False
        severities = list(Severity)
        if severities.index(each.finding.severity) > severities.index(Severity(self.fail_on)):
            return False
        return each.finding.status is Status.FAIL or self.unknown is OnUnknown.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was checked and found.

    Attributes:
        paths: The templates.
        rules: The rules that ran.
        found: All findings, by file and line.
        stale: Entries of the baseline that match nothing any more.
        problems: What could not be read, one line each.
        unknown: What is done with unknown findings.
    """

    paths: tuple[Path, ...]
    rules: tuple[Rule, ...]
    found: tuple[Located, ...]
    stale: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
    unknown: OnUnknown = OnUnknown.REPORT

    @property
    def failed(self) -> bool:
        """Whether a finding makes the check fail."""
        return any(each.fails for each in self.found)

    @property
    def listed(self) -> tuple[Located, ...]:
        """The findings that a report shows one by one."""
        hidden = self.unknown is OnUnknown.COUNT
        return tuple(e for e in self.found if not (hidden and self._open(e, Status.UNKNOWN)))

    def count(self, status: Status) -> int:
        """Number of open findings of a status."""
        return sum(self._open(each, status) for each in self.found)

    def count_state(self, state: State) -> int:
        """Number of findings in a state."""
        return sum(each.state is state for each in self.found)

    @staticmethod
    def _open(each: Located, status: Status) -> bool:
        return each.state is State.OPEN and each.finding.status is status


def assemble(
    reports: Sequence[tuple[Source, Report]],
    *,
    rules: Iterable[Rule],
    policy: Policy,
    baseline: Baseline | None = None,
    problems: Iterable[str] = (),
    accepted: Reasons | None = None,
) -> Result:
    """The result of some reports, without what is acknowledged, compared with a baseline."""
    assemblies: dict[Path, Assembly] = {}
    located: dict[tuple[Path, str], Located] = {}
    for source, report in reports:
        folder = source.path.parent
        assembly = assemblies.setdefault(folder, Assembly(folder))
        open_or_not = acknowledge(source, report, assembly, accepted or {})
        for each in locate(source, open_or_not, assembly):
            located[each.path, each.fingerprint] = each
    found = list(located.values())
    paths = tuple(dict.fromkeys(source.path for source, _ in reports))
    stale: list[Entry] = []
    if baseline is not None:
        found, stale = baseline.compare(found, paths)
    found.sort(key=lambda each: (str(each.path), each.line))
    return Result(
        paths=paths,
        rules=tuple(rules),
        found=tuple(replace(each, fails=policy.fails(each)) for each in found),
        stale=tuple(stale),
        problems=tuple(problems),
        unknown=policy.unknown,
    )
