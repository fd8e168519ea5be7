import pytest

from secure_bedrock.guardrail_tests.estimates import charged, estimate

CONTENT = {"contentPolicy": {"filters": [{"type": "HATE"}]}}
PII = {"sensitiveInformationPolicy": {"piiEntities": [{"type": "EMAIL", "inputEnabled": False}]}}
GROUNDING = {"contextualGroundingPolicy": {"filters": [{"type": "GROUNDING"}]}}
REASONING = {"automatedReasoningPolicy": {"policies": ["arn"]}}


@pytest.mark.parametrize(
    ("guardrail", "source", "names"),
    [
        (CONTENT, "INPUT", ["contentPolicy"]),
        (PII, "INPUT", []),
        (PII, "OUTPUT", ["piiEntities"]),
        (GROUNDING, "INPUT", []),
        (GROUNDING, "OUTPUT", ["contextualGroundingPolicy"]),
        (CONTENT | REASONING, "OUTPUT", ["contentPolicy", "automatedReasoningPolicy"]),
        ({"wordPolicy": {"managedWordLists": [{"type": "PROFANITY"}]}}, "INPUT", ["wordPolicy"]),
    ],
)
def test_what_is_enabled_for_the_source_is_charged(guardrail, source, names):
    assert charged(guardrail, source) == names


def test_a_text_unit_has_up_to_a_thousand_characters(new_case):
    cases = [new_case(texts=("x" * 1_000,)), new_case(texts=("x" * 1_001,))]
    assert estimate(cases, [CONTENT]).units == {"contentPolicy": 3}


def test_two_versions_cost_twice(new_case):
    found = estimate([new_case()] * 1_000, [CONTENT, CONTENT])
    assert (found.requests, str(found.usd)) == (2_000, "0.30")


def test_words_are_free(new_case):
    found = estimate([new_case()], [{"wordPolicy": {"words": [{"text": "x"}]}}])
    assert found.usd == 0
    assert "none charged" in str(found)


def test_without_a_price_the_cost_is_unknown(new_case):
    found = estimate([new_case(source="OUTPUT")], [CONTENT | REASONING])
    assert found.usd is None
    assert "unknown: no price of automatedReasoningPolicy" in str(found)
    assert found.as_json()["usd"] is None
