"""Synthesis of an app of 500 resources with and without BedrockSecurityChecks.

The target is at most 5 % more CPU for the app as people run it: L2 constructs, and the CDK's own
validation of templates, which is on by default. The same without that validation is shown too.
What the pack adds is importing cdk-nag and the rules, about the same for every app, and judging.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from side_by_side import report, turns

LIMIT = 1.05
APP = str(Path(__file__).parent / "l2_app.py")
WITH, WITHOUT = "with the pack", "without the pack"


def measured(runs: int) -> dict[str, list[float]]:
    """CPU seconds of the app without and with the pack, turn by turn."""
    with tempfile.TemporaryDirectory() as folder:
        synthesize = [sys.executable, APP, folder]
        return turns({WITHOUT: synthesize, WITH: [*synthesize, "--checks"]}, runs=runs)


def main() -> None:
    """Time both ways."""
    os.environ["CDK_VALIDATION"] = "false"
    fast = {name: statistics.median(spent) for name, spent in measured(5).items()}
    print("without the CDK's validation of templates")
    for name, seconds in fast.items():
        print(f"{name:<24} {seconds:7.3f} s CPU (median)")
    print(f"the pack adds {fast[WITH] - fast[WITHOUT]:.3f} s")
    del os.environ["CDK_VALIDATION"]
    print("as it is by default")
    report(measured(7), ours=WITH, against=WITHOUT, limit=LIMIT)


if __name__ == "__main__":
    main()
