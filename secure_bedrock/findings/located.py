"""A finding in its file, with what it takes to recognize it in the next run."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from os.path import relpath
from pathlib import Path

from secure_bedrock.findings.assembly import Assembly
from secure_bedrock.rules import Finding, Report, Source


class State(StrEnum):
    """What became of a finding."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A finding and where it stands.

    Attributes:
        finding: What the rule says.
        path: The file.
        line: The line in it, from 1.
        construct_path: Path of the construct in its CDK app; empty if there is none.
        fingerprint: The same in the next run, wherever the finding has moved in the file.
        state: Whether it is open.
        fails: Whether it makes the check fail.
    """

    finding: Finding
    path: Path
    line: int
    construct_path: str
    fingerprint: str
    state: State
    fails: bool = False

    @property
    def file(self) -> str:
        """The file as people name it: relative to where they are, if it is below."""
        return shown(self.path)


def shown(path: Path) -> str:
    """A path relative to the working directory, with slashes; absolute if it is elsewhere."""
    try:
        relative = relpath(path)
    except ValueError:  # another drive
        return path.as_posix()
    return path.resolve().as_posix() if relative.startswith("..") else Path(relative).as_posix()


def locate(source: Source, report: Report, assembly: Assembly) -> Iterator[Located]:
    """The findings of one template, in the order of the report, acknowledged ones last."""
    found = [*report.findings, *report.acknowledged]
    for finding, fingerprint in zip(found, _fingerprints(found), strict=True):
        yield Located(
            finding=finding,
            path=source.path,
            line=source.line(finding.path),
            construct_path=assembly.construct_path(source, finding),
            fingerprint=fingerprint,
            state=State.ACKNOWLEDGED if finding.acknowledged else State.OPEN,
        )


def _fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """One for each finding: rule, resource, property and value count, lines and indexes do not."""
    seen: Counter[str] = Counter()
    for finding in findings:
        keys = [part for part in finding.path if isinstance(part, str)]
        parts = (finding.rule_id, finding.status, finding.logical_id, *keys, finding.value)
        text = "\0".join(parts)
        seen[text] += 1
        yield sha256(f"{text}\0{seen[text]}".encode(errors="surrogatepass")).hexdigest()[:32]
