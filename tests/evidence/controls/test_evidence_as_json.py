import json

import pytest

from secure_bedrock.evidence.as_json import read_report, render


@pytest.fixture
def written(tmp_path):
    """A file with a text."""

    def write(text):
        path = tmp_path / "report.json"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_report_can_be_read_back(evidence, written):
    again = read_report(written(render(evidence)))
    assert again == evidence
    assert render(again) == render(evidence)
    assert again.sources == ()


def test_acknowledgements_are_read_back(template, evidence_of, written):
    entry = {"id": "GRD18", "reason": "Nur für Mitarbeiter."}
    template["Resources"]["Guardrail"]["Metadata"] = {"secure-bedrock": {"acknowledge": [entry]}}
    evidence = evidence_of(template)
    assert read_report(written(render(evidence))) == evidence


def test_a_report_of_some_frameworks_is_read_back(template, evidence_of, written):
    evidence = evidence_of(template, frameworks=["owasp-llm"])
    assert read_report(written(render(evidence))) == evidence


def test_hostile_names_are_read_back(template, evidence_of, written):
    template["Resources"]["a\u0000\ud800"] = template["Resources"].pop("Guardrail")
    evidence = evidence_of(template)
    assert read_report(written(render(evidence))) == evidence


def test_controls_name_rules_and_rules_have_the_proofs(evidence):
    report = json.loads(render(evidence))
    framework = next(each for each in report["frameworks"] if each["id"] == "nist-800-53")
    control = next(each for each in framework["controls"] if each["id"] == "SC-28")
    assert "GRD02" in control["rules"]
    (proof,) = report["rules"]["GRD02"]["proofs"]
    assert proof["status"] == "shown"
    assert proof["place"]["property_path"] == "Properties.KmsKeyArn"


def test_the_report_says_what_it_does_not_say(evidence):
    assert json.loads(render(evidence))["says"].endswith("and not claimed.")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "Expecting value"),
        ("[]", "list indices"),
        ("{}", "no 'version'"),
        ('{"version": 9}', "version 9; this tool reads version 1"),
        ('{"version": 1, "rules": {}}', "no 'generated_at'"),
    ],
)
def test_another_file_is_refused_in_one_line(text, what, written):
    with pytest.raises(ValueError, match="not a report") as refused:
        read_report(written(text))
    assert what in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith("name a file of secure-bedrock report --format json")
