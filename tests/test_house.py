"""Rules of the house: which way imports go, and what every file keeps to."""

import ast
import graphlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "secure_bedrock"
FEATURES = {"network", "invocation_logging", "guardrails", "access", "monitoring", "cost", "data"}
BASE = {"catalog", "policy", "encryption", "custom_resources"}

MAY_IMPORT = {
    "policy": {"policy"},
    "catalog": {"catalog", "policy"},
    "usage": {"usage", "catalog"},
    "encryption": {"encryption", "catalog"},
    "custom_resources": {"custom_resources", "encryption", "catalog"},
    **{feature: {feature, *BASE} for feature in FEATURES},
    "guardrails": {"guardrails", "guardrail_tests", *BASE},
    "cost": {"cost", "usage", *BASE},
    "hardening": {"hardening", *BASE},
    "reference": {"reference", *FEATURES, *BASE},
    "rollout": {"rollout", *FEATURES, *BASE},
    "rules": {"rules", "policy", "catalog"},
    "checks": {"rules", "catalog"},
    "findings": {"findings", "rules", "catalog"},
    "testing": {"testing", "findings", "rules", "catalog"},
    "verification": {"verification", "catalog"},
    "erasure": {"erasure"},
    "guardrail_tests": {"guardrail_tests", "findings", "custom_resources", "catalog"},
    "guardrail_lint": {"guardrail_lint", "rules", "custom_resources", "catalog"},
    "evidence": {"evidence", "findings", "rules", "policy", "catalog"},
    "emulator": {"emulator", "policy", "catalog", "_node"},
    "cli": {
        "cli",
        "findings",
        "rules",
        "erasure",
        "evidence",
        "verification",
        "emulator",
        "guardrail_tests",
        "guardrail_lint",
        "custom_resources",
        "usage",
        "policy",
        "catalog",
        "_node",
    },
}
WITHOUT_CDK = {
    "catalog",
    "policy",
    "rules",
    "findings",
    "verification",
    "emulator",
    "erasure",
    "evidence",
    "guardrail_tests",
    "guardrail_lint",
    "usage",
    "cli",
}


def modules(folder):
    return sorted(folder.rglob("*.py"))


def part_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parts_imported(path):
    names = (name.split(".") for name in imports(path))
    return {name[1] for name in names if name[0] == "secure_bedrock" and len(name) > 1}


@pytest.mark.parametrize("path", modules(PACKAGE), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_never_point_back(path):
    part = part_of(path)
    if part in {"__init__", "_names", "_node"}:
        return
    assert parts_imported(path) <= MAY_IMPORT[part]


def modules_imported(path):
    """Modules of ours that are loaded with this one; packages, which are empty, are not counted."""
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith(PACKAGE.name):
            continue
        for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
            file = ROOT / f"{name.replace('.', '/')}.py"
            if file.is_file():
                yield file


def test_no_module_needs_itself_to_be_loaded():
    graph = {path: set(modules_imported(path)) for path in modules(PACKAGE)}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        cycle = " -> ".join(str(path.relative_to(ROOT)) for path in error.args[1])
        pytest.fail(cycle)


@pytest.mark.parametrize("part", sorted(WITHOUT_CDK))
def test_what_serves_without_the_cdk_does_not_import_it(part):
    users = [p for p in modules(PACKAGE / part) if any(n.startswith("aws_cdk") for n in imports(p))]
    assert users == []


def test_handlers_need_only_boto3_and_the_standard_library():
    folder = PACKAGE / "custom_resources/assets/handlers"
    allowed = {"boto3", "botocore", *__import__("sys").stdlib_module_names}
    foreign = {n.split(".")[0] for p in modules(folder) for n in imports(p)} - allowed
    assert foreign == set()


@pytest.mark.parametrize("path", modules(PACKAGE), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_file_is_long(path):
    assert len(path.read_text().splitlines()) <= 250


def test_no_function_body_is_long():
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in modules(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and body_lines(node) > 40
    ]
    assert long == []


def body_lines(node):
    """Lines of a function without its signature and docstring."""
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    statements = node.body[1:] if is_docstring else node.body
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0


def test_mypy_follows_exactly_the_cdk_modules_in_use():
    used = {"aws_cdk"}
    for path in modules(PACKAGE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "aws_cdk":
                used |= {f"aws_cdk.{a.name}" for a in node.names if a.name[0].islower()}
            elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("aws_cdk."):
                used |= {
                    node.module,
                    *(f"{node.module}.{a.name}" for a in node.names if a.name[0].islower()),
                }
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    followed = next(o for o in settings["overrides"] if o["follow_imports"] == "normal")
    assert sorted(followed["module"]) == sorted(used)


def tracked_files():
    names = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_private_path():
    word = re.compile(
        r"files\.pythonhosted|registry\.npmjs|pypi\.org/simple|(?<![\w.])/work/|/root/|/home/\w"
    )
    guilty = [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path != Path(__file__) and word.search(path.read_text(errors="ignore"))
    ]
    assert guilty == []


NOT_OUR_WORDS = {
    "secure_bedrock/emulator/custom_resources.py": ["suppress"] * 2,  # of Python's contextlib
    "secure_bedrock/findings/as_sarif.py": ["suppressions"],  # a property of SARIF
}


def test_words_are_awss_own():
    word = re.compile(r"\b(suppress\w*|whitelist\w*|blacklist\w*|misconfig\w*)\b", re.IGNORECASE)
    ours = [*modules(PACKAGE), *ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    found = {str(path.relative_to(ROOT)): word.findall(path.read_text()) for path in ours}
    assert {path: words for path, words in found.items() if words} == NOT_OUR_WORDS
