import json
import xml.etree.ElementTree as ET

import pytest

ARN = "arn:aws:bedrock:eu-west-1:123456789012:guardrail/"


def test_a_version_that_does_what_the_suite_says_is_good(run):
    done = run("--guardrail", "chat:1")
    assert done.exit_code == 0, done.output
    assert "good: within the thresholds" in done.stdout


@pytest.mark.parametrize("how", ["chat:1", "{}:1", ARN + "{}:1"])
def test_a_guardrail_is_found_by_name_id_and_arn(run, guardrail, how):
    assert run("--guardrail", how.format(guardrail)).exit_code == 0


def test_a_version_that_misses_is_named_with_the_case(run):
    done = run("--guardrail", "chat:2")
    assert done.exit_code == 1
    assert "codename: miss: expected block by word, got pass" in done.stdout
    assert "misses: 1 of 2 (50.0%), at most 5.0% are allowed" in done.stdout


def test_what_the_emulator_cannot_judge_is_neither_good_nor_bad(run):
    done = run("--guardrail", "chat:3", "--json")
    document = json.loads(done.stdout)
    statuses = {c["case"]["id"]: c["status"] for c in document["suites"][0]["cases"]}
    assert done.exit_code == 2
    assert statuses == {"codename": "ok", "card": "not emulated", "hello": "not emulated"}
    assert "2 of 3 cases were not decided: 2 not emulated" in document["undecided"][0]


def test_undecided_cases_are_accepted_by_name_only(run):
    assert run("--guardrail", "chat:3", "--allow-undecided").exit_code == 0


def test_a_regression_against_another_version_is_bad(run):
    done = run("--guardrail", "chat:2", "--against", "1", "--json")
    assert json.loads(done.stdout)["suites"][0]["regressions"] == ["codename"]
    assert done.exit_code == 1


def test_a_recording_is_replayed_and_compared_without_a_call(run, tmp_path):
    old, new = tmp_path / "1.json", tmp_path / "2.json"
    assert run("--guardrail", "chat:1", "--record", old).exit_code == 0
    assert run("--guardrail", "chat:2", "--record", new).exit_code == 1
    assert run("--replay", old, live=False, yes=False).exit_code == 0
    done = run("--replay", new, "--against", old, live=False, yes=False)
    assert done.exit_code == 1
    assert "1 cases regressed: codename" in done.stdout


def test_a_case_whose_text_changed_is_not_answered_by_an_old_recording(run, suite, tmp_path):
    run("--guardrail", "chat:1", "--record", tmp_path / "r.json")
    suite.write_text(suite.read_text().replace("When do you open?", "When do you close?"))
    done = run("--replay", tmp_path / "r.json", live=False)
    assert done.exit_code == 2
    assert "hello: no answer: not in the recording" in done.stdout


def test_a_recording_of_another_guardrail_is_refused(run, guardrail, tmp_path):
    run("--guardrail", "chat:1", "--record", tmp_path / "r.json")
    done = run("--replay", tmp_path / "r.json", "--guardrail", "abcdef:1", live=False)
    assert done.exit_code == 2
    assert f"a recording of {guardrail}:1, not of abcdef:1" in done.stderr


def test_without_anybody_to_accept_the_cost_nothing_is_asked(run):
    done = run("--guardrail", "chat:1", yes=False)
    assert done.exit_code == 2
    assert "3 requests, text units: piiEntities 3; about $0.0003" in done.stderr
    assert "add --yes" in done.stderr


def test_junit_counts_failures_and_thresholds(run, tmp_path):
    run("--guardrail", "chat:2", "--junit", tmp_path / "j.xml")
    root = ET.fromstring((tmp_path / "j.xml").read_text())  # noqa: S314 - written here
    names = [c.get("name") for c in root.iter("testcase") if c.find("failure") is not None]
    assert names == ["codename", "misses"]
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("4", "2", "0")


def test_junit_skips_what_was_not_emulated(run, tmp_path):
    run("--guardrail", "chat:3", "--junit", tmp_path / "j.xml")
    root = ET.fromstring((tmp_path / "j.xml").read_text())  # noqa: S314 - written here
    assert root.get("skipped") == "2"


def test_the_page_needs_no_network_and_shows_both_versions(run, tmp_path):
    run("--guardrail", "chat:2", "--against", "1", "--html", tmp_path / "p.html")
    page = (tmp_path / "p.html").read_text()
    assert "Compared with chat:1." in page
    assert '<span class="bad">regressed</span>' in page
    assert not any(each in page for each in ("http://", "https://", "<script", "<link"))


def test_json_is_written_beside_the_tables(run, tmp_path):
    done = run("--guardrail", "chat:1", "--output", tmp_path / "r.json")
    document = json.loads((tmp_path / "r.json").read_text())
    assert document["estimate"]["usd"] == "0.0003"
    assert document["exitCode"] == done.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--guardrail", "nobody:1"], "no guardrail has the name or id 'nobody'; some that"),
        (["--guardrail", "chat:v1"], "'chat:v1': write ID_OR_NAME:VERSION"),
        (["--guardrail", "chat:9"], "GetGuardrail: ResourceNotFoundException"),
        (["--guardrail", "chat:1", "--against", "gone.json"], "gone.json: no recording can be"),
        ([], "name the guardrail with --guardrail"),
        (["--replay", "a", "--record", "b"], "--record and --replay exclude each other"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(run, arguments, problem):
    done = run(*arguments)
    assert done.exit_code == 2
    assert problem in done.stderr
    assert len(done.stderr.splitlines()) == 1
