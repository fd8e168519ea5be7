"""Whose data is to be erased, and how it is recognised."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person, as logs and documents name them. One match is enough.

    Attributes:
        identities: ARNs of callers, as ``identity.arn`` of a record has them. This is who called.
        request_metadata: Keys and values of ``requestMetadata``. This is what the caller said.
        document_metadata: Keys and values of a document's ``metadataAttributes``.
    """

    identities: tuple[str, ...] = ()
    request_metadata: Pairs = ()
    document_metadata: Pairs = ()

    def __post_init__(self) -> None:
        if not (self.identities or self.request_metadata or self.document_metadata):
            raise ValueError("nobody is named: give an identity or metadata")

    def in_record(self, record: Mapping[str, Any]) -> bool:
        """Whether an invocation log record is about the person."""
        said = record.get("requestMetadata") or {}
        caller = (record.get("identity") or {}).get("arn")
        return caller in self.identities or _any(said, self.request_metadata)

    def in_document(self, metadata: Mapping[str, Any]) -> bool:
        """Whether the metadata file of a document names the person."""
        attributes = metadata.get("metadataAttributes") or {}
        plain = {key: _plain(value) for key, value in attributes.items()}
        return _any(plain, self.document_metadata)

    def as_json(self) -> dict[str, object]:
        """The subject as a report has it."""
        return {
            "identities": list(self.identities),
            "request_metadata": dict(self.request_metadata),
            "document_metadata": dict(self.document_metadata),
        }


def records_of(content: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The lines of a log object with the record in each.

    Raises:
        ValueError: A line is no JSON object.
    """
    for line in content.splitlines():
        if line.strip():
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError(f"a line is no JSON object: {line[:40]}")
            yield line, record


def _any(found: Mapping[str, Any], pairs: Pairs) -> bool:
    return any(
        value == found.get(key) or (isinstance(found.get(key), list) and value in found[key])
        for key, value in pairs
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A metadata value: written plainly, or with its type beside it."""
    if not isinstance(value, dict):
        return value if isinstance(value, list) else str(value)
    inner = value.get("value") or {}
    found = next((each for key, each in inner.items() if key != "type"), None)
    return found if isinstance(found, list) else str(found)
