import csv
import io

import pytest

from secure_bedrock.evidence.as_csv import render


def lines(evidence):
    return [*csv.DictReader(io.StringIO(render(evidence)))]


def test_every_proof_has_a_line_and_work_of_the_customer_one(evidence):
    controls = [control for framework in evidence.frameworks for control in framework.controls]
    found = lines(evidence)
    assert len(found) == sum(max(1, len(control.proofs)) for control in controls)
    assert {(row["framework"], row["control"]) for row in found} == {
        (control.framework, control.id) for control in controls
    }


def test_a_line_says_who_says_what_where(evidence):
    row = next(
        row for row in lines(evidence) if (row["control"], row["rule"]) == ("SC-28", "GRD02")
    )
    assert row["control_status"] == row["status"] == "shown"
    assert row["mapping_source"].startswith("our reading")
    assert row["baselines"] == "FedRAMP Low; FedRAMP Moderate; FedRAMP High"
    assert (row["resource"], row["property"]) == ("Guardrail", "Properties.KmsKeyArn")
    assert row["resource_type"] == "AWS::Bedrock::Guardrail"
    assert int(row["line"]) > 1


def test_work_of_the_customer_has_a_note_and_no_rule(evidence):
    row = next(row for row in lines(evidence) if row["control"] == "IR-4")
    assert row["control_status"] == "customer"
    assert row["note"]
    assert not any(row[name] for name in ("rule", "status", "template", "message"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula(template, evidence_of, start):
    harmful = f'{start}HYPERLINK("https://example.com")'
    entry = {"id": "GRD18", "reason": harmful}
    guardrail = template["Resources"].pop("Guardrail")
    guardrail["Metadata"] = {
        "secure-bedrock": {"acknowledge": [entry]},
        "aws:cdk:path": harmful,
    }
    template["Resources"][harmful] = guardrail
    cells = {cell for row in lines(evidence_of(template)) for cell in row.values()}
    assert f"'{harmful}" in cells
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_hostile_names_can_be_written(template, evidence_of):
    template["Resources"]["a\u0000\ud800"] = template["Resources"].pop("Guardrail")
    render(evidence_of(template)).encode()
