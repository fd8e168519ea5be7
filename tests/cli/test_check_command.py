import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.group import commands
from secure_bedrock.rules import RULES

TOPIC = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/x"
STYLE = re.compile("\x1b\\[[0-9;]*m")


def guardrail(**properties):
    parameters = {"Key": {"Type": "String"}}
    resource = {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}
    return {"Parameters": parameters, "Resources": {"G": resource}}


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Run the command in a folder with a clean, a bad, an unknown and a broken template."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.json").write_text(json.dumps(TOPIC))
    (tmp_path / "bad.json").write_text(json.dumps(guardrail(KmsKeyArn=KEY)))
    (tmp_path / "broken.json").write_text('{"Resources": {"A": {"Type": "AWS::X"')
    accepted = [{"id": id, "reason": "r"} for id in ("GRD03", "GRD06", "GRD11")]
    unknown = guardrail(KmsKeyArn={"Ref": "Key"}) | {
        "Metadata": {"secure-bedrock": {"acknowledge": accepted}}
    }
    (tmp_path / "unknown.json").write_text(json.dumps(unknown))

    def run(*arguments):
        return CliRunner(env={"COLUMNS": "160"}).invoke(commands, ["check", *arguments])

    return run


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.json"], 0),
        (["bad.json"], 1),
        (["good.json", "bad.json"], 1),
        (["bad.json", "--fail-on", "critical"], 0),
        (["bad.json", "--fail-on", "high"], 1),
        (["bad.json", "--fail-on", "never"], 0),
        (["unknown.json"], 0),
        (["unknown.json", "--unknown", "count"], 0),
        (["unknown.json", "--unknown", "fail"], 1),
        (["unknown.json", "--unknown", "fail", "--fail-on", "high"], 0),
        (["broken.json"], 2),
        (["bad.json", "broken.json"], 2),
        (["bad.json", "--fail-on", "never", "broken.json"], 2),
        (["."], 2),
        ([], 2),
        (["nope.json"], 2),
        (["bad.json", "--format", "pdf"], 2),
        (["bad.json", "--profile", "nope"], 2),
        (["bad.json", "--parameters", "nope.yaml"], 2),
        (["bad.json", "--baseline", "nope.json"], 2),
        (["bad.json", "--output", "no/such/folder"], 2),
        (["bad.json", "--write-baseline", "no/such/folder"], 2),
        (["bad.json", "--baseline", "b.json", "--write-baseline", "b.json"], 2),
        (["--explain", "XYZ99"], 2),
        (["--list-rules"], 0),
    ],
)
def test_exit_codes_of_check(check, arguments, code):
    assert check(*arguments).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to check: name a template"),
        (["nope.json"], "nope.json: does not exist: name a template"),
        (["broken.json"], "broken.json: Expecting"),
        (["good.json", "--output", "no/x"], "no/x: No such file or directory: name a file"),
        (["good.json", "--baseline", "bad.json"], "bad.json: not a baseline: write it with"),
        (["--explain", "GRD6"], "GRD6 is no rule: did you mean GRD"),
    ],
)
def test_wrong_input_is_one_line_with_a_remedy(check, arguments, words):
    done = check(*arguments)
    assert done.stderr.startswith(f"secure-bedrock check: {words}")
    assert done.stderr.count("\n") == 1


def test_what_can_be_read_is_reported_beside_what_cannot(check):
    done = check("bad.json", "broken.json")
    assert "GRD06" in done.stdout
    assert "broken.json" in done.stderr


def test_the_table_names_file_line_and_resource(check):
    output = check("bad.json").stdout
    assert output.startswith("bad.json\n")
    assert "no PROMPT_ATTACK filter is configured" in output
    assert "1 template, " in output.splitlines()[-1]


def test_unknown_findings_show_in_the_last_line_even_if_not_listed(check):
    assert (
        "1 unknown until deployment (not listed)"
        in check("unknown.json", "--unknown", "count").stdout
    )


@pytest.mark.parametrize("name", ["json", "sarif", "junit", "github", "text"])
def test_a_report_can_be_written_to_a_file(check, tmp_path, name):
    done = check("bad.json", "--format", name, "--output", "report")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "GRD06" in (tmp_path / "report").read_text()


