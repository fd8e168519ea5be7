import subprocess
import sys

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.group import COMMANDS, commands


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


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_and_explains_itself(name):
    done = CliRunner().invoke(commands, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert f"Usage: commands {name}" in done.output


def test_an_unknown_command_is_a_usage_error():
    done = CliRunner().invoke(commands, ["frobnicate"])
    assert done.exit_code == 2
    assert "No such command 'frobnicate'" in done.output


def test_without_click_the_remedy_is_one_line():
    code = "import sys\nsys.modules['click'] = None\nfrom secure_bedrock.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "secure-bedrock: click is missing: pip install 'secure-bedrock[cli]'\n"
