import json

import pytest

from secure_bedrock.findings.baseline import read_baseline, write_baseline

RULES_FOUND = ["GRD02", "GRD03", "GRD06", "GRD11"]


@pytest.fixture
def adopted(write, result, here, guardrail):
    """A folder whose findings are all in the baseline."""
    write("a.json", guardrail())
    write_baseline(here / "baseline.json", result().found)
    return here / "baseline.json"


def test_all_open_findings_are_written_and_none_fails_any_more(adopted, result):
    found = result(baseline=adopted)
    assert sorted(each.finding.rule_id for each in found.found) == RULES_FOUND
    assert {each.state for each in found.found} == {"baseline"}
    assert not found.failed


def test_acknowledged_findings_are_not_written(write, result, here, guardrail):
    write("a.json", guardrail("GRD06"))
    assert write_baseline(here / "b.json", result().found) == 3


def test_the_file_is_for_reading_and_the_same_each_time(adopted, result):
    data = json.loads(adopted.read_text())
    assert data["version"] == 1
    first = data["findings"][0]
    assert (first["file"], first["rule"], first["resource"]) == ("a.json", "GRD02", "Guardrail")
    assert first["location"] == "Properties.KmsKeyArn"
    before = adopted.read_bytes()
    write_baseline(adopted, result().found)
    assert adopted.read_bytes() == before


def test_moving_lines_changes_nothing(adopted, write, result, guardrail):
    template = guardrail()
    write("a.json", {"Description": "new", "Metadata": {"x": [1, 2]}} | template)
    found = result(baseline=adopted)
    assert not found.failed
    assert found.stale == ()


def test_a_new_finding_fails(adopted, write, result, guardrail):
    template = guardrail()
    template["Resources"]["Second"] = template["Resources"]["Guardrail"]
    write("a.json", template)
    found = result(baseline=adopted)
    failing = {
        (each.finding.logical_id, each.finding.rule_id) for each in found.found if each.fails
    }
    assert failing == {("Second", rule) for rule in RULES_FOUND[1:]}


def test_the_same_finding_in_another_file_fails(adopted, write, result, guardrail):
    write("b.json", guardrail())
    assert {each.file for each in result(baseline=adopted).found if each.fails} == {"b.json"}


def test_what_was_unknown_and_now_fails_is_new(adopted, write, result, guardrail):
    write("a.json", guardrail(KmsKeyArn="alias/aws/bedrock"))
    found = result(baseline=adopted)
    assert [each.finding.rule_id for each in found.found if each.fails] == ["GRD02"]


def statement(action):
    return {"Effect": "Allow", "Action": action, "Resource": "*"}


def role(*statements):
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}
    return {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}}}


def test_a_statement_may_move_in_its_list(write, result, here):
    first, second = statement("bedrock:InvokeModel"), statement("sns:Publish")
    write("a.json", role(first))
    assert write_baseline(here / "b.json", result().found)
    write("a.json", role(second, first))
    assert [e.finding for e in result(baseline=here / "b.json").found if e.fails] == []


def test_a_second_statement_of_the_same_kind_is_new(write, result, here):
    first = statement("bedrock:InvokeModel")
    write("a.json", role(first))
    write_baseline(here / "b.json", result().found)
    write("a.json", role(first, first))
    assert result(baseline=here / "b.json").failed


def test_what_is_repaired_is_stale(adopted, write, result, guardrail):
    write("a.json", guardrail(KmsKeyArn="arn:aws:kms:eu-west-1:111122223333:key/x"))
    assert [entry.rule for entry in result(baseline=adopted).stale] == ["GRD02"]


def test_entries_of_a_deleted_file_are_stale(adopted, here, write, result):
    write("b.json", role())
    (here / "a.json").unlink()
    assert [entry.rule for entry in result(baseline=adopted).stale] == RULES_FOUND


def test_entries_of_a_file_that_was_not_checked_are_not_stale(adopted, here, write, result):
    write("b.json", role())
    assert result(here / "b.json", baseline=adopted).stale == ()


def test_the_working_directory_does_not_matter(adopted, here, result, monkeypatch):
    (here / "sub").mkdir()
    monkeypatch.chdir(here / "sub")
    assert not result(baseline=adopted).failed


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not a baseline"),
        ("{}", "not a baseline"),
        ("[]", "not a baseline"),
        ('{"version": 1, "findings": [{"rule": "X"}]}', "not a baseline"),
        ('{"version": 2, "findings": []}', "version 2, not 1"),
    ],
)
def test_another_file_is_refused_in_one_line(write, text, problem):
    file = write("b.json", text)
    with pytest.raises(ValueError, match=r"b\.json: .*: write it with --write-baseline") as refused:
        read_baseline(file)
    assert problem in str(refused.value)


def test_a_missing_file_is_refused(here):
    with pytest.raises(ValueError, match=r"b\.json: No such file.*--write-baseline"):
        read_baseline(here / "b.json")
