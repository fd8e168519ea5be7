import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest

from secure_bedrock.guardrail_tests.loading import load_suite

FOLDER = Path(str(files("secure_bedrock.guardrail_tests") / "corpus"))


@pytest.fixture(scope="session")
def suites():
    """The suites of the corpus by the name of their file."""
    return {path.name: load_suite(path) for path in sorted(FOLDER.glob("*.yaml"))}


@pytest.fixture(scope="session")
def cases(suites):
    return [case for suite in suites.values() for case in suite.cases]


@pytest.fixture(scope="session")
def acting(cases):
    return [case for case in cases if case.expect != "pass"]


@pytest.fixture(scope="session")
def passing(cases):
    return [case for case in cases if case.expect == "pass"]


@pytest.fixture(scope="session")
def said():
    """What a case says, as one text."""
    return lambda case: "\n".join(case.texts)


@pytest.fixture(scope="session")
def normal(said):
    """What a case says and is asked, without what a reader would not notice."""

    def normalised(case):
        text = unicodedata.normalize("NFKC", f"{case.query}\n{said(case)}").casefold()
        return "".join(each for each in text if each.isalnum())

    return normalised
