"""What a cloud assembly says about the constructs behind its templates."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from secure_bedrock.rules import Finding, Source

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
_LOGICAL_ID = "aws:cdk:logicalId"
_TEMPLATE = "aws:cdk:templateFile"
_PREFIX = "BedrockSecurityChecks::"


class Assembly:
    """The metadata of the constructs of one folder; nothing if it is no cloud assembly."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def construct_path(self, source: Source, finding: Finding) -> str:
        """Path of the construct that a finding is about, else of its stack, if any."""
        return self.path_of(source, finding.logical_id)

    def path_of(self, source: Source, logical_id: str) -> str:
        """Path of the construct behind a resource, else of its stack, if any."""
        resource = source.template["Resources"].get(logical_id)
        metadata = resource.get("Metadata") if isinstance(resource, dict) else None
        path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
        if isinstance(path, str):
            return path
        stack = self._stacks.get(source.path.name, source.construct_path)
        for path in self._paths.get(logical_id, ()):
            if path.startswith(f"{stack}/") and self._stack_of(path) == stack:
                return path
        return stack

    @cached_property
    def reasons(self) -> dict[str, dict[str, str]]:
        """Construct path to id such as GRD06 or GRD06[location] to the reason that is given."""
        found: dict[str, dict[str, str]] = {}
        for path, data in self._entries(ACKNOWLEDGED):
            found.setdefault(path, {}).update(ours(data))
        return found

    @cached_property
    def _stacks(self) -> dict[str, str]:
        """Name of the template to path of its stack, nested ones included."""
        return {str(name): path for path, name in self._entries(_TEMPLATE)}

    @cached_property
    def _paths(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, logical_id in self._entries(_LOGICAL_ID):
            found.setdefault(str(logical_id), []).append(path)
        return found

    def _stack_of(self, path: str) -> str:
        """The innermost stack that a construct is in; nested stacks may repeat logical ids."""
        around = [stack for stack in self._stacks.values() if path.startswith(f"{stack}/")]
        return max(around, key=len, default=path.partition("/")[0])

    def _entries(self, kind: str) -> Iterator[tuple[str, object]]:
        for path, entries in self._metadata.items():
            for entry in map(_object, entries if isinstance(entries, list) else ()):
                if entry.get("type") == kind:
                    yield path.removeprefix("/"), entry.get("data")

    @cached_property
    def _metadata(self) -> dict[str, Any]:
        """Construct path to its entries, from the manifest or from files beside it."""
        found: dict[str, Any] = {}
        artifacts = _object(_read(self._folder / "manifest.json").get("artifacts"))
        for artifact in map(_object, artifacts.values()):
            name = artifact.get("additionalMetadataFile")
            beside = _read(self._folder / name) if isinstance(name, str) else {}
            found |= _object(artifact.get("metadata")) | beside
        return found


def ours(data: object) -> dict[str, str]:
    """The ids in an acknowledgement that are for this library, without prefix, to their reasons."""
    return {
        str(id).removeprefix(_PREFIX): reason
        for id, reason in _object(data).items()
        if str(id).startswith(_PREFIX) and isinstance(reason, str) and reason.strip()
    }


def _read(file: Path) -> dict[str, Any]:
    """An object from a file; empty if it holds none."""
    try:
        return _object(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
