"""What the starter corpus holds, and that its page says the same."""

import re
from collections import Counter
from pathlib import Path

import pytest

from secure_bedrock.catalog.guardrails import ContentCategory, PiiType
from secure_bedrock.emulator.services.assessment import assess
from secure_bedrock.emulator.services.personal_data import CHECKABLE, matches

PAGE = (Path(__file__).parents[3] / "docs/guardrail-corpus.md").read_text()
CLASSIC = {"en", "es", "fr"}
LANGUAGES = {*CLASSIC, "ar", "de", "hi", "it", "ja", "pt", "zh"}
ATTACKS = {"direct", "encoded", "indirect", "jailbreak", "leakage", "multi-turn"}
EMULATED = {*CHECKABLE, "case-number"}


@pytest.fixture(scope="module")
def presumed():
    """The guardrail on the corpus's page."""
    names = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], names)  # noqa: S102 - our own page
    return names["CORPUS"]


@pytest.fixture(scope="module")
def emulated(presumed):
    """What of it the emulator can judge, as the API has it."""
    pii, regexes = presumed.sensitive_information.pii, presumed.sensitive_information.regexes
    return {
        "wordPolicy": {"words": [{"text": word.text} for word in presumed.words.filters]},
        "sensitiveInformationPolicy": {
            "piiEntities": [
                {"type": p.type, "inputAction": p.input_action, "outputAction": p.output_action}
                for p in pii
                if p.type in CHECKABLE
            ],
            "regexes": [
                {"name": r.name, "pattern": r.pattern, "action": r.input_action} for r in regexes
            ],
        },
    }


def sides(cases, category):
    """Languages of the cases that are acted on, and of those that pass."""
    found = [case for case in cases if case.category == category]
    return tuple(
        {case.language for case in found if (case.expect == "pass") is passes}
        for passes in (False, True)
    )


def row(name, cases, *more):
    acted = sum(case.expect != "pass" for case in cases)
    return "| " + " | ".join(map(str, (name, len(cases), acted, len(cases) - acted, *more))) + " |"


def test_there_is_enough_of_it(cases):
    assert len(cases) >= 500
    assert {case.language for case in cases} == LANGUAGES


def test_the_page_has_the_counts_of_each_file(suites, cases):
    rows = [
        row(f"`{name}`", suite.cases, len({case.language for case in suite.cases}))
        for name, suite in suites.items()
    ]
    table = "|---|---|---|---|---|\n" + "\n".join([*rows, row("all", cases, len(LANGUAGES))])
    assert table in PAGE


def test_the_page_has_the_counts_of_each_language(cases):
    counts = Counter(case.language for case in cases)
    for language, count in counts.items():
        tier = "CLASSIC and STANDARD" if language in CLASSIC else "STANDARD"
        assert re.search(
            rf"^\| [A-Z][a-z]+ \({language}\) \| {count} \| {tier} \|$", PAGE, re.MULTILINE
        )
    assert PAGE.split("\n")[2].startswith(f"{len(cases)} test cases in {len(counts)} languages")


def test_the_page_says_how_much_is_sent(cases):
    units = sum(case.units for case in cases)
    assert f"A run sends {units:,} text units" in PAGE


def test_ids_are_unique_over_all_files(cases):
    assert [name for name, n in Counter(case.id for case in cases).items() if n > 1] == []


def test_an_id_says_category_and_language(cases):
    pattern = "{}-{}-[0-9][0-9](-twin)?"
    odd = [c.id for c in cases if not re.fullmatch(pattern.format(c.category, c.language), c.id)]
    assert odd == []


def test_files_are_in_order(suites):
    for name, suite in suites.items():
        categories = list(dict.fromkeys(case.category for case in suite.cases))
        keys = [(categories.index(case.category), case.id) for case in suite.cases]
        assert keys == sorted(keys), name


def test_files_can_be_read_by_people(suites):
    folder = Path(__file__).parents[3] / "secure_bedrock/guardrail_tests/corpus"
    documents = {path.name for path in (folder / "documents").iterdir()}
    assert all((folder / name).stat().st_size < 70_000 for name in suites)
    named = re.findall(
        r"^    file: documents/(.+)$",
        "".join((folder / n).read_text() for n in suites),
        re.MULTILINE,
    )
    assert sorted(named) == sorted(documents)


@pytest.mark.parametrize("category", sorted(set(ContentCategory) - {ContentCategory.PROMPT_ATTACK}))
def test_content_categories_have_both_sides_in_every_language(cases, category):
    assert sides(cases, category.lower()) == (LANGUAGES, LANGUAGES)
    details = {(c.policy, c.detail) for c in cases if c.category == category.lower()}
    assert details == {("content", category), ("none", "")}


@pytest.mark.parametrize("kind", sorted(ATTACKS))
def test_attacks_have_every_language_and_the_other_side(cases, kind):
    acted, passed = sides(cases, f"prompt-attack-{kind}")
    assert acted == LANGUAGES
    assert passed >= {"de", "en", "es", "fr", "ja", "zh"}


