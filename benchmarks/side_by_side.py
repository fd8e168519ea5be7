"""Measure programs against each other: alternating runs in fresh processes, medians of CPU time."""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence

from secure_bedrock import ensure_node

ensure_node()


def turns(programs: Mapping[str, Sequence[str]], *, runs: int = 7) -> dict[str, list[float]]:
    """CPU seconds (user and system, children included) of each program, turn by turn.

    The programs take turns, so that a busy machine slows all of them alike. One run of each comes
    first and is not counted: it fills the page cache and writes bytecode.
    """
    times: dict[str, list[float]] = {name: [] for name in programs}
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for turn in range(runs + 1):
        for name, command in programs.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:
                spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                times[name].append(spent)
    return times


def medians(programs: Mapping[str, Sequence[str]], *, runs: int = 7) -> dict[str, float]:
    """Median CPU seconds of each program; see ``turns``."""
    return {name: statistics.median(spent) for name, spent in turns(programs, runs=runs).items()}


def ratio(times: Mapping[str, Sequence[float]], ours: str, against: str) -> float:
    """Median of the turns' ratios: the two runs of a turn follow each other, on one machine."""
    pairs = zip(times[ours], times[against], strict=True)
    return statistics.median(mine / other for mine, other in pairs)


def report(times: Mapping[str, Sequence[float]], *, ours: str, against: str, limit: float) -> None:
    """Print medians, spread and ratio, and say whether the ratio is within the limit."""
    for name, spent in times.items():
        print(
            f"{name:<24} {statistics.median(spent):7.3f} s CPU (median of {len(spent)}; "
            f"{min(spent):.3f} to {max(spent):.3f})"
        )
    found = ratio(times, ours, against)
    print(f"ratio {ours} / {against}: {found:.2f} (target: at most {limit:.2f})")
    if found > limit:
        sys.exit(1)
