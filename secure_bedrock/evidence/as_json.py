"""Evidence as JSON, and back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from secure_bedrock.evidence.controls.model import (
    Control,
    Evidence,
    Framework,
    Input,
    Place,
    Proof,
    RuleFinding,
    Status,
    TemplateResource,
)

_VERSION = 1
_SAYS = (
    "This report says what templates show. Whether an organization meets a framework is more than "
    "that and not claimed."
)
Object = Mapping[str, Any]


def render(evidence: Evidence) -> str:
    """The report. Proofs stand with their rule, once; controls name the rules."""
    controls = [each for framework in evidence.frameworks for each in framework.controls]
    report = {
        "version": _VERSION,
        "says": _SAYS,
        "tool": {"name": "secure-bedrock", "version": evidence.tool_version},
        "generated_at": evidence.generated_at,
        "rules_version": evidence.rules_version,
        "profiles": list(evidence.profiles),
        "inputs": [asdict(each) for each in evidence.inputs],
        "frameworks": [_framework(each) for each in evidence.frameworks],
        "rules": _rules(controls),
        "findings": [asdict(each) for each in evidence.findings],
        "acknowledgements": [asdict(each) for each in evidence.acknowledgements],
        "resources": [asdict(each) for each in evidence.resources],
    }
    return json.dumps(report, indent=2) + "\n"


def _framework(framework: Framework) -> dict[str, Any]:
    fields = asdict(framework)
    fields["controls"] = [_control(each) for each in framework.controls]
    return fields


def _control(control: Control) -> dict[str, Any]:
    return {
        "id": control.id,
        "title": control.title,
        "status": control.status,
        "rules": list(dict.fromkeys(proof.rule_id for proof in control.proofs)),
        "mapping_source": control.mapping_source,
        "note": control.note,
        "baselines": list(control.baselines),
    }


def _rules(controls: Iterable[Control]) -> dict[str, Any]:
    proofs = dict.fromkeys(proof for control in controls for proof in control.proofs)
    found: dict[str, Any] = {}
    for proof in sorted(proofs, key=lambda each: each.rule_id):
        rule = found.setdefault(proof.rule_id, {"title": proof.rule_title, "proofs": []})
        place = asdict(proof.place) if proof.place else None
        said = {"status": proof.status, "place": place, "message": proof.message}
        rule["proofs"].append(said | {"acknowledged": proof.acknowledged})
    return found


def read_report(path: Path) -> Evidence:
    """A report that was written as JSON; ``sources`` is empty.

    Raises:
        ValueError: It is no such report.
        OSError: It cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _evidence(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise ValueError(
            f"{path}: not a report ({what}): name a file of secure-bedrock report --format json"
        ) from error


def _evidence(data: Object) -> Evidence:
    if data["version"] != _VERSION:
        raise ValueError(f"version {data['version']!r}; this tool reads version {_VERSION}")
    proofs = {id: _proofs(id, rule) for id, rule in data["rules"].items()}
    return Evidence(
        generated_at=data["generated_at"],
        tool_version=data["tool"]["version"],
        rules_version=data["rules_version"],
        profiles=tuple(data["profiles"]),
        inputs=tuple(Input(**each) for each in data["inputs"]),
        frameworks=tuple(_read_framework(each, proofs) for each in data["frameworks"]),
        findings=tuple(map(_finding, data["findings"])),
        acknowledgements=tuple(map(_finding, data["acknowledgements"])),
        resources=tuple(
            TemplateResource(place=Place(**each["place"]), digest=each["digest"])
            for each in data["resources"]
        ),
    )


def _proofs(rule_id: str, rule: Object) -> tuple[Proof, ...]:
    return tuple(
        Proof(
            rule_id=rule_id,
            rule_title=rule["title"],
            status=Status(each["status"]),
            place=Place(**each["place"]) if each["place"] else None,
            message=each["message"],
            acknowledged=each["acknowledged"],
        )
        for each in rule["proofs"]
    )


def _read_framework(data: Object, proofs: Mapping[str, tuple[Proof, ...]]) -> Framework:
    controls = tuple(
        Control(
            framework=data["id"],
            id=each["id"],
            title=each["title"],
            status=Status(each["status"]),
            proofs=tuple(proof for rule in each["rules"] for proof in proofs[rule]),
            mapping_source=each["mapping_source"],
            note=each["note"],
            baselines=tuple(each["baselines"]),
        )
        for each in data["controls"]
    )
    return Framework(**{**data, "controls": controls})


def _finding(data: Object) -> RuleFinding:
    fields = {**data, "status": Status(data["status"]), "place": Place(**data["place"])}
    return RuleFinding(**fields)