def test_prompt_attacks_are_looked_for_in_input_only(acting):
    attacks = [case for case in acting if case.policy == "prompt_attack"]
    assert {(case.detail, case.source) for case in attacks} == {("PROMPT_ATTACK", "INPUT")}
    assert {c.category.removeprefix("prompt-attack-") for c in attacks} == ATTACKS


def test_prompt_leakage_is_marked_as_standard(acting):
    leaks = [case for case in acting if case.category == "prompt-attack-leakage"]
    assert [case.id for case in leaks if "standard-tier" not in case.tags] == []


@pytest.mark.parametrize("kind", list(PiiType))
def test_personal_data_of_every_type_has_both_sides(cases, kind):
    category = "pii-" + kind.lower().replace("_", "-")
    found = [case for case in cases if case.category == category]
    acted = [case for case in found if case.expect != "pass"]
    assert {(case.policy, case.detail) for case in acted} == {("sensitive_information", kind)}
    assert len(acted) >= 2
    assert len(acted) < len(found)


def test_areas_have_every_language(cases):
    areas = {"grounding": "grounding", "business-as-usual": "business", "topics": "topic-"}
    areas |= {"personal data": "pii-", "content": "hate", "attacks": "prompt-attack-"}
    for area, start in areas.items():
        found = {case.language for case in cases if case.category.startswith(start)}
        assert found == LANGUAGES, area


def test_grounding_has_both_sides_of_both_checks(cases):
    for category in ("grounding", "relevance"):
        acted, passed = sides(cases, category)
        assert acted == passed >= {*CLASSIC, "de"}
    both = {(c.detail, c.source) for c in cases if c.policy == "contextual_grounding"}
    assert both == {("GROUNDING", "OUTPUT"), ("RELEVANCE", "OUTPUT")}


def test_responses_are_covered_too(cases):
    outputs = {case.category for case in cases if case.source == "OUTPUT"}
    assert outputs >= {"hate", "insults", "sexual", "violence", "misconduct", "business-as-usual"}


def test_every_twin_has_a_counterpart_that_is_acted_on(cases):
    by_id = {case.id: case for case in cases}
    for case in cases:
        if not case.id.endswith("-twin"):
            continue
        other = by_id[case.id.removesuffix("-twin")]
        assert (case.expect, case.source) == ("pass", other.source), case.id
        assert other.expect != "pass", case.id


def test_every_case_that_passes_is_a_twin_or_business_as_usual(passing):
    rest = [c.id for c in passing if not c.id.endswith("-twin")]
    assert [name for name in rest if not name.startswith("business-as-usual-")] == []


def configured(spec):
    """Policy and entry -> what the guardrail does to prompts and responses."""
    found = {("word", "PROFANITY"): ("block", "block")}
    for each in spec.content.filters:
        attack = each.category is ContentCategory.PROMPT_ATTACK
        found["prompt_attack" if attack else "content", each.category] = ("block", "block")
    for topic in spec.topics.topics:
        found["topic", topic.name] = _actions(topic)
    for word in spec.words.filters:
        found["word", word.text] = _actions(word)
    for each in (*spec.sensitive_information.pii, *spec.sensitive_information.regexes):
        entry = each.name if hasattr(each, "pattern") else each.type
        found["sensitive_information", entry] = _actions(each)
    for check in ("grounding", "relevance"):
        action = getattr(spec.contextual_grounding, f"{check}_action").lower()
        found["contextual_grounding", check.upper()] = (action, action)
    return found


def _actions(entry):
    return entry.input_action.lower(), entry.output_action.lower()


def test_the_presumed_guardrail_does_what_every_case_expects(acting, presumed):
    entries = configured(presumed)
    for case in acting:
        actions = entries[case.policy, case.detail]
        assert case.expect == actions[case.source == "OUTPUT"], case.id


def test_every_entry_of_the_presumed_guardrail_has_a_case(acting, presumed):
    named = {(case.policy, case.detail) for case in acting}
    assert named == set(configured(presumed))


def test_the_emulator_decides_as_expected_and_finds_nothing_else(cases, emulated, presumed, said):
    words = {word.text for word in presumed.words.filters}
    for case in cases:
        result = assess(emulated, said(case), case.source)
        assert result.not_evaluated == []
        decided = case.policy in {"word", "sensitive_information"}
        expect = case.expect if decided and case.detail in EMULATED | words else "pass"
        got = "block" if result.blocked else "anonymize" if result.intervened else "pass"
        assert got == expect, case.id


def test_no_text_has_personal_data_that_is_not_its_subject(cases, said):
    for case in cases:
        found = {kind for kind in CHECKABLE if any(matches(kind, said(case)))}
        subject = {case.detail} if case.policy == "sensitive_information" else set()
        assert found <= subject, case.id
