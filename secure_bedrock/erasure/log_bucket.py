"""Invocation log records in a bucket: objects are written again without the person's records."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from secure_bedrock.erasure.report import Find, Outcome
from secure_bedrock.erasure.subject import Subject, records_of
from secure_bedrock.erasure.versions import KeptError, Version, delete, lock, versions, versions_of

_BODIES = (("input", "inputBodyS3Path"), ("output", "outputBodyS3Path"))
_SUFFIXES = (".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class LogBucket:
    """The records of a bucket, in every version of every object.

    Attributes:
        s3: Client of Amazon S3.
        bucket: The bucket.
        prefix: Where the log objects are.
        apply: Whether to erase, or only to look.
    """

    s3: Any
    bucket: str
    prefix: str
    apply: bool

    def finds(self, subject: Subject) -> Iterator[Find]:
        """Every object version with records of the person, and the large bodies they name."""
        found = [
            each
            for each in versions(self.s3, self.bucket, self.prefix)
            if not each.marker and each.key.endswith(_SUFFIXES)
        ]
        for version in found:
            yield from self._finds_in(version, subject)

    def _finds_in(self, version: Version, subject: Subject) -> Iterator[Find]:
        answer = self.s3.get_object(Bucket=version.bucket, Key=version.key, VersionId=version.id)
        data = answer["Body"].read()
        try:
            records = list(records_of(_text(data)))
        except (ValueError, OSError, EOFError, zlib.error) as error:
            text = "not readable as log records"
            yield Find(version.place, text, Outcome.KEPT, f"look at it yourself: {error}")
            return
        mine = [record for _, record in records if subject.in_record(record)]
        if not mine:
            return
        others = [line for line, record in records if not subject.in_record(record)]
        bodies = list(self._bodies([body for record in mine for body in _paths(record)]))
        yield from bodies
        what = f"{len(mine)} of {len(records)} records"
        if any(body.outcome is Outcome.KEPT for body in bodies):
            # Without the record nobody would find the body again.
            yield Find(version.place, what, Outcome.KEPT, "a body that it names is kept")
            return
        yield self._erase(version, what, others, packed=data[:2] == b"\x1f\x8b")

    def _erase(self, version: Version, what: str, others: list[str], *, packed: bool) -> Find:
        reason = lock(self.s3, version)
        if reason:
            return Find(version.place, what, Outcome.KEPT, reason)
        if not self.apply:
            return Find(version.place, what, Outcome.WOULD_ERASE)
        if others and version.latest:
            text = ("\n".join(others) + "\n").encode()
            body = gzip.compress(text) if packed else text
            self.s3.put_object(Bucket=version.bucket, Key=version.key, Body=body)
        return self._delete(version, what)

    def _bodies(self, paths: list[str]) -> Iterator[Find]:
        for path in paths:
            bucket, _, key = path.removeprefix("s3://").partition("/")
            for version in versions_of(self.s3, bucket, key):
                reason = lock(self.s3, version)
                if reason or not self.apply:
                    outcome = Outcome.KEPT if reason else Outcome.WOULD_ERASE
                    yield Find(version.place, "a large body", outcome, reason)
                else:
                    yield self._delete(version, "a large body")

    def _delete(self, version: Version, what: str) -> Find:
        try:
            delete(self.s3, version)
        except KeptError as error:
            return Find(version.place, what, Outcome.KEPT, str(error))
        return Find(version.place, what, Outcome.ERASED)


def _text(data: bytes) -> str:
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()


def _paths(record: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    found = [(record.get(part) or {}).get(name) for part, name in _BODIES]
    return [each for each in found if isinstance(each, str) and each.startswith("s3://")]
