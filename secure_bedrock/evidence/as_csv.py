"""Evidence as comma-separated values: one line for each proof."""

import csv
import io
from collections.abc import Iterator

from secure_bedrock.evidence.controls.model import Control, Evidence, Framework, Proof
from secure_bedrock.findings.printable import for_a_spreadsheet

_COLUMNS = (
    *("framework", "framework_version", "control", "control_title", "control_status"),
    *("baselines", "mapping_source", "note", "rule", "rule_title", "status", "template"),
    *("resource", "resource_type", "construct_path", "property", "line", "message"),
    "acknowledged",
)


def render(evidence: Evidence) -> str:
    """The lines, with a header.

    Controls that are the customer's own work have one line without a rule. Texts that a
    spreadsheet would run as a formula get an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for framework in evidence.frameworks:
        for control in framework.controls:
            about = tuple(_about(framework, control))
            for proof in control.proofs or (None,):
                writer.writerow([for_a_spreadsheet(cell) for cell in (*about, *_said(proof))])
    return text.getvalue()


def _about(framework: Framework, control: Control) -> Iterator[str]:
    yield from (framework.id, framework.version, control.id, control.title, control.status)
    yield from ("; ".join(control.baselines), control.mapping_source, control.note)


def _said(proof: Proof | None) -> Iterator[str]:
    if proof is None:
        yield from [""] * (len(_COLUMNS) - 8)
        return
    yield from (proof.rule_id, proof.rule_title, proof.status)
    place = proof.place
    if place is None:
        yield from [""] * 6
    else:
        yield from (place.template, place.logical_id, place.resource_type, place.construct_path)
        yield from (place.property_path, "" if place.line is None else str(place.line))
    yield from (proof.message, proof.acknowledged or "")
