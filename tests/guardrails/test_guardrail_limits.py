"""Limits that AWS reports only when a guardrail is deployed."""

from functools import partial

import pytest

from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.guardrails import (
    BlockAction,
    ContentCategory,
    FilterStrength,
    GuardrailTier,
    Modality,
    PiiType,
)
from secure_bedrock.guardrails.content import ContentFilter, ContentPolicy
from secure_bedrock.guardrails.grounding import AutomatedReasoning, ContextualGrounding
from secure_bedrock.guardrails.sensitive_information import (
    PiiFilter,
    RegexFilter,
    SensitiveInformationPolicy,
)
from secure_bedrock.guardrails.spec import BlockedMessages, GuardrailSpec
from secure_bedrock.guardrails.topics import DeniedTopic, TopicPolicy
from secure_bedrock.guardrails.words import ProfanityFilter, WordFilter, WordPolicy

ATTACK = ContentCategory.PROMPT_ATTACK
HATE = ContentFilter(category=ContentCategory.HATE)
PII = PiiFilter(type=PiiType.EMAIL)
TOKEN = "${Token[TOKEN.7]}"
REASONING = "arn:aws:bedrock:eu-west-1:111122223333:automated-reasoning-policy/abcdefghij12"

topic = partial(DeniedTopic, name="Investment", definition="Advice on what to buy.")
regex = partial(RegexFilter, name="case", pattern=r"C-\d{6}")


def topics(count):
    return [topic(name=f"Topic {number}") for number in range(count)]


def regexes(count):
    return [regex(name=f"case{number}") for number in range(count)]


REFUSED = {
    "prompt attack output": (
        lambda: ContentFilter(category=ATTACK, output_strength=FilterStrength.LOW),
        "PROMPT_ATTACK has output_strength LOW: .*make it NONE",
    ),
    "category": (lambda: ContentFilter(category="HATRED"), "ContentCategory, got 'HATRED'"),
    "strength": (
        lambda: ContentFilter(category=ContentCategory.HATE, input_strength="MAX"),
        "HATE input_strength must be FilterStrength, got 'MAX'",
    ),
    "no modality": (
        lambda: ContentFilter(category=ContentCategory.HATE, input_modalities=()),
        "input_modalities is empty",
    ),
    "modality twice": (
        lambda: ContentFilter(
            category=ContentCategory.HATE, output_modalities=(Modality.TEXT, Modality.TEXT)
        ),
        "output_modalities 'TEXT' is given twice",
    ),
    "no filter": (lambda: ContentPolicy(filters=()), "got 0: leave the policy out"),
    "filter twice": (lambda: ContentPolicy(filters=(HATE, HATE)), "filter 'HATE' is given twice"),
    "tier": (lambda: ContentPolicy(tier="BEST"), "must be GuardrailTier, got 'BEST'"),
    "topic name": (lambda: topic(name="x" * 101), "name must have 1 to 100 .* got 101"),
    "empty topic name": (lambda: topic(name=""), "name must have 1 to 100 .* got 0"),
    "topic name charset": (lambda: topic(name="R&D"), "'R&D' must match"),
    "topic definition": (lambda: topic(definition="x" * 1001), "1 to 1000 characters, got 1001"),
    "classic definition": (
        lambda: TopicPolicy(topics=[topic(definition="x" * 201)]),
        "201 characters, the CLASSIC tier allows 200: .*STANDARD",
    ),
    "topic examples": (lambda: topic(examples=["x"] * 6), "6 examples, at most 5"),
    "topic example": (lambda: topic(examples=["x" * 101]), "example must have 1 to 100"),
    "examples as text": (lambda: topic(examples="buy?"), "must be a list or tuple, got 'buy"),
    "no topic": (lambda: TopicPolicy(topics=[]), "1 to 30 are allowed, got 0"),
    "topics": (lambda: TopicPolicy(topics=topics(31)), "1 to 30 are allowed, got 31"),
    "topic twice": (lambda: TopicPolicy(topics=topics(1) * 2), "'Topic 0' is given twice"),
    "word": (lambda: WordFilter(text="x" * 101), "1 to 100 characters, got 101"),
    "empty word": (lambda: WordPolicy(words=[""]), "1 to 100 characters, got 0"),
    "words": (lambda: WordPolicy(words=list(map(str, range(10_001)))), "1 to 10000.*got 10001"),
    "word twice": (lambda: WordPolicy(words=["a", WordFilter(text="a")]), "'a' is given twice"),
    "no word": (lambda: WordPolicy(profanity=None), "filters nothing"),
    "profanity action": (lambda: ProfanityFilter(input_action="MASK"), "BlockAction, got 'MASK'"),
    "pii type": (lambda: PiiFilter(type="IBAN"), "must be PiiType, got 'IBAN'"),
    "pii action": (
        lambda: PiiFilter(type=PiiType.AGE, output_action=BlockAction.BLOCK),
        "PII AGE output_action must be SensitiveAction",
    ),
    "pii twice": (lambda: SensitiveInformationPolicy(pii=[PII, PII]), "'EMAIL' is given twice"),
    "no pii": (SensitiveInformationPolicy, "filters nothing"),
    "regex name": (lambda: regex(name="x" * 101), "regex name must have 1 to 100"),
    "regex description": (lambda: regex(description="x" * 1001), "1 to 1000 .* got 1001"),
    "regex pattern": (lambda: regex(pattern="x" * 501), "1 to 500 characters, got 501"),
    "look-ahead": (lambda: regex(pattern=r"a(?=b)"), "looks ahead or behind"),
    "negative look-ahead": (lambda: regex(pattern=r"a(?!b)"), "looks ahead or behind"),
    "look-behind": (lambda: regex(pattern=r"(?<=a)b"), "looks ahead or behind"),
    "negative look-behind": (lambda: regex(pattern=r"(?<!a)b"), "looks ahead or behind"),
    "look-ahead after a class": (lambda: regex(pattern=r"[)\]](?=b)"), "looks ahead or behind"),
    "regexes": (lambda: SensitiveInformationPolicy(regexes=regexes(31)), "1 to 30.*got 31"),
    "regex twice": (
        lambda: SensitiveInformationPolicy(regexes=regexes(1) * 2),
        "'case0' is given twice",
    ),
    "grounding": (
        lambda: ContextualGrounding(grounding_threshold=1),
        "grounding_threshold must be from 0 to 0.99, got 1",
    ),
    "relevance": (
        lambda: ContextualGrounding(relevance_threshold=-0.1),
        "relevance_threshold must be from 0 to 0.99, got -0.1",
    ),
    "no grounding": (
        lambda: ContextualGrounding(grounding_threshold=None, relevance_threshold=None),
        "checks nothing",
    ),
    "no reasoning policy": (lambda: AutomatedReasoning(policy_arns=[]), "1 to 2.*got 0"),
    "reasoning policies": (
        lambda: AutomatedReasoning(policy_arns=[f"{REASONING}:{n}" for n in (1, 2, 3)]),
        "1 to 2 are allowed, got 3",
    ),
    "reasoning policy twice": (
        lambda: AutomatedReasoning(policy_arns=[REASONING] * 2),
        "is given twice",
    ),
    "reasoning ARN": (
        lambda: AutomatedReasoning(policy_arns=["abcdefghij12"]),
        "'abcdefghij12' must match arn:",
    ),
    "reasoning confidence": (
        lambda: AutomatedReasoning(policy_arns=[REASONING], confidence_threshold=1.1),
        "must be from 0 to 1, got 1.1",
    ),
    "message": (lambda: BlockedMessages(input="x" * 501), "1 to 500 characters, got 501"),
    "empty message": (lambda: BlockedMessages(output=""), "1 to 500 characters, got 0"),
    "name": (lambda: GuardrailSpec(name="x" * 51), "1 to 50 characters, got 51"),
    "name charset": (lambda: GuardrailSpec(name="my chat"), "'my chat' must match"),
    "description": (lambda: GuardrailSpec(description="x" * 201), "1 to 200 characters, got 201"),
    "no policy": (lambda: GuardrailSpec(content=None), "at least one policy"),
    "wrong policy": (lambda: GuardrailSpec(words=PII), "words must be WordPolicy, got PiiFilter"),
    "standard content": (
        lambda: GuardrailSpec(content=ContentPolicy(tier=GuardrailTier.STANDARD)),
        "STANDARD tier needs a cross_region_profile",
    ),
    "standard topics": (
        lambda: GuardrailSpec(topics=TopicPolicy(topics=topics(1), tier=GuardrailTier.STANDARD)),
        "STANDARD tier needs a cross_region_profile",
    ),
}

