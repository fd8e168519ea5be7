import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.group import COMMANDS, commands


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_script_that_asks_our_command(shell):
    done = CliRunner().invoke(commands, ["completion", shell])
    assert done.exit_code == 0
    assert f"_SECURE_BEDROCK_COMPLETE={shell}_complete" in done.output.replace("env ", "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_can_read_its_script():
    script = CliRunner().invoke(commands, ["completion", "bash"]).output
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def complete(line, index):
    asked = {
        "_SECURE_BEDROCK_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(index),
    }
    code = (
        "import sys\nsys.argv = ['secure-bedrock']\n"
        "from secure_bedrock.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*{'moto', 'boto3', 'rich'} & set(sys.modules), file=sys.stderr)"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_are_completed_without_importing_one():
    done = complete("secure-bedrock ", 1)
    assert [line.split(",")[1] for line in done.stdout.split()] == sorted(COMMANDS)
    assert done.stderr.strip() == ""


def test_options_of_a_command_are_completed():
    assert "plain,--format" in complete("secure-bedrock check --f", 2).stdout.split()
