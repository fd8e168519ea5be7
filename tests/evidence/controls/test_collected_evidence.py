import json
import re

import pytest

from secure_bedrock.evidence.controls.collect import collect_evidence
from secure_bedrock.evidence.controls.model import Status

EXPECTED = {
    ("ferpa", "99.31(a)(1)(ii)"): "shown",
    ("ferpa", "99.31(b)"): "open",
    ("ferpa", "99.30"): "customer",
    ("finra", "SEC 248.30"): "shown",
    ("finra", "FINRA 2210"): "open",
    ("finra", "FINRA 4370"): "customer",
    ("gdpr", "Art. 5(1)(f)"): "shown",
    ("gdpr", "Art. 5(1)(d)"): "absent",
    ("gdpr", "Art. 25"): "open",
    ("gdpr", "Art. 35"): "customer",
    ("gdpr", "Art. 44"): "unknown",
    ("hipaa", "164.312(a)(2)(iv)"): "shown",
    ("hipaa", "164.312(a)(2)(iii)"): "absent",
    ("hipaa", "164.308(b)(1)"): "customer",
    ("hitrust-csf", "10.g"): "shown",
    ("hitrust-csf", "09.ab"): "open",
    ("hitrust-csf", "01.t"): "absent",
    ("iso-27001", "A.8.24"): "shown",
    ("iso-27001", "A.8.32"): "open",
    ("iso-27001", "A.8.20"): "absent",
    ("iso-27017", "CLD.8.1.5"): "shown",
    ("iso-27017", "CLD.13.1.4"): "absent",
    ("iso-27017", "CLD.12.4.5"): "open",
    ("iso-27018", "A.3.1"): "shown",
    ("iso-27018", "A.12.1"): "unknown",
    ("iso-27018", "A.10.1"): "customer",
    ("mitre-atlas", "AML.M0012"): "shown",
    ("mitre-atlas", "AML.M0020"): "open",
    ("mitre-atlas", "AML.M0029"): "absent",
    ("nist-800-53", "SC-28"): "shown",
    ("nist-800-53", "AC-6"): "shown",
    ("nist-800-53", "SI-10"): "open",
    ("nist-800-53", "SC-7"): "absent",
    ("nist-800-53", "SA-9(5)"): "unknown",
    ("nist-800-53", "IR-4"): "customer",
    ("owasp-llm", "LLM01:2025"): "shown",
    ("owasp-llm", "LLM05:2025"): "open",
    ("owasp-llm", "LLM06:2025"): "absent",
    ("pci-dss", "3.7.4"): "shown",
    ("pci-dss", "10.5.1"): "shown",
    ("pci-dss", "6.5.1"): "open",
    ("pci-dss", "1.3.1"): "absent",
    ("soc", "CC6.3"): "shown",
    ("soc", "CC7.2"): "open",
    ("soc", "PI1.3"): "absent",
    ("soc", "SOC 1"): "customer",
}


def test_a_known_template_has_known_statuses(evidence, statuses):
    found = statuses(evidence)
    assert {control: found[control] for control in EXPECTED} == EXPECTED


def changed(before, after):
    return {id: after[id] for id in before if before[id] != after[id]}


def test_a_key_that_is_not_rotated_opens_the_controls_on_keys(
    template, evidence, evidence_of, statuses
):
    template["Resources"]["Key"]["Properties"]["EnableKeyRotation"] = False
    after = statuses(evidence_of(template))
    assert changed(statuses(evidence), after) == dict.fromkeys(
        [
            *(("nist-800-53", id) for id in ("CM-3(6)", "SC-12", "SC-12(2)")),
            *(("pci-dss", id) for id in ("3.6.1", "3.7.4")),
            *(("hitrust-csf", "10.g"), ("hipaa", "164.312(a)(2)(iv)"), ("iso-27001", "A.8.24")),
            *(("mitre-atlas", "AML.M0012"), ("soc", "CC6.1")),
        ],
        "open",
    )


def test_logs_for_ever_open_the_controls_on_retention(template, evidence, evidence_of, statuses):
    del template["Resources"]["Logs"]["Properties"]["RetentionInDays"]
    after = statuses(evidence_of(template))
    assert changed(statuses(evidence), after) == dict.fromkeys(
        [
            *(("nist-800-53", id) for id in ("AU-11", "SI-12")),
            *(("pci-dss", id) for id in ("3.2.1", "10.5.1")),
            *(("soc", id) for id in ("C1.2", "P4.2")),
            *(("iso-27018", id) for id in ("A.5.1", "A.10.3")),
            *(("iso-27001", "A.8.10"), ("iso-27017", "CLD.8.1.5"), ("hitrust-csf", "06.c")),
            *(("gdpr", "Art. 5(1)(e)"), ("hipaa", "164.316(b)(2)(i)"), ("finra", "FINRA 4511")),
        ],
        "open",
    )


