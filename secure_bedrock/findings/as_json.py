"""A report as JSON."""

import json
from collections.abc import Mapping
from importlib.metadata import version

from secure_bedrock.findings.located import Located, State, shown
from secure_bedrock.findings.result import Result
from secure_bedrock.rules import Rule, Status

_VERSION = 1


def render(result: Result) -> str:
    """Version, summary, templates, findings, stale baseline entries and what could not be read."""
    rules = {rule.id: rule for rule in result.rules}
    report = {
        "version": _VERSION,
        "tool": {"name": "secure-bedrock", "version": version("secure-bedrock")},
        "summary": summary(result),
        "templates": [shown(path) for path in result.paths],
        "findings": [_finding(each, rules) for each in result.listed],
        "stale_baseline_entries": [
            {"file": e.file, "rule": e.rule, "resource": e.resource, "location": e.location}
            for e in result.stale
        ],
        "problems": list(result.problems),
    }
    return json.dumps(report, indent=2) + "\n"


def summary(result: Result) -> dict[str, int | bool]:
    """The counts."""
    return {
        "failed": result.failed,
        "templates": len(result.paths),
        "rules": len(result.rules),
        "findings": result.count(Status.FAIL),
        "failing": sum(each.fails for each in result.found),
        "unknown": result.count(Status.UNKNOWN),
        "acknowledged": result.count_state(State.ACKNOWLEDGED),
        "baseline": result.count_state(State.BASELINE),
        "stale_baseline_entries": len(result.stale),
        "problems": len(result.problems),
    }


def _finding(each: Located, rules: Mapping[str, Rule]) -> dict[str, object]:
    finding = each.finding
    return {
        "file": each.file,
        "line": each.line,
        "rule": finding.rule_id,
        "status": finding.status,
        "state": each.state,
        "fails": each.fails,
        "severity": finding.severity,
        "title": finding.title,
        "message": finding.message,
        "fix": finding.fix,
        "source": rules[finding.rule_id].source,
        "resource": finding.logical_id,
        "resource_type": finding.resource_type,
        "construct_path": each.construct_path,
        "location": finding.location,
        "pointer": finding.pointer,
        "value": finding.value,
        "reason": finding.acknowledged,
        "fingerprint": each.fingerprint,
    }