def test_profiles_add_rules(check):
    def rules(*arguments):
        return json.loads(check("good.json", "--format", "json", *arguments).stdout)["summary"][
            "rules"
        ]

    both = rules("--profile", "strict", "--profile", "residency")
    assert rules() < rules("--profile", "strict") < both < len(RULES)


def test_parameters_reach_the_rules(check, tmp_path):
    (tmp_path / "p.yaml").write_text("required_pii_types: [EMAIL]\n")
    pii = {
        "SensitiveInformationPolicyConfig": {
            "PiiEntitiesConfig": [{"Type": "NAME", "Action": "BLOCK"}]
        }
    }
    (tmp_path / "pii.json").write_text(json.dumps(guardrail(**pii)))

    def ids(*more):
        done = check("pii.json", "--format", "json", "--profile", "strict", *more)
        return {each["rule"] for each in json.loads(done.stdout)["findings"]}

    assert len(ids("--parameters", "p.yaml") - ids()) == 1


def test_region_and_account_reach_the_rules(check, tmp_path):
    key = {"Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/x"}
    (tmp_path / "k.json").write_text(json.dumps(guardrail(KmsKeyArn=key)))
    place = ["--region", "eu-west-1", "--account", "111122223333"]
    assert check("k.json", *place).exit_code == 1


def test_a_baseline_is_adopted(check):
    assert "bad.json" not in check("bad.json", "--write-baseline", "b.json").stderr
    done = check("bad.json", "--baseline", "b.json")
    assert done.exit_code == 0
    assert "3 in the baseline" in done.stdout


def test_no_baseline_is_written_when_something_could_not_be_read(check, tmp_path):
    assert check("bad.json", "broken.json", "--write-baseline", "b.json").exit_code == 2
    assert not (tmp_path / "b.json").exists()


def test_every_rule_is_listed(check):
    lines = check("--list-rules").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)
    listed = json.loads(check("--list-rules", "--format", "json").stdout)
    assert [each["id"] for each in listed] == list(RULES)


@pytest.mark.parametrize("id", ["GRD06", "grd06"])
def test_a_rule_is_explained(check, id):
    text = check("--explain", id).stdout
    rule = RULES["GRD06"]
    for part in (rule.title, rule.fix, rule.source, rule.severity, "acknowledge: [{id: GRD06,"):
        assert part in text


@pytest.mark.usefixtures("check")
def test_neither_cdk_nor_node_nor_boto3_is_loaded(tmp_path):
    code = """
import sys
from secure_bedrock.cli.group import commands
try:
    commands(["check", "bad.json", "--format", "sarif"])
except SystemExit:
    heavy = {"aws_cdk", "jsii", "cdk_nag", "boto3", "rich", "yaml"} & set(sys.modules)
    print(sorted(heavy), file=sys.stderr)
"""
    environment = {**os.environ, "PATH": "", "JSII_NODE": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert done.stderr == "[]\n"
    assert '"GRD06"' in done.stdout


@pytest.mark.usefixtures("check")
@pytest.mark.parametrize("columns", [60, 200])
def test_on_a_terminal_the_table_has_its_width(tmp_path, columns):
    controller, terminal = os.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    command = [sys.executable, "-m", "secure_bedrock.cli", "check", "bad.json"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=terminal) as running:
        os.close(terminal)
        lines = STYLE.sub("", read_all(controller).decode()).splitlines()
    whole = "Add a PROMPT_ATTACK filter with InputStrength HIGH and OutputStrength NONE."
    assert running.returncode == 1
    assert any(line.rstrip().endswith(whole) for line in lines) is (columns == 200)
    assert max(len(line) for line in lines) <= columns


def read_all(file):
    """Everything until the other end is closed, which Linux reports as an error."""
    text = b""
    try:
        while part := os.read(file, 4096):
            text += part
    except OSError:
        pass
    os.close(file)
    return text


def test_json_is_short_for_the_format(check):
    assert check("bad.json", "--json").output == check("bad.json", "--format", "json").output
