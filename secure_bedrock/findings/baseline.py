"""A baseline: findings that were there when the check was adopted, and are not to fail it yet."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from os.path import relpath
from pathlib import Path

from secure_bedrock.findings.located import Located, State

_VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One finding of a baseline; ``file`` is relative to the folder of the baseline."""

    file: str
    rule: str
    resource: str
    location: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a baseline file."""

    path: Path
    entries: tuple[Entry, ...]

    def compare(
        self, found: Iterable[Located], checked: Iterable[Path]
    ) -> tuple[list[Located], list[Entry]]:
        """The findings, those of the baseline marked; and the entries that match nothing any more.

        An entry of a file that exists but was not checked now is not stale.
        """
        known = {(entry.file, entry.fingerprint): entry for entry in self.entries}
        stale = dict(known)
        marked: list[Located] = []
        for each in found:
            key = (_relative(each.path, self.path), each.fingerprint)
            stale.pop(key, None)
            covered = key in known and each.state is State.OPEN
            marked.append(replace(each, state=State.BASELINE) if covered else each)
        seen = {_relative(path, self.path) for path in checked}
        gone = [e for e in stale.values() if e.file in seen or not self._exists(e)]
        return marked, sorted(gone)

    def _exists(self, entry: Entry) -> bool:
        return (self.path.parent / entry.file).is_file()


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        ValueError: The file cannot be read or is no baseline; the message names file and remedy.
    """
    remedy = "write it with --write-baseline"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version, entries = data["version"], [Entry(**each) for each in data["findings"]]
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}: {remedy}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: not a baseline: {remedy}") from error
    if version != _VERSION:
        raise ValueError(f"{path}: version {version!r}, not {_VERSION}: {remedy}")
    return Baseline(path, tuple(entries))


def write_baseline(path: Path, found: Iterable[Located]) -> int:
    """Write the open findings, failing or unknown, as a baseline; returns their number.

    Raises:
        OSError: The file cannot be written.
    """
    entries = sorted(_entry(each, path) for each in found if each.state is State.OPEN)
    lines = [
        json.dumps({name: getattr(entry, name) for name in Entry.__slots__}) for entry in entries
    ]
    listed = "".join(f"\n    {line}," for line in lines).removesuffix(",")
    text = f'{{\n  "version": {_VERSION},\n  "findings": [{listed}\n  ]\n}}\n'
    path.write_text(text, encoding="utf-8")
    return len(entries)


def _entry(each: Located, baseline: Path) -> Entry:
    finding = each.finding
    return Entry(
        file=_relative(each.path, baseline),
        rule=finding.rule_id,
        resource=finding.logical_id,
        location=finding.location,
        fingerprint=each.fingerprint,
    )


def _relative(path: Path, baseline: Path) -> str:
    """A file as the baseline names it: the same on every machine."""
    try:
        return Path(relpath(path.resolve(), baseline.resolve().parent)).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
