"""Acknowledgements in a template's own metadata, for templates that no CDK app makes.

    Metadata:
      secure-bedrock:
        acknowledge:
          - id: GRD06
            reason: Only trusted batch input reaches this guardrail.

On a resource it covers the findings at that resource, at the top of the template all findings.
An id like ``GRD06[Properties.ContentPolicyConfig]`` covers findings at or below that location only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from secure_bedrock.rules._finding import Finding
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Template

KEY = "secure-bedrock"
_ID = re.compile(r"([A-Z]{3}\d{2})(?:\[(.+)\])?")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One entry; ``scope`` is a logical id, or empty for the template."""

    rule_id: str
    location: str
    reason: str
    scope: str

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is accepted by this entry."""
        if self.rule_id != finding.rule_id or self.scope not in ("", finding.logical_id):
            return False
        return within(finding.location, self.location)


def within(location: str, accepted: str) -> bool:
    """Whether a location is the accepted one or lies below it."""
    return (
        not accepted
        or location == accepted
        or location.startswith((f"{accepted}.", f"{accepted}["))
    )


def read(template: Template, known: Mapping[str, Any]) -> tuple[list[Acknowledgement], list[Node]]:
    """The usable entries, and the nodes of those that name no rule or give no reason."""
    top = template.node(template.raw.get("Metadata"), ("Metadata",))
    places = [("", top)]
    places += [(r.logical_id, r.attribute("Metadata")) for r in template.resources.values()]
    usable: list[Acknowledgement] = []
    refused: list[Node] = []
    for scope, metadata in places:
        if metadata.missing:
            continue
        for entry in metadata[KEY]["acknowledge"]:
            rule_id, reason = entry["id"].literal or "", (entry["reason"].literal or "").strip()
            found = _ID.fullmatch(rule_id)
            if found is None or found[1] not in known or not reason:
                refused.append(entry)
            else:
                usable.append(Acknowledgement(found[1], found[2] or "", reason, scope))
    return usable, refused


def apply(finding: Finding, entries: list[Acknowledgement]) -> Finding:
    """The finding with the reason of the first entry that covers it."""
    reason = next((entry.reason for entry in entries if entry.covers(finding)), "")
    return replace(finding, acknowledged=reason) if reason else finding
