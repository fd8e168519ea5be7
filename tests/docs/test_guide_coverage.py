import json
import re
from functools import cache
from pathlib import Path

import pytest

import secure_bedrock
from secure_bedrock.cli.group import commands
from secure_bedrock.rules import RULES

ROOT = Path(__file__).parent.parent.parent
GUIDE = json.loads(Path(__file__).with_name("guide.json").read_text())
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+?) \| (.+?) \| (.+?) \| (.*?) \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs/guide-coverage.md").read_text())
RULE = re.compile(r"[A-Z]{3}\d{2}")


def quoted(column):
    return [
        pytest.param(name, id=f"{row[0]}-{name}")
        for row in ROWS
        for name in re.findall(r"`([^`]+)`", row[column])
    ]


@cache
def functions_of(path):
    return set(re.findall(r"^ *def (test_\w+)\(", (ROOT / path).read_text(), re.MULTILINE))


def exists(name):
    if name.startswith("secure-bedrock "):
        return name.split()[1] in commands.list_commands(None)
    return name in (RULES if RULE.fullmatch(name) else secure_bedrock.__all__)


def test_every_row_of_the_guide_is_there_once_with_its_words():
    assert [(id, asks_for) for id, asks_for, *_ in ROWS] == list(GUIDE.items())


@pytest.mark.parametrize("name", quoted(2))
def test_what_does_it_exists(name):
    assert exists(name)


@pytest.mark.parametrize("name", ["SecureNothing", "GRD99", "secure-bedrock nothing"])
def test_what_does_not_exist_would_be_found(name):
    assert not exists(name)


@pytest.mark.parametrize("test", quoted(3))
def test_what_shows_it_exists(test):
    path, _, function = test.partition("::")
    assert function in functions_of(f"tests/{path}")


@pytest.mark.parametrize(
    ("row", "framework"),
    [("C1", "SOC 2"), ("C2", "ISO 27001"), ("C3", "PCI DSS"), ("C5", "HIPAA"), ("C6", "NIST")],
)
def test_rules_of_a_framework_name_its_controls(row, framework):
    does = next(found[2] for found in ROWS if found[0] == row)
    rules = [RULES[name] for name in re.findall(r"`([A-Z]{3}\d{2})`", does)]
    assert [r.id for r in rules if not any(framework in f for f in map(str, r.controls))] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_names_what_does_it_and_a_test_or_says_that_nothing_does(row):
    _, _, does, shows, missing = row
    assert ("`" in does and "::" in shows) or missing.startswith("Nothing")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_says_what_is_left(row):
    assert row[4].startswith(("Left: ", "In part: ", "Nothing: "))
