import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def run(path, tmp_path):
    """Run an example as a user would: the CDK prints no report where it sees pytest."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, str(path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs_without_a_word_of_complaint(path, tmp_path):
    result = run(path, tmp_path)
    assert result.returncode == 0, result.stderr
    if path.stem != "checks_only":
        assert result.stderr == ""


def test_the_checks_example_shows_one_finding_and_not_the_acknowledged_one(tmp_path):
    result = run(ROOT / "examples/checks_only.py", tmp_path)
    assert "no PROMPT_ATTACK filter is configured" in result.stderr
    assert "GRD02" not in result.stderr
