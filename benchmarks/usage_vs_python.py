"""`secure-bedrock usage` against plain Python, by principal and day, over the same files.

    python benchmarks/usage_vs_python.py [RECORDS_IN_MILLIONS] [RUNS]

The default is 1 million records. The first run of both is compared and not counted. Wall time
says something only on a quiet machine; CPU seconds are printed beside it.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from usage_logs import RECORDS_PER_FILE, write_logs

HERE = Path(__file__).parent
PROGRAMS = {"secure-bedrock usage": "usage_engine.py", "plain Python": "usage_plain.py"}


def run(program: str, *arguments: str) -> tuple[float, float]:
    """Wall and CPU seconds."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, HERE / PROGRAMS[program], *arguments], check=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Make logs, compare the answers, take turns, print medians."""
    asked = sys.argv[1:] or ["1"]
    millions, runs = float(asked[0]), int((*asked[1:], "3")[0])
    files = round(millions * 1_000_000 / RECORDS_PER_FILE)
    with TemporaryDirectory() as name:
        size = write_logs(Path(name) / "logs", files=files, distinct=min(files, 20))
        print(f"{files * RECORDS_PER_FILE:,} records, {size / 1e9:.2f} GB of text")
        for number, program in enumerate(PROGRAMS):
            run(program, f"{name}/logs", f"{name}/{number}.json")
        answers = [json.loads(Path(f"{name}/{n}.json").read_text()) for n in range(2)]
        assert answers[0] == answers[1], "the two programs disagree"
        times: dict[str, list[tuple[float, float]]] = {program: [] for program in PROGRAMS}
        for _ in range(runs):
            for program in PROGRAMS:
                times[program].append(run(program, f"{name}/logs"))
    for program, spent in times.items():
        wall, cpu = (statistics.median(found) for found in zip(*spent, strict=True))
        print(f"{program:<22} {wall:7.2f} s wall, {cpu:7.2f} s CPU (medians of {runs})")
    ours, theirs = times.values()
    for index, kind in enumerate(("wall", "CPU")):
        ratio = statistics.median(b[index] / a[index] for a, b in zip(ours, theirs, strict=True))
        print(f"plain Python takes {ratio:.1f} times the {kind} time")
    print(f"target: at least 8 times the wall time; load {os.getloadavg()[0]:.1f}")


main()
