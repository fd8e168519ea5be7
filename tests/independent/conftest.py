import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from secure_bedrock.emulator import Emulator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def reference_assembly(tmp_path_factory):
    """The reference app as app.py of this repository synthesizes it, with all checks."""
    outdir = tmp_path_factory.mktemp("reference") / "cdk.out"
    place = {"CDK_DEFAULT_ACCOUNT": Emulator.account, "CDK_DEFAULT_REGION": "eu-west-1"}
    environment = {k: v for k, v in os.environ.items() if k != "CDK_VALIDATION"}
    subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment | place | {"CDK_OUTDIR": str(outdir)},
        check=True,
    )
    return outdir


@pytest.fixture(scope="session")
def reference_template(reference_assembly):
    return reference_assembly / "SecureBedrock.template.json"


@pytest.fixture(scope="session")
def scanner():
    """A scanner's program, from the folder that `make audit` installs it to."""

    def program(name):
        path = ROOT / ".venv-audit" / name / "bin" / name
        if not path.exists():
            pytest.skip(f"{name} is not installed: run make audit")
        return str(path)

    return program


@pytest.fixture(scope="session")
def read_json():
    return lambda path: json.loads(Path(path).read_text())
