"""Mutation testing of secure_bedrock/rules with cosmic-ray, in a copy of what is committed.

    python3 -m venv /tmp/mutants && /tmp/mutants/bin/pip install cosmic-ray==8.7.0
    .venv/bin/python benchmarks/mutation_of_rules.py --cosmic-ray /tmp/mutants/bin/cosmic-ray \
        --folder /tmp/mutation --sample 40 core access agents

A scope is ``core`` (the private modules) or the name of a group. Each is mutated on its own, and
its mutants meet the tests of its own folder; those of the core meet all tests of the rules. The
numbers that were last reached are in docs/quality.md.
"""

import argparse
import ast
import json
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
RULES = Path("secure_bedrock/rules")
TIMEOUT = 90
PYTEST = "-m pytest -x -q -p no:cacheprovider -p no:syrupy --confcutdir=tests/rules"
# What is compared by identity here is an enum or a sentinel: equality is the same.
EQUIVALENT = (
    "core/ReplaceComparisonOperator_Is_Eq",
    "core/ReplaceComparisonOperator_IsNot_NotEq",
)
TABLES = ("mutation_specs", "work_results", "work_items")


def main() -> None:
    """Mutate each scope and report what survived."""
    options = _arguments()
    copy = options.folder / "copy"
    copy.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "x", "-C", str(copy)], input=archive.stdout, check=True)
    for scope in options.scopes:
        session = options.folder / f"{scope}.sqlite"
        config = options.folder / f"{scope}.toml"
        session.unlink(missing_ok=True)
        config.write_text(_configuration(scope))
        for step in ("init", "exec"):
            command = [options.cosmic_ray, step, str(config), str(session)]
            subprocess.run(command, cwd=copy, check=True)
            if step == "init":
                total = _sample(session, options.sample, options.seed)
        _report(scope, session, total)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scopes", nargs="+")
    parser.add_argument("--cosmic-ray", required=True, help="the program, in a venv of its own")
    parser.add_argument("--folder", required=True, type=Path, help="for the copy and the results")
    parser.add_argument("--sample", type=int, help="mutants of each scope; default: all")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _configuration(scope: str) -> str:
    """cosmic-ray's configuration: what is mutated, and the tests that are to notice."""
    if scope == "core":
        sources = sorted((ROOT / RULES).glob("_*.py"))
        tests = "tests/rules/test_*.py tests/rules/*/"  # the quick ones first
    else:
        sources = sorted((ROOT / RULES / scope).rglob("*.py"))
        tests = f"tests/rules/{scope} tests/rules/test_hardened.py tests/rules/test_rules_page.py"
    modules = [str(each.relative_to(ROOT)) for each in sources if each.name != "__init__.py"]
    return (
        f"[cosmic-ray]\nmodule-path = {json.dumps(modules)}\ntimeout = {TIMEOUT}\n"
        "excluded-modules = []\n"
        f"test-command = \"sh -c '{sys.executable} {PYTEST} {tests}'\"\n"
        '[cosmic-ray.distributor]\nname = "local"\n'
    )


def _sample(session: Path, size: int | None, seed: int) -> int:
    """Keep a random sample of the mutants that mean something; returns how many those were."""
    with sqlite3.connect(session) as database:
        rows = database.execute(
            "select job_id, module_path, start_pos_row, start_pos_col, operator_name"
            " from mutation_specs order by 2, 3, 4, 5, occurrence"
        ).fetchall()
        jobs = [
            row[0] for row in rows if row[4] not in EQUIVALENT and not _in_annotation(*row[1:4])
        ]
        kept = set(jobs)
        if size is not None and size < len(jobs):
            kept = set(random.Random(seed).sample(jobs, size))
        left_out = [(row[0],) for row in rows if row[0] not in kept]
        for table in TABLES:
            database.executemany(f"delete from {table} where job_id = ?", left_out)
    return len(jobs)


@cache
def _annotations(module: str) -> list[tuple[int, int, int, int]]:
    """Where annotations stand: a mutant in one fails at import, whatever the tests are worth."""
    found = []
    for node in ast.walk(ast.parse((ROOT / module).read_text())):
        noted = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        found += [(n.lineno, n.col_offset, n.end_lineno, n.end_col_offset) for n in noted if n]
    return found


def _in_annotation(module: str, line: int, column: int) -> bool:
    return any(
        (first, start) <= (line, column) < (last, end)
        for first, start, last, end in _annotations(module)
    )


def _report(scope: str, session: Path, total: int) -> None:
    with sqlite3.connect(session) as database:
        rows = database.execute(
            "select test_outcome, module_path, start_pos_row, operator_name, diff"
            " from work_results join mutation_specs using (job_id)"
        ).fetchall()
    counts = Counter(str(row[0]).rpartition(".")[2].lower() for row in rows)
    for outcome, module, line, operator, diff in rows:
        if "SURVIVED" in str(outcome).upper():
            print(f"--- survived: {module}:{line} {operator}\n{diff}")
    print(f"{scope}: {dict(counts)} of {len(rows)} tried, {total} mutants in all", flush=True)


if __name__ == "__main__":
    main()
