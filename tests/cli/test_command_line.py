import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.group import COMMANDS, commands
from secure_bedrock.cli.guardrail import COMMANDS as OF_GUARDRAILS

GROUPS = {"guardrail": OF_GUARDRAILS}
NAMES = [
    *sorted(COMMANDS.keys() - GROUPS.keys()),
    *(f"{group} {name}" for group, names in GROUPS.items() for name in names),
]


def test_help_imports_no_command():
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from secure_bedrock.cli.group import COMMANDS, commands\n"
        "assert CliRunner().invoke(commands, ['--help']).exit_code == 0\n"
        "heavy = {'boto3', 'rich', 'aws_cdk', 'moto', 'yaml'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_there_and_explains_itself(name):
    done = CliRunner().invoke(commands, [*name.split(), "--help"])
    assert done.exit_code == 0, done.output
    assert f"Usage: commands {name}" in done.output


@pytest.mark.parametrize("name", NAMES)
def test_every_commands_help_ends_with_examples_that_its_options_know(name):
    text = CliRunner().invoke(commands, [*name.split(), "--help"]).output
    used = re.findall(r"--[a-z-]+", text.partition("Examples:")[2])
    assert f"secure-bedrock {name}" in text.partition("Examples:")[2]
    assert [option for option in used if option not in text.partition("Examples:")[0]] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_commands_help_says_its_exit_codes(name):
    assert "Exit code 0: " in " ".join(
        CliRunner().invoke(commands, [*name.split(), "--help"]).output.split()
    )


@pytest.mark.parametrize("name", [each for each in NAMES if each != "completion"])
def test_every_command_writes_json_when_asked(name):
    assert "--json" in CliRunner().invoke(commands, [*name.split(), "--help"]).output


@pytest.mark.parametrize("unwanted", [False, True])
def test_colors_stay_away_when_the_environment_says_so(unwanted, tmp_path):
    (tmp_path / "t.json").write_text(
        '{"Resources": {"G": {"Type": "AWS::Bedrock::Guardrail", "Properties": {}}}}'
    )
    code = (
        "import sys\n"
        "sys.argv = ['secure-bedrock', 'check', 't.json']\n"
        "sys.stdout.isatty = lambda: True\n"
        "from secure_bedrock.cli import main\nmain()"
    )
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_COLOR")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment | {"FORCE_COLOR": "1"} | ({"NO_COLOR": "1"} if unwanted else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert ("\x1b[3" in done.stdout) is not unwanted


def test_an_unknown_command_is_a_usage_error():
    done = CliRunner().invoke(commands, ["frobnicate"])
    assert done.exit_code == 2
    assert "No such command 'frobnicate'" in done.output


def test_without_click_the_remedy_is_one_line():
    code = "import sys\nsys.modules['click'] = None\nfrom secure_bedrock.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "secure-bedrock: click is missing: pip install 'secure-bedrock[cli]'\n"