def test_a_key_that_is_a_parameter_makes_controls_unknown(
    template, evidence, evidence_of, statuses
):
    template["Resources"]["Logs"]["Properties"]["KmsKeyId"] = {"Ref": "GivenKey"}
    after = changed(statuses(evidence), statuses(evidence_of(template)))
    assert set(after.values()) == {"unknown"}
    assert {id for framework, id in after if framework == "nist-800-53"} == {
        *("AU-9", "AU-9(3)", "SC-12", "SC-12(2)", "SC-13", "SC-28", "SC-28(1)"),
    }


def test_what_is_broken_outweighs_what_is_unknown(template, evidence_of, statuses):
    template["Resources"]["Logs"]["Properties"]["KmsKeyId"] = {"Ref": "GivenKey"}
    del template["Resources"]["Guardrail"]["Properties"]["KmsKeyArn"]
    assert statuses(evidence_of(template))["nist-800-53", "SC-28"] == "open"


def test_a_finding_is_the_same_proof_in_every_framework(evidence):
    places = {
        (proof.place, proof.message)
        for framework in evidence.frameworks
        for control in framework.controls
        for proof in control.proofs
        if proof.rule_id == "GRD16"
    }
    assert len(places) == 1


def test_an_acknowledged_finding_stays_open_with_its_reason(template, evidence_of):
    entry = {"id": "GRD18", "reason": "Only staff use it."}
    template["Resources"]["Guardrail"]["Metadata"] = {"secure-bedrock": {"acknowledge": [entry]}}
    evidence = evidence_of(template, frameworks=["finra"])
    (accepted,) = evidence.acknowledgements
    assert (accepted.rule_id, accepted.acknowledged) == ("GRD18", "Only staff use it.")
    assert "GRD18" not in {each.rule_id for each in evidence.findings}
    control = next(c for c in evidence.frameworks[0].controls if c.id == "FINRA 2210")
    (proof,) = (proof for proof in control.proofs if proof.rule_id == "GRD18")
    assert (proof.status, proof.acknowledged) == (Status.OPEN, "Only staff use it.")


def test_a_proof_names_file_line_and_construct(template, evidence_of, tmp_path):
    key = template["Resources"]["Key"]
    key["Metadata"] = {"aws:cdk:path": "App/Keys/Guardrails/Resource"}
    evidence = evidence_of(template, frameworks=["nist-800-53"])
    controls = {control.id: control for control in evidence.frameworks[0].controls}
    (proof,) = (p for p in controls["SC-12"].proofs if p.rule_id == "IAM31")
    text = (tmp_path / "app.template.json").read_text().splitlines()
    assert "EnableKeyRotation" in text[proof.place.line - 1]
    assert proof.place.construct_path == "App/Keys/Guardrails/Resource"
    assert proof.place.template.endswith("app.template.json")


def test_frameworks_can_be_chosen(evidence_of, template):
    evidence = evidence_of(template, frameworks=["gdpr", "hipaa", "gdpr"])
    assert [framework.id for framework in evidence.frameworks] == ["gdpr", "hipaa"]


def test_every_resource_has_a_digest_that_metadata_does_not_change(template, evidence, evidence_of):
    template["Resources"]["Key"]["Metadata"] = {"note": "new"}
    template["Resources"]["Logs"]["Properties"]["RetentionInDays"] = 30
    before = {each.place.logical_id: each.digest for each in evidence.resources}
    after = {each.place.logical_id: each.digest for each in evidence_of(template).resources}
    assert set(before) == {"Key", "Guardrail", "Chat", "Logs"}
    assert {id for id in before if before[id] != after[id]} == {"Logs"}


def test_the_same_templates_give_the_same_evidence(template, evidence_of, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = evidence_of(template)
    assert first == evidence_of(template)
    assert first.generated_at == "2023-11-14T22:13:20Z"


def test_a_date_that_is_none_is_refused(template, evidence_of, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH is 'today': give seconds since 1970"):
        evidence_of(template)


def test_what_cannot_be_read_is_refused_and_not_left_out(template, evidence_of, tmp_path):
    evidence_of(template)
    (tmp_path / "broken.json").write_text('{"Resources": {"A": {"Type": "AWS::S3::Bucket"')
    with pytest.raises(ValueError, match=re.escape("broken.json")):
        collect_evidence([tmp_path])


def test_templates_that_are_deployed_together_are_judged_together(template, tmp_path):
    name = "Shared-Key"
    key = {"Value": {"Fn::GetAtt": ["Key", "Arn"]}, "Export": {"Name": name}}
    keys = {"Resources": {"Key": template["Resources"].pop("Key")}, "Outputs": {"Key": key}}
    template["Resources"]["Guardrail"]["Properties"]["KmsKeyArn"] = {"Fn::ImportValue": name}
    del template["Resources"]["Logs"]
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    (tmp_path / "app.json").write_text(json.dumps(template))
    evidence = collect_evidence([tmp_path], frameworks=["nist-800-53"])
    controls = {control.id: control for control in evidence.frameworks[0].controls}
    assert controls["SC-28"].status is Status.SHOWN
    assert [each.path.rpartition("/")[2] for each in evidence.inputs] == ["app.json", "keys.json"]
