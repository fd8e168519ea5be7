"""A report as SARIF 2.1.0, for code scanning services and editors.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from secure_bedrock.findings.located import Located, State
from secure_bedrock.findings.result import Result
from secure_bedrock.rules import Rule, Severity, Status

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub reads a number from 0.1 to 10 and shows it as a severity.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.5",
}
_ACCEPTED = {State.ACKNOWLEDGED: "inSource", State.BASELINE: "external"}
_ROOT = "%SRCROOT%"


def render(result: Result) -> str:
    """One run: the rules that were applied, a result for each finding, notes about the input."""
    numbers = {rule.id: number for number, rule in enumerate(result.rules)}
    run = {
        "tool": {
            "driver": {
                "name": "secure-bedrock",
                "semanticVersion": version("secure-bedrock"),
                "rules": [_rule(rule) for rule in result.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not result.problems,
                "toolExecutionNotifications": list(_notes(result)),
            }
        ],
        "results": [_result(each, numbers) for each in result.listed],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.check.__name__,
        "shortDescription": {"text": rule.title},
        "help": {
            "text": f"{rule.fix} See {rule.source}",
            "markdown": f"{rule.fix}\n\n[Source]({rule.source})",
        },
        "helpUri": rule.source,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "security-severity": _SCORES[rule.severity],
            "tags": ["security", "bedrock", *sorted(rule.profiles)],
        },
    }


def _result(each: Located, numbers: dict[str, int]) -> dict[str, Any]:
    finding = each.finding
    unknown = finding.status is Status.UNKNOWN
    said = f"Only known at deployment: {finding.message}" if unknown else finding.message
    made: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": numbers[finding.rule_id],
        "level": "note" if unknown else _LEVELS[finding.severity],
        "message": {"text": f"{said}\nFix: {finding.fix}"},
        "locations": [_location(each)],
        "partialFingerprints": {"secureBedrockFinding/v1": each.fingerprint},
        "properties": {"status": finding.status, "severity": finding.severity},
    }
    if each.state is not State.OPEN:
        reason = finding.acknowledged or "in the baseline"
        made["suppressions"] = [
            {"kind": _ACCEPTED[each.state], "status": "accepted", "justification": reason}
        ]
    return made


def _location(each: Located) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(each.file),
            "region": {"startLine": each.line},
        }
    }
    if each.finding.logical_id:
        logical: dict[str, Any] = {"name": each.finding.logical_id, "kind": "resource"}
        if each.construct_path:
            logical["fullyQualifiedName"] = each.construct_path
        place["logicalLocations"] = [logical]
    return place


def _artifact(file: str) -> dict[str, str]:
    path = Path(file)
    return (
        {"uri": path.as_uri()} if path.is_absolute() else {"uri": quote(file), "uriBaseId": _ROOT}
    )


def _notes(result: Result) -> Iterator[dict[str, Any]]:
    for problem in result.problems:
        yield {"level": "error", "message": {"text": problem}}
    for entry in result.stale:
        text = f"stale in the baseline: {entry.rule} {entry.file} {entry.resource}".rstrip()
        yield {"level": "note", "message": {"text": text}}
    hidden = len(result.found) - len(result.listed)
    if hidden:
        text = f"{hidden} findings that only deployment can decide are not listed"
        yield {"level": "warning", "message": {"text": text}}
