"""Synthesis of 500 resources with and without BedrockSecurityChecks; the target is 5 % more CPU.

Both programs make the same resources as raw L1s and synthesize, without the CDK's own template
validation, which is on by default and costs more than the pack. The pack has all profiles. What it
costs is the difference: starting the plugin, reading the template, judging it.
"""

import os
import sys
import tempfile
from pathlib import Path

from realistic_template import write
from side_by_side import report, turns

RESOURCES = 500
LIMIT = 1.05

PROGRAM = """
import json, sys
import aws_cdk as cdk

app = cdk.App(outdir=sys.argv[2])
stack = cdk.Stack(app, "Stack")
template = json.load(open(sys.argv[1]))
for name, declared in template["Parameters"].items():
    cdk.CfnParameter(stack, name, type=declared["Type"], default=declared["Default"])
for name, resource in template["Resources"].items():
    made = cdk.CfnResource(stack, name, type=resource["Type"], properties=resource["Properties"])
    made.override_logical_id(name)
{plugin}
app.synth()
"""
PLUGIN = """
from secure_bedrock.checks import BedrockSecurityChecks
checks = BedrockSecurityChecks(profiles=["strict", "residency", "agentic"], fail_on="critical")
cdk.Validations.of(app).add_plugins(checks)
"""


def main() -> None:
    """Time both programs."""
    os.environ["CDK_VALIDATION"] = "false"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        file = write(place, RESOURCES)
        programs = {}
        for name, plugin in (("without the pack", ""), ("with the pack", PLUGIN)):
            program = place / f"{name.split()[0]}.py"
            program.write_text(PROGRAM.format(plugin=plugin))
            programs[name] = [sys.executable, str(program), str(file), str(place / name)]
        result = turns(programs)
    report(result, ours="with the pack", against="without the pack", limit=LIMIT)


if __name__ == "__main__":
    main()
