import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from secure_bedrock.findings import as_github, as_json, as_junit, as_sarif, as_text
from secure_bedrock.findings.baseline import write_baseline
from secure_bedrock.rules import RULES

SCHEMA = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0-rtm.5.json").read_text())
YAML = """\
Parameters:
  Key:
    Type: String
Resources:
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Metadata:
      secure-bedrock:
        acknowledge:
          - id: GRD06
            reason: Only, "batch" <input>.
    Properties:
      Name: ünïcode
      KmsKeyArn: !Ref Key
"""


@pytest.fixture
def mixed(write, result, here):
    """One finding each that is unknown, acknowledged, in the baseline (stale too), and failing."""

    def made(**policy):
        write("sub dir/a.yaml", YAML)
        if not (here / "b.json").exists():
            found = result(here / "sub dir").found
            kept = [each for each in found if each.finding.rule_id == "GRD03"]
            write_baseline(here / "b.json", kept)
            text = (here / "b.json").read_text()
            entry = json.loads(text)["findings"][0] | {"rule": "GRD09", "fingerprint": "x"}
            data = {"version": 1, "findings": [*json.loads(text)["findings"], entry]}
            (here / "b.json").write_text(json.dumps(data))
        write("broken.yaml", "Resources: {A: {Type: AWS::X}")
        return result(here / "sub dir", here / "broken.yaml", baseline=here / "b.json", **policy)

    return made


STATES = {"GRD02": "open", "GRD03": "baseline", "GRD06": "acknowledged", "GRD11": "open"}


def sarif(result):
    log = json.loads(as_sarif.render(result))
    jsonschema.Draft7Validator(SCHEMA).validate(log)
    return log["runs"][0]


def test_the_schema_refuses_what_is_no_sarif():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{"tool": {}}]})


def test_sarif_of_everything_is_valid(mixed):
    assert len(sarif(mixed())["results"]) == 4


def test_sarif_of_nothing_is_valid(write, result):
    write("a.json", {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    assert sarif(result())["results"] == []


def test_sarif_describes_every_rule_with_a_link(mixed):
    run = sarif(mixed())
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == [r.id for r in RULES.values() if "baseline" in r.profiles]
    assert all(rule["helpUri"] == RULES[rule["id"]].source for rule in rules)
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])


def by_rule(run):
    return {each["ruleId"]: each for each in run["results"]}


def test_sarif_levels_follow_severity_and_certainty(mixed):
    results = by_rule(sarif(mixed()))
    assert {id: each["level"] for id, each in results.items()} == {
        "GRD02": "note",
        "GRD03": "error",
        "GRD06": "error",
        "GRD11": "error",
    }
    assert results["GRD02"]["message"]["text"].startswith("Only known at deployment: ")


def test_sarif_places_a_finding_at_its_line(mixed):
    (place,) = by_rule(sarif(mixed()))["GRD02"]["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "sub%20dir/a.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 14},
    }
    assert place["logicalLocations"] == [{"name": "Guardrail", "kind": "resource"}]


def test_sarif_lines_of_json(write, result, guardrail):
    write("a.json", guardrail())
    (place,) = by_rule(sarif(result()))["GRD02"]["locations"]
    line = place["physicalLocation"]["region"]["startLine"]
    assert '"KmsKeyArn"' in Path("a.json").read_text().splitlines()[line - 1]


def test_sarif_of_a_file_elsewhere_has_an_absolute_address(write, result, guardrail, monkeypatch):
    file = write("a.json", guardrail())
    write("sub/x", "")
    monkeypatch.chdir(file.parent / "sub")
    (place,) = by_rule(sarif(result(file)))["GRD02"]["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": file.resolve().as_uri()}


def test_sarif_says_what_is_accepted_and_why(mixed):
    results = by_rule(sarif(mixed()))
    (acknowledged,) = results["GRD06"]["suppressions"]
    (baseline,) = results["GRD03"]["suppressions"]
    assert (acknowledged["kind"], acknowledged["justification"]) == (
        "inSource",
        'Only, "batch" <input>.',
    )
    assert (baseline["kind"], baseline["justification"]) == ("external", "in the baseline")
    assert "suppressions" not in results["GRD11"]


def test_sarif_notes_what_could_not_be_read_and_what_is_stale(mixed):
    (invocation,) = sarif(mixed())["invocations"]
    notes = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert not invocation["executionSuccessful"]
    assert "broken.yaml" in notes[0]
    assert notes[1] == "stale in the baseline: GRD09 sub dir/a.yaml Guardrail"


def test_sarif_notes_unknown_findings_that_are_only_counted(mixed):
    run = sarif(mixed(unknown="count"))
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert "GRD02" not in by_rule(run)
    assert (
        notes[-1]["message"]["text"] == "1 findings that only deployment can decide are not listed"
    )


def test_sarif_names_the_construct(write, result, guardrail):
    template = guardrail()
    template["Resources"]["Guardrail"]["Metadata"] = {"aws:cdk:path": "Stack/Guardrail"}
    write("a.json", template)
    (place,) = by_rule(sarif(result()))["GRD06"]["locations"]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "Stack/Guardrail"


