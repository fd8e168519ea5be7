import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.group import commands

ROOT = Path(__file__).parent.parent.parent


def init(*arguments):
    return CliRunner().invoke(commands, ["init", *map(str, arguments)])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parent") / "my-chat"
    assert init(folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def synthesized(made):
    """The made app, synthesized as its README says, by a process without pytest's variables."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment.pop("CDK_VALIDATION", None)
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=made,
        env=environment | {"CDK_OUTDIR": "cdk.out"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_new_app_synthesizes_without_a_word_of_complaint(synthesized):
    assert (synthesized.returncode, synthesized.stderr) == (0, "")


@pytest.mark.usefixtures("synthesized")
@pytest.mark.parametrize("profile", ["strict", "residency", "agentic"])
def test_the_checks_find_nothing_in_the_new_app(made, profile):
    done = CliRunner().invoke(commands, ["check", str(made / "cdk.out"), "--profile", profile])
    assert done.exit_code == 0, done.output


@pytest.mark.usefixtures("synthesized")
def test_the_stack_has_the_folders_name(made):
    assert (made / "cdk.out/MyChat.template.json").is_file()


def test_the_new_app_has_the_feature_flags_of_the_reference_app(made):
    ours = json.loads((ROOT / "cdk.json").read_text())["context"]
    ours.pop("secure-bedrock")
    assert json.loads((made / "cdk.json").read_text())["context"] == ours


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.md").write_text("years of work")
    done = init(tmp_path)
    assert done.exit_code == 2
    assert done.stderr == f"secure-bedrock init: {tmp_path} is not empty: name a new folder\n"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.md"]


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    assert "is a file: name a new folder" in init(tmp_path / "file").stderr


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--model", "claude", "claude"),
        ("--environment", "Prod!", "up to 20 lower-case letters"),
        ("--stack", "1st", "choose one with --stack"),
    ],
)
def test_a_wrong_choice_is_one_line_and_writes_nothing(tmp_path, option, value, problem):
    done = init(tmp_path / "new", option, value)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert problem in done.stderr
    assert not (tmp_path / "new").exists()


def test_json_lists_the_files(tmp_path):
    files = json.loads(init(tmp_path / "new", "--json").stdout)["files"]
    assert sorted(Path(file).name for file in files) == [
        ".gitignore",
        "README.md",
        "app.py",
        "cdk.json",
        "requirements.txt",
    ]
