"""Evidence as an OSCAL component definition, checked with the models of compliance-trestle.

A component is a template. It has an implemented requirement for each control of which the template
shows something, with links to the resource and property; the other controls stand in properties.
Source: https://pages.nist.gov/OSCAL/learn/concepts/layer/implementation/component-definition/
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from trestle.oscal import OSCAL_VERSION
from trestle.oscal.component import ComponentDefinition

from secure_bedrock.evidence.controls.collect import weightiest
from secure_bedrock.evidence.controls.model import (
    Control,
    Evidence,
    Framework,
    Input,
    Place,
    Proof,
    Status,
)
from secure_bedrock.findings.printable import printable

NS = "urn:secure-bedrock:report"
_NAMES = uuid5(NAMESPACE_URL, NS)
_NIST = (
    "https://raw.githubusercontent.com/usnistgov/oscal-content/main/nist.gov/SP800-53/rev5/json/"
    "NIST_SP-800-53_rev5_catalog.json"
)
_TEXT = {
    Status.SHOWN: "The template shows it for everything that the rules looked at.",
    Status.OPEN: "The template shows part of it; findings are open.",
    Status.UNKNOWN: "The template shows part of it; the rest is only known at deployment.",
}
_NOT_A_TOKEN = re.compile(r"[^\w.-]+", re.ASCII)


def render(evidence: Evidence) -> str:
    """The component definition as JSON; the same evidence gives the same text.

    Raises:
        ValueError: It does not fit OSCAL's model, which would be a defect of ours.
    """
    seed = "\0".join((evidence.rules_version, *(each.sha256 for each in evidence.inputs)))
    definition = {
        "uuid": _uuid("definition", seed),
        "metadata": {
            "title": "What the templates show, by secure-bedrock",
            "last-modified": evidence.generated_at.replace("Z", "+00:00"),
            "version": evidence.rules_version,
            "oscal-version": OSCAL_VERSION,
            "props": [_prop("tool-version", evidence.tool_version)],
            "remarks": "A requirement that stands here is one of which a template shows something. "
            "It is a statement on the template, not on the organization that deploys it.",
        },
        "components": [_component(each, evidence) for each in evidence.inputs],
        "back-matter": {"resources": [_resource(each) for each in evidence.inputs]},
    }
    ComponentDefinition.model_validate(definition)
    return json.dumps({"component-definition": definition}, indent=2) + "\n"


def control_token(framework: str, control: str) -> str:
    """The id of a control as OSCAL's catalogs write it: ``sc-28.1``, ``pci-dss_3.5.1``."""
    if framework == "nist-800-53":
        return control.lower().replace("(", ".").replace(")", "")
    text = control.replace(")(", ".").replace("(", ".").replace(")", "")
    return f"{framework}_{_NOT_A_TOKEN.sub('-', text).strip('-')}"


def _component(source: Input, evidence: Evidence) -> dict[str, Any]:
    made = [_implementation(each, source) for each in evidence.frameworks]
    component: dict[str, Any] = {
        "uuid": _uuid("component", source.path),
        "type": "software",
        "title": _one_line(source.stack or source.path),
        "description": _one_line(f"The CloudFormation template {source.path}."),
        "props": [_prop("sha256", source.sha256)],
        "links": [{"href": f"#{_resource_uuid(source.path)}", "rel": "template"}],
    }
    implementations = [each for each in made if each]
    return component | ({"control-implementations": implementations} if implementations else {})


def _implementation(framework: Framework, source: Input) -> dict[str, Any] | None:
    said = [(control, list(_about(control, source))) for control in framework.controls]
    shown = [(control, proofs) for control, proofs in said if _is_shown(proofs)]
    if not shown:
        return None
    props = [
        _prop("framework-version", framework.version),
        *(_prop(_why(c, proofs), c.id) for c, proofs in said if not _is_shown(proofs)),
    ]
    return {
        "uuid": _uuid("implementation", source.path, framework.id),
        "source": _NIST if framework.id == "nist-800-53" else framework.source_url,
        "description": f"{framework.name}, {framework.version}. {framework.note}".strip(),
        "props": props,
        "implemented-requirements": [_requirement(each, said, source) for each, said in shown],
    }


def _about(control: Control, source: Input) -> Iterator[Proof]:
    return (p for p in control.proofs if p.place and p.place.template == source.path)


def _is_shown(proofs: Iterable[Proof]) -> bool:
    return any(proof.status is Status.SHOWN for proof in proofs)


def _why(control: Control, proofs: list[Proof]) -> str:
    """Why a control has no requirement."""
    status = weightiest(proofs) if proofs else control.status
    own = status in (Status.CUSTOMER, Status.OPEN, Status.UNKNOWN) and (
        proofs or not control.proofs
    )
    return f"{status}-control" if own else "absent-control"


def _requirement(control: Control, proofs: list[Proof], source: Input) -> dict[str, Any]:
    status = weightiest(proofs)
    props = [_prop("label", control.id), _prop("template-shows", status)]
    props += [_prop("mapping-source", control.mapping_source)]
    props += [_prop("baseline", each) for each in control.baselines]
    requirement: dict[str, Any] = {
        "uuid": _uuid("requirement", source.path, control.framework, control.id),
        "control-id": control_token(control.framework, control.id),
        "description": f"{control.title}. {_TEXT[status]}",
        "props": props,
        "links": [_link(each, each.place) for each in proofs if each.place],
    }
    return requirement | ({"remarks": control.note} if control.note else {})


def _link(proof: Proof, place: Place) -> dict[str, str]:
    where = " ".join(filter(None, (place.logical_id, place.property_path)))
    accepted = f" Acknowledged: {proof.acknowledged}" if proof.acknowledged else ""
    text = f"{proof.rule_id} {proof.status}: {where}, line {place.line}. {proof.message}{accepted}"
    return {
        "href": f"#{_resource_uuid(place.template)}",
        "rel": "reference",
        "resource-fragment": _one_line(".".join(filter(None, _parts(place)))),
        "text": _one_line(text),
    }


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _parts(place: Place) -> tuple[str, ...]:
    return ("Resources" if place.logical_id else "", place.logical_id, place.property_path)


def _resource(source: Input) -> dict[str, Any]:
    return {
        "uuid": _resource_uuid(source.path),
        "title": _one_line(source.path),
        "rlinks": [
            {
                "href": quote(source.path),
                "hashes": [{"algorithm": "SHA-256", "value": source.sha256}],
            }
        ],
    }


def _resource_uuid(path: str) -> str:
    return _uuid("template", path)


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NS, "value": str(value)}


def _uuid(*parts: str) -> str:
    made: UUID = uuid5(_NAMES, "\0".join(parts))
    return str(made)
