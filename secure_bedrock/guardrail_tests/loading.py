"""Suites from YAML files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Case, Suite, Thresholds
from secure_bedrock.guardrail_tests.case_problems import ID, WHAT_IS_SAID, case_problems

STARTER = "starter"
"""Stands for all suites of this package, and with ``/NAME`` for one of them."""

_FIELDS = {"version", "name", "defaults", "thresholds", "cases"}
_SUFFIXES = {".yaml", ".yml"}


def load_suites(paths: Iterable[str | Path]) -> tuple[Suite, ...]:
    """The suites of files, of folders with their folders, of ``starter`` and ``starter/NAME``.

    Raises:
        ValueError: Something is wrong; the message has a line for each mistake, with file and case.
    """
    suites, problems = [], []
    for path in _found(paths):
        try:
            suites.append(load_suite(path))
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ValueError("\n".join(problems))
    return tuple(suites)


def load_suite(path: str | Path) -> Suite:
    """One suite.

    Raises:
        ValueError: Something is wrong; the message has a line for each mistake, with file and case.
    """
    file = Path(path)
    document = _read(file)
    problems = list(_suite_problems(document))
    cases: list[Case] = []
    if not problems:
        for index, given in enumerate(document["cases"]):
            found, case = _case(given, document.get("defaults", {}), index, file)
            problems += found
            cases += [case] if case else []
        twice = [name for name, count in Counter(each.id for each in cases).items() if count > 1]
        problems += [f"case {name}: the id is given twice: choose another" for name in twice]
    if problems:
        raise ValueError("\n".join(f"{file}: {problem}" for problem in problems))
    thresholds = Thresholds(**document.get("thresholds", {}))
    return Suite(name=document["name"], cases=tuple(cases), thresholds=thresholds)


def _read(file: Path) -> Any:  # noqa: ANN401 - any YAML value
    try:
        documents = import_module("secure_bedrock.guardrail_tests.documents")
    except ModuleNotFoundError as error:  # PyYAML is an extra
        raise ValueError("PyYAML is missing: pip install 'secure-bedrock[cli]'") from error
    return documents.read_yaml(file)


def _found(paths: Iterable[str | Path]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if not path.exists() and str(given).partition("/")[0] == STARTER:
            path = _starter(str(given).partition("/")[2])
        if not path.is_dir():
            yield path
            continue
        inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in _SUFFIXES)
        if not inside:
            raise ValueError(f"{path}: no suite in this folder: name one with .yaml files")
        yield from inside


def _starter(name: str) -> Path:
    """The folder of this package's suites, or one of them."""
    folder = Path(str(files("secure_bedrock.guardrail_tests") / "corpus"))
    if not name:
        return folder
    known = sorted(each.stem for each in folder.glob("*.yaml"))
    if name not in known:
        raise ValueError(f"{STARTER}/{name}: no such suite, there are {', '.join(known)}")
    return folder / f"{name}.yaml"


def _suite_problems(document: object) -> Iterator[str]:
    if not isinstance(document, dict):
        yield "not a suite: write version, name and cases"
        return
    unknown = sorted(set(map(str, document)) - _FIELDS)
    yield from (
        f"{name!r} is no field of a suite: use {', '.join(sorted(_FIELDS))}" for name in unknown
    )
    if document.get("version") != 1 or document.get("version") is True:
        yield f"version {document.get('version')!r}: write 1"
    if not isinstance(document.get("name"), str) or not document["name"].strip():
        yield "name is missing: say what is tested"
    if not isinstance(document.get("cases"), list) or not document["cases"]:
        yield "cases is missing: write a list of cases"
    yield from _thresholds_problems(document.get("thresholds", {}))
    yield from _defaults_problems(document.get("defaults", {}))


def _thresholds_problems(thresholds: object) -> Iterator[str]:
    if not isinstance(thresholds, dict):
        yield "thresholds: write false_blocks and misses"
        return
    for name, value in thresholds.items():
        if name not in ("false_blocks", "misses"):
            yield f"thresholds: {name!r} is unknown: use false_blocks and misses"
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            yield f"thresholds: {name} {value!r}: write a share from 0 to 1"


def _defaults_problems(defaults: object) -> Iterator[str]:
    if not isinstance(defaults, dict):
        yield "defaults: write fields of cases"
        return
    for name in ("id", *WHAT_IS_SAID):
        if name in defaults:
            yield f"defaults: {name} belongs to each case: take it out"


def _case(
    given: object, defaults: Mapping[str, Any], index: int, file: Path
) -> tuple[list[str], Case | None]:
    if not isinstance(given, dict):
        return [f"case {index + 1}: write an object with an id"], None
    name = given.get("id")
    if not isinstance(name, str) or not ID.fullmatch(name):
        return [f"case {index + 1}: id {name!r}: use a-z, 0-9 and hyphens"], None
    merged = {**defaults, **given}
    if given.get("expect") == "pass" and "policy" not in given:  # defaults are for what is acted on
        merged.pop("policy", None)
        merged.pop("detail", None)
    problems = [f"case {name}: {problem}" for problem in case_problems(merged)]
    if problems:
        return problems, None
    try:
        texts = _texts(merged, file)
    except (OSError, ValueError) as error:
        return [f"case {name}: {error}"], None
    plain = {key: value for key, value in merged.items() if key not in WHAT_IS_SAID}
    return [], Case(**{**plain, "texts": texts, "tags": tuple(merged.get("tags", ()))})


def _texts(case: Mapping[str, Any], suite: Path) -> tuple[str, ...]:
    if "conversation" in case:
        return tuple(turn["text"] for turn in case["conversation"])
    if "text" in case:
        return (case["text"],)
    path = suite.parent / case["file"]
    if not path.resolve().is_relative_to(suite.parent.resolve()):
        raise ValueError(f"file {case['file']!r} leaves the suite's folder: move it inside")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"file {case['file']!r} cannot be read: {error}") from error
    if not text.strip():
        raise ValueError(f"file {case['file']!r} is empty: write some text")
    return (text,)
