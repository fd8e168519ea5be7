import pytest

from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.guardrails import (
    ContentCategory,
    FilterStrength,
    GuardrailTier,
    PiiType,
)
from secure_bedrock.guardrails import presets
from secure_bedrock.guardrails.content import ContentFilter
from secure_bedrock.guardrails.sensitive_information import PiiFilter, RegexFilter
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.guardrails.topics import DeniedTopic
from secure_bedrock.guardrails.words import WordFilter

ALL = {name: value for name, value in vars(presets).items() if isinstance(value, GuardrailSpec)}
HATE_LOW = ContentFilter(category=ContentCategory.HATE, input_strength=FilterStrength.LOW)


def test_there_is_one_for_each_situation():
    assert sorted(ALL) == [
        "CODE_ASSISTANT",
        "INTERNAL_ASSISTANT",
        "PUBLIC_CHAT",
        "RAG",
        "REGULATED_DATA",
    ]


@pytest.mark.parametrize("name", ALL)
def test_prompt_attacks_are_stopped_at_high_strength(name):
    (attack,) = [
        each for each in ALL[name].content.filters if each.category is ContentCategory.PROMPT_ATTACK
    ]
    assert attack.input_strength is FilterStrength.HIGH


@pytest.mark.parametrize("name", ALL)
def test_every_category_is_filtered(name):
    assert {each.category for each in ALL[name].content.filters} == set(ContentCategory)
    assert all(each.input_strength is not FilterStrength.NONE for each in ALL[name].content.filters)


@pytest.mark.parametrize("name", ALL)
def test_content_stays_in_the_region(name):
    assert ALL[name].content.tier is GuardrailTier.CLASSIC
    assert ALL[name].cross_region_profile is None


@pytest.mark.parametrize("name", ALL)
def test_credentials_are_blocked(name):
    types = {each.type for each in ALL[name].sensitive_information.pii}
    assert {PiiType.AWS_SECRET_KEY, PiiType.PASSWORD} <= types


def test_regulated_data_covers_every_type_of_pii():
    types = [each.type for each in presets.REGULATED_DATA.sensitive_information.pii]
    assert sorted(types) == sorted(PiiType)


def test_answers_from_documents_are_grounded():
    assert presets.RAG.contextual_grounding.grounding_threshold == 0.75


def test_extending_adds_to_every_policy():
    extended = GuardrailSpec().extended(
        topics=[DeniedTopic(name="Stocks", definition="What to buy.")],
        words=["acme"],
        pii=[PiiFilter(type=PiiType.AGE)],
        regexes=[RegexFilter(name="case", pattern="C-1")],
    )
    assert extended.topics.topics[0].name == "Stocks"
    assert extended.words.filters == (WordFilter(text="acme"),)
    assert extended.sensitive_information.pii[0].type is PiiType.AGE
    assert extended.sensitive_information.regexes[0].name == "case"


def test_extending_replaces_an_entry_for_the_same_thing():
    extended = presets.PUBLIC_CHAT.extended(filters=[HATE_LOW])
    assert len(extended.content.filters) == 6
    assert HATE_LOW in extended.content.filters


def test_extending_leaves_the_original_alone():
    presets.PUBLIC_CHAT.extended(filters=[HATE_LOW], words=["acme"])
    assert HATE_LOW not in presets.PUBLIC_CHAT.content.filters
    assert presets.PUBLIC_CHAT.words.filters == ()


def test_extending_with_one_thing_twice_is_refused():
    with pytest.raises(ValueError, match="'HATE' is given twice"):
        presets.PUBLIC_CHAT.extended(filters=[HATE_LOW, HATE_LOW])


def test_the_standard_tier_covers_content_and_topics():
    topic = DeniedTopic(name="Stocks", definition="What to buy.")
    spec = presets.RAG.extended(topics=[topic]).on_standard_tier(GUARDRAIL_PROFILES["eu"])
    assert {spec.content.tier, spec.topics.tier} == {GuardrailTier.STANDARD}
    assert spec.cross_region_profile == GUARDRAIL_PROFILES["eu"]


def test_lists_a_caller_changes_later_change_nothing():
    words = ["acme"]
    spec = GuardrailSpec().extended(words=words)
    words.append("zeta")
    assert [word.text for word in spec.words.filters] == ["acme"]
