import csv
import io
import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.report import command
from secure_bedrock.evidence.as_json import read_report
from secure_bedrock.evidence.controls.mapping import framework_ids

CLAIM = re.compile(r"\b(compliant|certified)\b", re.IGNORECASE)
GUARDRAIL = {
    "Key": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True}},
    "Guardrail": {
        "Type": "AWS::Bedrock::Guardrail",
        "Properties": {"KmsKeyArn": {"Fn::GetAtt": ["Key", "Arn"]}},
    },
}


@pytest.fixture
def path(tmp_path):
    """A template."""
    file = tmp_path / "app.template.json"
    file.write_text(json.dumps({"Resources": GUARDRAIL}, indent=1))
    return file


@pytest.fixture
def run(path):
    """The command on the template."""

    def invoke(*arguments):
        return CliRunner().invoke(command, [str(path), *map(str, arguments)])

    return invoke


def test_json_names_every_framework_and_can_be_read_back(run, tmp_path):
    output = tmp_path / "report.json"
    result = run("--format", "json", "--output", output)
    assert result.exit_code == 0
    assert [each.id for each in read_report(output).frameworks] == [*framework_ids()]
    assert re.search(r"report.json: 13 frameworks, \d+ controls: \d+ shown", result.stderr)
    assert result.stdout == ""


def test_json_is_short_for_its_format(run):
    assert json.loads(run("--json", "--framework", "gdpr").stdout)["version"] == 1


def test_csv_goes_to_standard_output(run):
    result = run("--format", "csv", "--framework", "owasp-llm")
    rows = [*csv.DictReader(io.StringIO(result.stdout))]
    assert {row["framework"] for row in rows} == {"owasp-llm"}
    assert len({row["control"] for row in rows}) == 10


def test_oscal_is_a_component_definition(run):
    result = run("--format", "oscal", "--framework", "nist-800-53")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["component-definition"]["components"]


def test_the_page_is_the_default_and_compares_with_a_previous_report(run, path, tmp_path):
    before = tmp_path / "before.json"
    run("--format", "json", "--output", before)
    resources = {**GUARDRAIL, "Later": {"Type": "AWS::Logs::LogGroup"}}
    path.write_text(json.dumps({"Resources": resources}))
    alone, compared = (run(*more) for more in ((), ("--previous", before)))
    assert alone.exit_code == compared.exit_code == 0
    assert alone.stdout.startswith("<!doctype html>")
    assert compared.stdout.count("Later") > alone.stdout.count("Later")


@pytest.mark.parametrize("form", ["html", "json", "csv", "oscal"])
def test_no_report_claims_that_somebody_meets_a_framework(run, form):
    result = run("--format", form)
    assert result.exit_code == 0
    assert CLAIM.findall(result.stdout) == []


def test_the_help_claims_nothing_and_has_examples():
    text = CliRunner().invoke(command, ["--help"]).stdout
    assert "Examples:\n" in text
    assert "Exit code 0" in text
    assert CLAIM.findall(text) == []


def test_fail_on_open_fails_for_an_open_control(run):
    chosen = ("--json", "--framework", "nist-800-53")
    assert run(*chosen).exit_code == 0
    assert run(*chosen, "--fail-on", "open").exit_code == 1


def test_fail_on_unknown_fails_for_what_only_deployment_decides(run, path):
    key = {"Type": "AWS::Bedrock::Prompt", "Properties": {"CustomerEncryptionKeyArn": {"Ref": "K"}}}
    template = {"Parameters": {"K": {"Type": "String"}}, "Resources": {"Prompt": key}}
    path.write_text(json.dumps(template))
    chosen = ("--json", "--framework", "hipaa", "--profile", "residency")
    assert run(*chosen, "--fail-on", "open").exit_code == 0
    assert run(*chosen, "--fail-on", "unknown").exit_code == 1


def test_frameworks_are_listed(run):
    result = run("--list-frameworks")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == [*framework_ids()]


def test_parameters_of_the_rules_are_read(run, tmp_path):
    file = tmp_path / "parameters.yaml"
    file.write_text("required_tags: [Owner]\n")
    plain, asked = (
        json.loads(run("--json", "--framework", "iso-27001", *more).stdout)
        for more in ((), ("--parameters", file))
    )
    assert plain["rules"]["MDL07"]["proofs"][0]["status"] == "absent"
    assert asked["rules"]["MDL07"]["proofs"][0]["status"] == "open"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--framework", "iso"], "unknown framework 'iso': use ferpa"),
        (["--format", "csv", "--previous", "x.json"], "--previous is for the page, not for csv"),
        (["--previous", "missing.json"], "missing.json: No such file or directory"),
        (["--output", "/nowhere/report.html"], "/nowhere/report.html: No such file"),
        (["missing"], "missing: does not exist"),
    ],
)
def test_wrong_usage_is_one_line_and_no_report(run, arguments, problem):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert problem in result.stderr
    assert result.stderr.count("\n") == 1


def test_no_path_is_refused():
    result = CliRunner().invoke(command, [])
    assert result.exit_code == 2
    assert "nothing to report on" in result.stderr


def test_a_previous_report_that_is_none_is_refused_in_one_line(run, path):
    result = run("--previous", path)
    assert result.exit_code == 2
    assert "not a report" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(("form", "module"), [("oscal", "trestle"), ("html", "jinja2")])
def test_a_missing_extra_is_named(run, monkeypatch, form, module):
    for name in [n for n in sys.modules if n.partition(".")[0] == module or n.endswith(".oscal")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    result = run("--format", form)
    assert result.exit_code == 2
    assert f"{module} is missing: pip install 'secure-bedrock[report]'" in result.stderr


def test_neither_the_cdk_nor_trestle_is_imported_for_json(path):
    code = (
        "import sys; from click.testing import CliRunner;"
        "from secure_bedrock.cli.report import command;"
        f"CliRunner().invoke(command, [{str(path)!r}, '--json']);"
        "sys.exit(bool({'aws_cdk', 'trestle', 'jinja2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
