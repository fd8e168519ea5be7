"""Synthesis of the reference stack against the same resources written as raw L1s, in one run.

The raw program is generated from the synthesized template: the typed L1 class of each resource, its
property structs, one token per reference, and the same Lambda asset.
Both programs import what they need, build and synthesize, each time in a fresh process, without the
checks and without the CDK's template validation, which cost both the same.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from raw_l1_program import program
from side_by_side import report, turns

import secure_bedrock

LIMIT = 1.15
RUNS = 15
ASSETS = Path(secure_bedrock.__file__).parent / "custom_resources/assets"

OURS = """
import aws_cdk as cdk
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack

settings = Settings.from_context({
    "environment": "prod", "models": ["eu.amazon.nova-lite-v1:0"],
    "monthly_budget_usd": 200, "alert_emails": ["security@example.com"],
})
app = cdk.App()
SecureBedrockStack(app, "SecureBedrock", settings=settings)
print(app.synth().stacks[0].template_full_path)
"""


def main() -> None:
    """Write both programs, check that they give the same resources, and time them."""
    os.environ["CDK_VALIDATION"] = "false"
    with tempfile.TemporaryDirectory() as folder:
        ours, raw = Path(folder) / "ours.py", Path(folder) / "raw.py"
        ours.write_text(OURS)
        os.environ["CDK_OUTDIR"] = str(Path(folder) / "cdk.out")
        path = subprocess.run(
            [sys.executable, str(ours)], check=True, capture_output=True, text=True
        ).stdout.strip()
        template = json.loads(Path(path).read_text())
        raw.write_text(program(template, str(ASSETS)))
        subprocess.run([sys.executable, str(raw)], check=True)
        again = json.loads(Path(path).read_text())
        if again["Resources"].keys() != template["Resources"].keys():
            sys.exit("the two programs do not give the same resources")
        result = turns(
            {"secure_bedrock": [sys.executable, str(ours)], "raw L1s": [sys.executable, str(raw)]},
            runs=RUNS,
        )
    print(f"{len(template['Resources'])} resources")
    report(result, ours="secure_bedrock", against="raw L1s", limit=LIMIT)


if __name__ == "__main__":
    main()
