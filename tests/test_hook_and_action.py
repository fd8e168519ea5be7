import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
(STEP,) = ACTION["runs"]["steps"]

BAD = "Resources: {Guardrail: {Type: 'AWS::Bedrock::Guardrail'}}\n"
COMMAND = [sys.executable, "-m", "secure_bedrock.cli"]


@pytest.fixture
def repository(tmp_path):
    """A folder with a bad template, another file, and a python3 that makes no virtual environment.

    What it makes is a program that runs this checkout.
    """
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "package.json").write_text('{"name": "x"}')
    programs = tmp_path / "programs"
    programs.mkdir()
    made = f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n'
    python = (
        '#!/bin/sh\nmkdir -p "$3/bin"\n'
        'printf "#!/bin/sh\\nexit ${PIP:-0}\\n" > "$3/bin/python"\n'
        f"cat > \"$3/bin/secure-bedrock\" <<'END'\n{made}END\n"
        'chmod +x "$3"/bin/*\n'
    )
    (programs / "python3").write_text(python)
    (programs / "python3").chmod(0o755)
    return tmp_path


@pytest.fixture
def act(repository):
    """Run the action's script with inputs: exit code, output and what it sets."""

    def run(pip=0, **inputs):
        given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
        environment = {
            name: given.get(value.removeprefix("${{ inputs.").removesuffix(" }}"), str(ROOT))
            for name, value in STEP["env"].items()
        }
        environment |= {
            "PATH": f"{repository / 'programs'}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(repository / "temp"),
            "GITHUB_OUTPUT": str(repository / "outputs"),
            "PIP": str(pip),
        }
        script = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEP["run"]]
        done = subprocess.run(
            script, cwd=repository, env=environment, capture_output=True, text=True, check=False
        )
        outputs = repository / "outputs"
        return done, outputs.read_text() if outputs.exists() else ""

    return run


def test_the_hook_judges_templates_and_passes_over_other_files(repository):
    arguments = shlex.split(HOOK["entry"])[1:]
    done = subprocess.run(
        [*COMMAND, *arguments, "bad.yaml", "package.json"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("bad.yaml\n")
    assert done.stderr == ""


def test_the_hook_needs_what_the_command_needs():
    assert {each.partition(">")[0] for each in HOOK["additional_dependencies"]} == {
        "click",
        "rich",
        "pyyaml",
    }


def test_the_action_uses_no_other_action_and_no_input_is_text_of_its_script():
    assert "uses" not in STEP
    assert "${{" not in STEP["run"]


def test_every_input_reaches_the_script():
    used = " ".join(STEP["env"].values())
    assert [name for name in ACTION["inputs"] if f"inputs.{name} " not in used] == []
    assert [name for name in STEP["env"] if f"${name}" not in STEP["run"]] == []


def test_the_action_writes_sarif_annotates_and_fails(act, repository):
    done, outputs = act()
    assert done.returncode == 1, done.stderr
    assert outputs == "exit-code=1\n"
    assert '"ruleId": "GRD06"' in (repository / "secure-bedrock.sarif").read_text()
    assert "::error file=bad.yaml,line=1,title=GRD06" in done.stdout


def test_the_action_writes_other_formats(act, repository):
    act(format="junit", output="report")
    assert 'type="GRD06"' in (repository / "report").read_text()


def test_the_action_passes_profiles_baseline_and_threshold_on(act, repository):
    (repository / "p.yaml").write_text("required_tags: [owner]\n")
    inputs = {"profiles": "strict residency", "parameters": "p.yaml", "fail-on": "critical"}
    done, outputs = act(**inputs, format="text", output="report", paths="bad.yaml bad.yaml")
    assert (done.returncode, outputs) == (0, "exit-code=0\n"), done.stderr
    assert "GRD23" in (repository / "report").read_text()


def test_the_action_tells_unreadable_input_from_findings(act):
    done, outputs = act(paths="nope.yaml")
    assert (done.returncode, outputs) == (2, "exit-code=2\n")


def test_the_action_stops_when_it_cannot_be_installed(act):
    done, outputs = act(pip=1)
    assert (done.returncode, outputs) == (2, "")


def test_an_input_cannot_run_a_command(act, repository):
    act(paths="bad.yaml; touch owned", baseline="$(touch owned)", profiles="`touch owned`")
    assert not (repository / "owned").exists()
