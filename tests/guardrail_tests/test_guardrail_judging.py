import pytest

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Thresholds
from secure_bedrock.custom_resources.assets.handlers.guardrail_judging import (
    judge,
    kept,
    unanswered,
)
from secure_bedrock.custom_resources.assets.handlers.guardrail_tally import regressions, tally

HIT = "GUARDRAIL_INTERVENED"


def content(action="BLOCKED", kind="HATE"):
    return {"contentPolicy": {"filters": [{"type": kind, "action": action, "confidence": "HIGH"}]}}


def email(action):
    entity = {"type": "EMAIL", "match": "a@b.example", "action": action}
    return {"sensitiveInformationPolicy": {"piiEntities": [entity], "regexes": []}}


def word(action="BLOCKED"):
    words = [{"match": "x", "action": action}]
    return {"wordPolicy": {"customWords": words, "managedWordLists": []}}


@pytest.mark.parametrize(
    ("expected", "answered", "ended"),
    [
        (("pass", "none"), ("NONE", {}), ("ok", "pass")),
        (("pass", "none"), ("NONE", content("NONE")), ("ok", "pass")),
        (("pass", "none"), (HIT, content()), ("false block", "block")),
        (("pass", "none"), (HIT, email("ANONYMIZED")), ("false block", "anonymize")),
        (("anonymize", "sensitive_information"), (HIT, email("ANONYMIZED")), ("ok", "anonymize")),
        (("anonymize", "sensitive_information"), (HIT, email("BLOCKED")), ("false block", "block")),
        (("anonymize", "sensitive_information"), ("NONE", {}), ("miss", "pass")),
        (("block", "content"), (HIT, content()), ("ok", "block")),
        (("block", "content"), (HIT, word()), ("other policy", "block")),
        (("block", "content"), (HIT, word() | content("NONE")), ("other policy", "block")),
        (("block", "content"), (HIT, email("ANONYMIZED")), ("miss", "anonymize")),
        (("block", "content"), ("NONE", {}), ("miss", "pass")),
        (("block", "none"), (HIT, word()), ("ok", "block")),
        (("block", "prompt_attack"), (HIT, content(kind="PROMPT_ATTACK")), ("ok", "block")),
        (("block", "content"), (HIT, content(kind="PROMPT_ATTACK")), ("other policy", "block")),
        (("block", "none"), (HIT, {"automatedReasoningPolicy": {"findings": []}}), ("ok", "block")),
    ],
)
def test_what_happened_is_compared_with_what_should(new_case, answer, expected, answered, ended):
    (expect, policy), (action, found) = expected, answered
    judged = judge(new_case(expect=expect, policy=policy), answer(action, **found))
    assert (judged.status.value, judged.got) == ended


@pytest.mark.parametrize(("detail", "status"), [("HATE", "ok"), ("hate", "ok"),
                                                ("INSULTS", "other policy")])  # fmt: skip
def test_the_entry_that_should_act_is_compared_too(new_case, answer, detail, status):
    case = new_case(expect="block", policy="content", detail=detail)
    assert judge(case, answer(HIT, **content())).status.value == status


@pytest.mark.parametrize(
    ("expected", "answered", "ended"),
    [
        (("pass", "none"), ("NONE", {}), "not emulated"),
        (("block", "content"), ("NONE", {}), "not emulated"),
        (("block", "word"), ("NONE", {}), "not emulated"),
        (("block", "word"), (HIT, word()), "ok"),
        (("block", "content"), (HIT, word()), "not emulated"),
        (("pass", "none"), (HIT, word()), "false block"),
        (("anonymize", "sensitive_information"), (HIT, email("ANONYMIZED")), "not emulated"),
        (("anonymize", "sensitive_information"), (HIT, email("BLOCKED")), "false block"),
    ],
)
def test_what_depends_on_something_that_was_not_evaluated_is_not_decided(
    new_case, answer, expected, answered, ended
):
    (expect, policy), (action, found) = expected, answered
    given = answer(action, not_evaluated=["contentPolicy/HATE"], **found)
    assert judge(new_case(expect=expect, policy=policy), given).status.value == ended


def test_the_emulators_header_is_kept():
    headers = {"HTTPHeaders": {"x-emulated-not-evaluated": "contentPolicy/HATE, images"}}
    found = kept({"action": "NONE", "assessments": [], "ResponseMetadata": headers})
    assert found["notEvaluated"] == ["contentPolicy/HATE", "images"]


@pytest.fixture
def judged(new_case, answer):
    """Judgements by what was expected and got; ``?`` has no answer."""

    def of(*pairs):
        found = {"block": (HIT, content()), "anonymize": (HIT, email("ANONYMIZED"))}
        judgements = []
        for number, (expect, got) in enumerate(pairs):
            case = new_case(id=str(number), expect=expect)
            action, entries = found.get(got, ("NONE", {}))
            given = answer(action, **entries)
            judgements.append(unanswered(case, "why") if got == "?" else judge(case, given))
        return judgements

    return of


def test_shares_are_of_decided_cases(judged):
    found = tally(judged(("block", "pass"), ("block", "block"), ("block", "?"),
                         ("pass", "block"), ("anonymize", "anonymize")))  # fmt: skip
    assert (str(found.misses), str(found.false_blocks)) == ("1 of 3 (33.3%)", "1 of 2 (50.0%)")
    assert (found.undecided, found.no_answer) == (1, 1)


def test_a_threshold_may_be_reached_and_not_passed(judged):
    found = tally(judged(("block", "pass"), ("block", "block")))
    assert found.broken(Thresholds(misses=0.5)) == []
    assert found.broken(Thresholds(misses=0.49)) == [
        "misses: 1 of 2 (50.0%), at most 49.0% are allowed"
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("block", "pass", ["0"]), ("pass", "pass", []), ("?", "pass", []), ("block", "?", []),
     ("block", "block", [])],
)  # fmt: skip
def test_a_regression_went_right_and_goes_wrong(judged, before, after, expected):
    found = regressions(judged(("block", before)), judged(("block", after)))
    assert [each.case.id for each in found] == expected
