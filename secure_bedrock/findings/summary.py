"""A result in one line."""

from collections import Counter

from secure_bedrock.findings.located import State
from secure_bedrock.findings.result import OnUnknown, Result
from secure_bedrock.rules import Severity, Status


def summary(result: Result) -> str:
    """Counts of everything, so that nothing passes unseen."""
    parts = [_findings(result)]
    unknown = result.count(Status.UNKNOWN)
    if unknown:
        hidden = " (not listed)" if result.unknown is OnUnknown.COUNT else ""
        parts.append(f"{unknown} unknown until deployment{hidden}")
    for count, words in (
        (result.count_state(State.ACKNOWLEDGED), "acknowledged"),
        (result.count_state(State.BASELINE), "in the baseline"),
        (len(result.stale), "stale in the baseline"),
        (len(result.problems), "could not be read"),
    ):
        if count:
            parts.append(f"{count} {words}")
    files, rules = len(result.paths), len(result.rules)
    return f"{_plural(files, 'template')}, {_plural(rules, 'rule')}: {', '.join(parts)}"


def _findings(result: Result) -> str:
    counts = Counter(
        each.finding.severity
        for each in result.found
        if each.state is State.OPEN and each.finding.status is Status.FAIL
    )
    if not counts:
        return "no findings"
    each = ", ".join(f"{counts[severity]} {severity}" for severity in Severity if counts[severity])
    return f"{_plural(counts.total(), 'finding')} ({each})"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
