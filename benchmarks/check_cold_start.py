"""`secure-bedrock check` on one template, each time in a fresh process; the target is 0.5 s.

CPU time is what the target is about: on a machine that does something else the clock says more.
"""

import sys
import tempfile
from pathlib import Path

from realistic_template import write
from side_by_side import medians

RUNS = 11
LIMIT = 0.5

GUARDRAIL = """
Resources:
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Properties:
      Name: !Sub ${AWS::StackName}-guardrail
      BlockedInputMessaging: Blocked.
      BlockedOutputsMessaging: Blocked.
"""

CHECK = [sys.executable, "-m", "secure_bedrock.cli", "check", "--fail-on=never"]

with tempfile.TemporaryDirectory() as folder:
    small = Path(folder) / "guardrail.yaml"
    small.write_text(GUARDRAIL)
    unit = write(Path(folder), 25)
    result = medians(
        {
            "python": [sys.executable, "-c", "pass"],
            "one resource, YAML": [*CHECK, str(small)],
            "25 resources, JSON": [*CHECK, str(unit)],
            "the same as SARIF": [*CHECK, "--format=sarif", str(unit)],
        },
        runs=RUNS,
    )
for name, seconds in result.items():
    print(f"{name:<20} {seconds:6.3f} s CPU (median of {RUNS})")
sys.exit(max(result.values()) >= LIMIT)