def test_json_has_every_finding_with_its_state(mixed):
    report = json.loads(as_json.render(mixed()))
    assert {each["rule"]: each["state"] for each in report["findings"]} == STATES
    assert report["summary"] == {
        "failed": True,
        "templates": 1,
        "rules": len([r for r in RULES.values() if "baseline" in r.profiles]),
        "findings": 1,
        "failing": 1,
        "unknown": 1,
        "acknowledged": 1,
        "baseline": 1,
        "stale_baseline_entries": 1,
        "problems": 1,
    }


def test_json_says_where_and_why(mixed):
    report = json.loads(as_json.render(mixed()))
    (found,) = [each for each in report["findings"] if each["rule"] == "GRD06"]
    assert (found["file"], found["line"]) == ("sub dir/a.yaml", 12)
    assert found["location"] == "Properties.ContentPolicyConfig.FiltersConfig"
    assert found["pointer"] == "/Resources/Guardrail/Properties/ContentPolicyConfig/FiltersConfig"
    assert found["reason"] == 'Only, "batch" <input>.'
    assert len(found["fingerprint"]) == 32


def junit(result):
    return ET.fromstring(as_junit.render(result))  # noqa: S314 - our own output


def outcome(case):
    return case[0].tag if len(case) else "passed"


def test_junit_has_a_case_for_each_finding(mixed):
    root = junit(mixed())
    cases = {case.get("name").split()[0]: case for case in root.iter("testcase")}
    outcomes = {id: outcome(case) for id, case in cases.items() if id.startswith("GRD")}
    assert outcomes == dict.fromkeys(STATES, "skipped") | {"GRD11": "failure"}
    assert cases["GRD02"].get("line") == "14"
    assert "unknown until deployment" in cases["GRD02"][0].get("message")
    assert 'acknowledged: Only, "batch" <input>.' in cases["GRD06"][0].get("message")


def test_junit_counts(mixed):
    root = junit(mixed())
    counts = {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "1", "skipped": "3"}


def test_junit_of_a_clean_template_has_a_case_that_passes(write, result):
    write("a.json", {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    (case,) = junit(result()).iter("testcase")
    assert (case.get("name"), outcome(case)) == ("no findings", "passed")


def test_junit_can_hold_any_text(write, result, guardrail):
    template = guardrail(KmsKeyArn="alias/aws/\x00\ud800x")
    write("a.json", template)
    assert "alias/aws/\N{REPLACEMENT CHARACTER}" in as_junit.render(result())


def test_github_annotates_lines_by_gravity(mixed):
    lines = as_github.render(mixed()).splitlines()
    assert lines[0].startswith("::error file=sub dir/a.yaml,line=12,title=GRD11 (high)%3A ")
    assert "%0AFix: " in lines[0]
    assert lines[1].startswith("::notice file=sub dir/a.yaml,line=14,title=GRD02 (medium%2C ")
    assert lines[2].startswith("::error title=secure-bedrock::")
    assert lines[3] == "::notice title=Stale baseline entry::GRD09 sub dir/a.yaml Guardrail"
    assert len(lines) == 5


def test_github_cannot_be_made_to_run_a_command(write, result, guardrail):
    template = guardrail(KmsKeyArn="alias/aws/x\n::set-env name=A::b%")
    write("a.json", template)
    assert not any(line.startswith("::set-env") for line in as_github.render(result()).splitlines())


def test_github_below_the_threshold_is_a_warning(write, result, guardrail):
    write("a.json", guardrail())
    lines = as_github.render(result(fail_on="critical")).splitlines()
    assert [line.split()[0] for line in lines[:-1]] == [*["::warning"] * 3, "::notice"]


def test_text_shows_place_message_and_fix(mixed):
    text = as_text.render(mixed())
    assert text.startswith("sub dir/a.yaml\n")
    for part in ("14", "GRD02", "unknown until deployment:", "in the baseline", "acknowledged:"):
        assert part in text
    assert RULES["GRD11"].fix in text
    assert RULES["GRD03"].fix not in text


def test_text_ends_with_every_count(mixed):
    assert " ".join(as_text.render(mixed()).split()).endswith(
        "rules: 1 finding (1 high), 1 unknown until deployment, 1 acknowledged, "
        "1 in the baseline, 1 stale in the baseline, 1 could not be read"
    )


def test_text_says_how_many_unknown_findings_are_not_listed(mixed):
    text = as_text.render(mixed(unknown="count"))
    assert "GRD02" not in text
    assert "1 unknown until deployment (not listed)" in text


def test_text_of_a_template_cannot_steer_a_terminal(write, result, guardrail):
    write("a.json", guardrail(KmsKeyArn="alias/aws/\x1b[2J\u202e\ud800"))
    for text in (as_text.render(result()), as_github.render(result())):
        assert "alias/aws/\ufffd[2J\ufffd\ufffd" in text


def test_text_shows_markup_as_it_is(write, result, guardrail):
    write("a.json", guardrail(KmsKeyArn="alias/aws/[bold]x[/bold]"))
    assert "[bold]x[/bold]" in as_text.render(result())
