"""Documents of a knowledge base: bucket and index."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from secure_bedrock.erasure.report import Find, Outcome
from secure_bedrock.erasure.subject import Subject
from secure_bedrock.erasure.versions import KeptError, Version, delete, lock, versions, versions_of

_SIDECAR = ".metadata.json"
_AT_ONCE = 10
_GOING = {"DELETING", "DELETE_IN_PROGRESS", "NOT_FOUND"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStore:
    """Documents whose metadata files name a person.

    Attributes:
        s3: Client of Amazon S3.
        agent: Client ``bedrock-agent``.
        bucket: The bucket of the data source.
        prefix: Which part of it the data source reads.
        knowledge_base_id: The knowledge base.
        data_source_id: Its data source.
        apply: Whether to erase, or only to look.
    """

    s3: Any
    agent: Any
    bucket: str
    prefix: str
    knowledge_base_id: str
    data_source_id: str
    apply: bool

    def finds(self, subject: Subject) -> Iterator[Find]:
        """Every version of the documents and metadata files, then the index."""
        keys = self._documents(subject)
        gone = []
        for key in keys:
            finds = list(self._erase(key))
            yield from finds
            if all(find.outcome is not Outcome.KEPT for find in finds):
                gone.append(key)
        yield from self._index(gone)

    def _documents(self, subject: Subject) -> list[str]:
        """Keys of documents; a metadata file that is deleted, but has versions, counts as well."""
        found: dict[str, None] = {}
        for version in versions(self.s3, self.bucket, self.prefix):
            if version.marker or not version.key.endswith(_SIDECAR):
                continue
            if subject.in_document(self._metadata(version)):
                found[version.key.removesuffix(_SIDECAR)] = None
        return list(found)

    def _metadata(self, version: Version) -> dict[str, Any]:
        answer = self.s3.get_object(Bucket=version.bucket, Key=version.key, VersionId=version.id)
        try:
            content = json.loads(answer["Body"].read())
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def _erase(self, key: str) -> Iterator[Find]:
        finds = list(self._each(versions_of(self.s3, self.bucket, key), "a document"))
        yield from finds
        metadata = versions_of(self.s3, self.bucket, key + _SIDECAR)
        if any(find.outcome is Outcome.KEPT for find in finds):
            # Without its metadata nobody would find the document again.
            for version in metadata:
                yield Find(version.place, "its metadata", Outcome.KEPT, "its document is kept")
            return
        yield from self._each(metadata, "its metadata")

    def _each(self, found: Sequence[Version], what: str) -> Iterator[Find]:
        for version in found:
            reason = lock(self.s3, version)
            if reason:
                yield Find(version.place, what, Outcome.KEPT, reason)
            elif not self.apply:
                yield Find(version.place, what, Outcome.WOULD_ERASE)
            else:
                yield self._delete(version, what)

    def _delete(self, version: Version, what: str) -> Find:
        try:
            delete(self.s3, version)
        except KeptError as error:
            return Find(version.place, what, Outcome.KEPT, str(error))
        return Find(version.place, what, Outcome.ERASED)

    def _index(self, keys: list[str]) -> Iterator[Find]:
        place = f"knowledge base {self.knowledge_base_id}, data source {self.data_source_id}"
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            what = f"vectors of {len(some)} documents"
            if not self.apply:
                yield Find(place, what, Outcome.WOULD_ERASE)
                continue
            problem = self._delete_from_index(some)
            outcome = Outcome.KEPT if problem else Outcome.ERASED
            yield Find(place, what, outcome, problem)

    def _delete_from_index(self, keys: Sequence[str]) -> str:
        uris = [f"s3://{self.bucket}/{key}" for key in keys]
        try:
            answer = self.agent.delete_knowledge_base_documents(
                knowledgeBaseId=self.knowledge_base_id,
                dataSourceId=self.data_source_id,
                documentIdentifiers=[{"dataSourceType": "S3", "s3": {"uri": uri}} for uri in uris],
            )
        except ClientError as error:
            return f"{error.response['Error']['Code']}: start an ingestion job, it removes them"
        left = [each for each in answer["documentDetails"] if each["status"] not in _GOING]
        if not left:
            return ""
        return f"{len(left)} are {left[0]['status']}: start an ingestion job, it removes them"
