import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOOD = json.loads((ROOT / "cdk.json").read_text())["context"]["secure-bedrock"]


def app(tmp_path, settings):
    """Run app.py as the CDK CLI does, with settings from the command line."""
    environment = os.environ | {
        "CDK_CONTEXT_JSON": json.dumps({"secure-bedrock": settings}),
        "CDK_OUTDIR": str(tmp_path / "cdk.out"),
    }
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"monthly_budget_usd": -5},
            (
                "error: cdk.json: secure-bedrock.monthly_budget_usd: -5 is not an amount; "
                "write US dollars above 0, up to 1,000,000,000"
            ),
        ),
        (
            {"region": "us-east-1"},
            (
                "error: SecureBedrock/Network/Endpoints: the inference profile "
                "eu.amazon.nova-lite-v1:0 cannot be used from us-east-1: "
                "use one of that Region's geography"
            ),
        ),
    ],
    ids=["a setting", "settings that do not go together"],
)
def test_a_wrong_setting_is_one_line_and_no_traceback(tmp_path, change, line):
    result = app(tmp_path, GOOD | change)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [line]


def test_settings_of_the_command_line_win_over_cdk_json(tmp_path):
    result = app(tmp_path, GOOD | {"environment": "prod", "region": "eu-west-1"})
    assert result.returncode == 0, result.stderr
    template = (tmp_path / "cdk.out/SecureBedrock.template.json").read_text()
    assert "alias/secure-bedrock/prod/logs" in template
