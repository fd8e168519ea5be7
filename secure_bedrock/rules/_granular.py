"""Acknowledgements of single findings in a CDK app, read from its cloud assembly.

The CDK matches the id of an acknowledgement with the name of a violation. To acknowledge one
finding of a rule and not its others, the violation has to be named like the acknowledgement, so the
plugin has to know which ones there are. The CDK writes them beside the template.
"""

import json
import re
from pathlib import Path
from typing import Any

from secure_bedrock.rules._acknowledge import within
from secure_bedrock.rules._finding import Finding
from secure_bedrock.rules._worlds import section

_ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
_LOGICAL_ID = "aws:cdk:logicalId"
_SINGLE = re.compile(r"[^:]+::([A-Z]{3}\d{2})\[(.+)\]")


class SingleFindings:
    """The single findings that constructs of one stack acknowledge."""

    def __init__(self, template: Path, plugin: str) -> None:
        self._paths: dict[str, list[str]] = {}
        self._accepted: list[tuple[str, str, str]] = []
        for path, entries in _metadata(template).items():
            for entry in entries if isinstance(entries, list) else ():
                self._read(path, entry, plugin)

    def name(self, finding: Finding) -> str:
        """What to call the finding: the id of its rule, or of its own acknowledgement."""
        for path, rule_id, location in self._accepted:
            if rule_id == finding.rule_id and within(finding.location, location):
                places = self._paths.get(finding.logical_id, [])
                if any(place == path or place.startswith(f"{path}/") for place in places):
                    return f"{rule_id}[{location}]"
        return finding.rule_id

    def _read(self, path: str, entry: dict[str, Any], plugin: str) -> None:
        data = entry.get("data")
        if entry.get("type") == _LOGICAL_ID:
            self._paths.setdefault(str(data), []).append(path)
        elif entry.get("type") == _ACKNOWLEDGED and isinstance(data, dict):
            for id in data:
                found = _SINGLE.fullmatch(id)
                if found and id.startswith(f"{plugin}::"):
                    self._accepted.append((path, found[1], found[2]))


def _metadata(template: Path) -> dict[str, Any]:
    """Construct path to metadata entries: in a file of its own, or in the manifest."""
    name = template.name.removesuffix(".template.json")
    beside = template.with_name(f"{name}.metadata.json")
    if beside.is_file():
        found = json.loads(beside.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    manifest = template.with_name("manifest.json")
    if not manifest.is_file():
        return {}
    artifacts = section(json.loads(manifest.read_text(encoding="utf-8")), "artifacts")
    return section(section(artifacts, name), "metadata")
