"""All rules on 500 resources: CPU time, and against Checkov on the same file in the same run.

    python3 -m venv /tmp/checkov
    /tmp/checkov/bin/pip install --require-hashes -r requirements/checkov.txt
    .venv/bin/python benchmarks/rules_vs_checkov.py /tmp/checkov/bin/checkov

Targets: under 100 ms of CPU for the rules of all profiles; 50 times faster than Checkov. What is
compared with Checkov is judging alone, and the whole command from a cold start with every profile.
Checkov runs all its checks of CloudFormation, offline; it has other checks than we have, so that
the ratio says what a user waits for, not who does more.
"""

import gc
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from realistic_template import template, write
from side_by_side import medians

from secure_bedrock.rules import RULES, Profile, evaluate

RESOURCES = 500
LIMIT = 0.100
TIMES = 50
RUNS = 15


def judging(given: dict[str, object]) -> float:
    """Median CPU seconds of judging a template with every rule."""
    times = []
    for _ in range(RUNS):
        fresh = json.loads(json.dumps(given))
        gc.collect()
        before = time.process_time()
        evaluate(fresh, profiles=Profile)
        times.append(time.process_time() - before)
    return statistics.median(times)


def main() -> None:
    """Time both; exit code 1 if a target is missed."""
    print(f"{len(RULES)} rules, {RESOURCES} resources")
    seconds = judging(template(RESOURCES))
    print(
        f"judging                  {seconds * 1000:7.1f} ms CPU (target: under {LIMIT * 1000:.0f})"
    )
    branching = judging(template(RESOURCES, conditions=True))
    print(f"the same, one condition  {branching * 1000:7.1f} ms CPU (judged once for each outcome)")
    missed = seconds >= LIMIT
    if len(sys.argv) > 1:
        missed |= _against(sys.argv[1], seconds)
    sys.exit(missed)


def _against(checkov: str, seconds: float) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        file = str(write(Path(folder), RESOURCES))
        every = [f"--profile={each}" for each in Profile if each is not Profile.BASELINE]
        check = [sys.executable, "-m", "secure_bedrock.cli", "check", file, "--fail-on", "never"]
        result = medians(
            {
                "secure-bedrock check": [*check, "--format=json", *every],
                "checkov": [
                    checkov,
                    "--file",
                    file,
                    "--framework=cloudformation",
                    "--skip-download",
                    "--soft-fail",
                    "--quiet",
                    "--compact",
                ],
            },
            runs=3,
        )
    for name, spent in result.items():
        print(f"{name:<24} {spent:7.2f} s CPU (median of 3, cold start)")
    theirs = result["checkov"]
    print(f"checkov / judging        {theirs / seconds:7.0f} (target: at least {TIMES})")
    print(f"checkov / check          {theirs / result['secure-bedrock check']:7.0f}")
    return theirs / seconds < TIMES


if __name__ == "__main__":
    main()