ACCEPTED = {
    "classic definition": lambda: TopicPolicy(topics=[topic(definition="x" * 200)]),
    "standard definition": lambda: TopicPolicy(
        topics=[topic(definition="x" * 1000)], tier=GuardrailTier.STANDARD
    ),
    "topic name": lambda: topic(name="Is it safe? Yes - v1.0_b!"),
    "topics": lambda: TopicPolicy(topics=topics(30)),
    "words": lambda: WordPolicy(words=list(map(str, range(10_000)))),
    "word": lambda: WordPolicy(words=["x" * 100], profanity=None),
    "regexes": lambda: SensitiveInformationPolicy(regexes=regexes(30)),
    "named group": lambda: regex(pattern=r"(?<year>\d{4})(?:-\d\d)"),
    "escaped question": lambda: regex(pattern=r"\(?=x"),
    "question in a class": lambda: regex(pattern=r"[(?=]x"),
    "threshold": lambda: ContextualGrounding(grounding_threshold=0.99, relevance_threshold=0),
    "reasoning": lambda: AutomatedReasoning(policy_arns=[REASONING, f"{REASONING}:2"]),
    "tokens": lambda: (
        topic(name=TOKEN, definition=TOKEN * 90),
        AutomatedReasoning(policy_arns=[TOKEN]),
        GuardrailSpec(name=TOKEN * 9),
        regex(pattern=TOKEN * 90),
    ),
    "words alone": lambda: GuardrailSpec(content=None, words=WordPolicy()),
    "profile without the tier": lambda: GuardrailSpec(
        cross_region_profile=GUARDRAIL_PROFILES["eu"]
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_one_line(case):
    build, message = REFUSED[case]
    with pytest.raises(ValueError, match=rf"^[^\n]*{message}[^\n]*$"):
        build()


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case):
    assert ACCEPTED[case]()
