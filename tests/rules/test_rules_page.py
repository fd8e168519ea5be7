import re
from pathlib import Path

import pytest

from secure_bedrock.rules import RULES, Parameters
from secure_bedrock.rules._not_rules import NOT_RULES, known_checks, not_a_rule, reasons
from secure_bedrock.rules._page import GROUPS, page
from secure_bedrock.rules._rule import FRAMEWORKS

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_what_the_rules_say():
    assert PAGE.read_text() == page(), "run: python -m secure_bedrock.rules._page docs/rules.md"


def test_every_known_check_is_a_rule_or_has_a_reason():
    assert sorted(set(known_checks()) - set(RULES) - set(reasons())) == []


def test_the_list_of_known_checks_is_complete():
    decided = [decided for _, decided in known_checks().values()]
    assert [decided.count(each) for each in ("yes", "partly", "no")] == [114, 63, 17]


def test_no_rule_has_a_reason_not_to_be_one():
    assert set(RULES) & set(NOT_RULES) == set()


def test_a_reason_is_given_once_for_a_known_check():
    with pytest.raises(ValueError, match="GRD99"):
        not_a_rule("none", "GRD99")


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_says_what_people_need_to_know(rule):
    assert rule.id[:3] in GROUPS
    assert re.fullmatch(r"[A-Z`].*\.", rule.title)
    assert re.fullmatch(r"[A-Z].*\.", rule.fix)
    assert rule.source.startswith("https://")
    assert rule.profiles
    assert set(rule.parameters) <= set(Parameters.__dataclass_fields__)
    assert rule.check.__code__.co_argcount == (2 if rule.parameters else 1)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_control_says_who_relates_it(rule):
    for framework, controls in rule.controls.items():
        assert framework in FRAMEWORKS
        assert controls.ids
        assert controls.stated_by
