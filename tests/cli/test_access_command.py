import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.access import command

MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
WHERE = ["--region", "eu-west-1", "--account", "111122223333"]


def role(resource=MODEL):
    statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": statement}
    policies = [{"PolicyName": "Own", "PolicyDocument": document}]
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies}}


@pytest.fixture
def run(tmp_path):
    def invoke(*arguments, resource=MODEL):
        template = {
            "Parameters": {"Model": {"Type": "String"}},
            "Resources": {"Chat": role(resource), "Idle": {"Type": "AWS::IAM::Role"}},
        }
        path = tmp_path / "app.template.json"
        path.write_text(json.dumps(template))
        runner = CliRunner(env={"COLUMNS": "160"})
        return runner.invoke(command, [str(path), *WHERE, *arguments])

    return invoke


def test_the_table_shows_what_is_allowed_and_names_who_reaches_nothing(run):
    result = run()
    assert result.exit_code == 0
    assert "amazon.nova-lite-v1:0" in result.output
    assert "batch job" not in result.output
    assert "Denied everything: app/Idle" in result.output


def test_the_table_shows_denials_when_asked(run):
    assert "batch job" in run("--all").output


def test_json_says_everything(run):
    found = json.loads(run("--json").output)
    chat = next(p for p in found["principals"] if p["name"] == "app/Chat")
    answers = {(a["target"], a["action"]): a["outcome"] for a in chat["answers"]}
    assert answers["amazon.nova-lite-v1:0", "invoke"] == "allowed"
    assert answers["amazon.nova-lite-v1:0", "stream"] == "denied"


def test_csv_has_a_line_for_each_answer(run):
    header, *lines = run("--format", "csv", "--principal", "Chat").output.splitlines()
    assert header.startswith("principal,arn,target,action,outcome")
    assert all(line.startswith("app/Chat,") for line in lines)


def test_it_is_written_to_a_file(run, tmp_path):
    run("--json", "-o", str(tmp_path / "map.json"))
    assert json.loads((tmp_path / "map.json").read_text())["notes"] == []


def test_what_is_not_known_fails_if_strict(run):
    resource = {"Ref": "Model"}
    assert run(resource=resource).exit_code == 0
    assert run("--strict", resource=resource).exit_code == 1
    assert run("--strict").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "nova"], "is not a foundation model id"),
        (["--principal", "Nobody"], "no role or user is called 'Nobody'"),
        (["-o", "/nowhere/map.json"], "/nowhere/map.json: No such file or directory"),
    ],
)
def test_wrong_use_is_one_line_and_code_2(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert len(result.output.splitlines()) == 1


def test_a_folder_that_is_no_assembly_is_one_line_and_code_2(tmp_path):
    result = CliRunner().invoke(command, [str(tmp_path)])
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert "not a cloud assembly" in result.output


def test_it_loads_no_cdk():
    code = "import sys, secure_bedrock.cli.access; sys.exit('aws_cdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
