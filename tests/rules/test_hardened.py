"""Hand-written templates: the hardened one of each pair is clean, its bad twin is fully caught."""

from pathlib import Path

import pytest

from secure_bedrock.rules import RULES, Profile, load_template
from secure_bedrock.rules._engine import evaluate
from secure_bedrock.rules._not_rules import known_checks, reasons

HERE = Path(__file__).parent / "hardened"
GOOD = sorted(HERE.glob("*.good.yaml"))
BAD = sorted(HERE.glob("*.bad.yaml"))


def stem(path):
    return path.name.partition(".")[0]


def judged(path):
    source = load_template(path)
    return source, evaluate(source.template, profiles=Profile, region="eu-west-1")


@pytest.mark.parametrize("path", GOOD, ids=stem)
def test_a_hardened_template_is_clean_in_every_profile(path):
    _, report = judged(path)
    assert [(f.rule_id, f.status, f.logical_id, f.location) for f in report.findings] == []
    assert report.acknowledged == ()


@pytest.mark.parametrize("path", BAD, ids=stem)
def test_a_bad_twin_breaks_exactly_the_expected_rules(path):
    source, report = judged(path)
    failed = {f.rule_id for f in report.findings if f.status == "fail"}
    expected = source.template["Metadata"]["expected"]
    assert sorted(failed) == sorted(set(expected) & set(RULES))
    assert set(expected) <= set(known_checks()) - set(reasons())


def test_every_template_has_its_twin():
    assert [stem(path) for path in GOOD] == [stem(path) for path in BAD]
