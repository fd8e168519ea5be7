"""Content filters, tiers, languages, messages and grounding: gaps that are easy to overlook."""

import unicodedata
from collections.abc import Iterator

from secure_bedrock.catalog.guardrails import CLASSIC_LANGUAGES, GROUNDING_THRESHOLD_LIMIT
from secure_bedrock.guardrail_lint.problem import Problem, Subject, quoted
from secure_bedrock.rules import Severity
from secure_bedrock.rules._node import Node

_MESSAGES = ("BlockedInputMessaging", "BlockedOutputsMessaging")
_ATTACK = "PROMPT_ATTACK"
_GROUNDED_BY = ("AWS::Bedrock::KnowledgeBase", "AWS::Bedrock::Agent", "AWS::Bedrock::Flow")


def check(subject: Subject) -> Iterator[Problem]:
    """Every problem of the guardrail's other policies."""
    yield from _messages(subject)
    yield from _content(subject)
    yield from _tiers(subject)
    yield from _languages(subject)
    yield from _grounding(subject)


def _messages(subject: Subject) -> Iterator[Problem]:
    for name in _MESSAGES:
        node = subject.guardrail[name]
        if node.missing or (node.literal is not None and not node.literal.strip()):
            yield _problem(
                node,
                "message-empty",
                Severity.HIGH,
                f"{name} says nothing",
                "say that the request cannot be answered",
            )


def _content(subject: Subject) -> Iterator[Problem]:
    classic = subject.standard("Content", "ContentFiltersTierConfig") is False
    for each in subject.entries("Content", "FiltersConfig"):
        kind = each["Type"].literal
        if kind != _ATTACK:
            yield from _one_sided(each, kind or "?")
            continue
        if each["OutputStrength"].literal not in (None, "NONE"):
            yield _problem(
                each["OutputStrength"],
                "prompt-attack-output",
                Severity.HIGH,
                f"PROMPT_ATTACK has OutputStrength {each['OutputStrength'].literal}, "
                "which AWS refuses",
                "make it NONE: only prompts are attacks",
            )
        if classic and any(m.literal == "IMAGE" for m in each["InputModalities"]):
            yield _problem(
                each["InputModalities"],
                "image-attacks-on-classic",
                Severity.HIGH,
                "PROMPT_ATTACK looks at images in the STANDARD tier only",
                "use the STANDARD tier, or TEXT alone",
            )
        yield _problem(
            each,
            "prompt-attack-tags",
            Severity.INFO,
            "with InvokeModel the PROMPT_ATTACK filter sees only what callers put into "
            "input tags; tool results are never seen",
            "let callers use Converse, or tag what people and documents say",
        )


def _one_sided(each: Node, kind: str) -> Iterator[Problem]:
    on = {side: _is_on(each, side) for side in ("Input", "Output")}
    for side, other in (("Input", "Output"), ("Output", "Input")):
        if on[side] is False and on[other]:
            what = "prompts" if side == "Input" else "responses"
            yield _problem(
                each[f"{side}Strength"],
                "filter-one-sided",
                Severity.MEDIUM,
                f"the {kind} filter does not look at {what}",
                f"raise {side}Strength, and switch {side}Enabled on",
            )


def _is_on(each: Node, side: str) -> bool | None:
    if each[f"{side}Enabled"].literal == "false" or each[f"{side}Strength"].literal == "NONE":
        return False
    return True if each[f"{side}Strength"].literal else None


def _tiers(subject: Subject) -> Iterator[Problem]:
    if not (
        subject.entries("Content", "FiltersConfig") and subject.entries("Topic", "TopicsConfig")
    ):
        return
    content = subject.standard("Content", "ContentFiltersTierConfig")
    topics = subject.standard("Topic", "TopicsTierConfig")
    if None not in (content, topics) and content != topics:
        node = subject.guardrail["TopicPolicyConfig"]["TopicsTierConfig"]
        yield _problem(
            node,
            "tiers-differ",
            Severity.LOW,
            "content filters and topics are in different tiers, with different languages",
            "use one tier for both",
        )


def _languages(subject: Subject) -> Iterator[Problem]:
    policies = (
        ("Content", "ContentFiltersTierConfig", "FiltersConfig"),
        ("Topic", "TopicsTierConfig", "TopicsConfig"),
    )
    spoken = {case.language.partition("-")[0].lower() for case in subject.cases}
    foreign = sorted(spoken - CLASSIC_LANGUAGES)
    for policy, tier, entries in policies:
        if not subject.entries(policy, entries) or subject.standard(policy, tier) is not False:
            continue
        node = subject.guardrail[f"{policy}PolicyConfig"]
        if foreign:
            yield _problem(
                node,
                "language-not-understood",
                Severity.MEDIUM,
                f"the CLASSIC tier understands English, French and Spanish, the cases "
                f"also use {', '.join(foreign)}",
                "use the STANDARD tier with a guardrail profile",
            )
    if subject.standard("Topic", "TopicsTierConfig") is not False:
        return
    for topic in subject.entries("Topic", "TopicsConfig"):
        for text in (topic["Definition"], *topic["Examples"]):
            if _is_foreign(text.literal or ""):
                yield _problem(
                    text,
                    "script-not-understood",
                    Severity.MEDIUM,
                    f"{quoted(text.literal)} is not in a Latin script; the CLASSIC tier "
                    "understands English, French and Spanish",
                    "use the STANDARD tier with a guardrail profile",
                )


def _is_foreign(text: str) -> bool:
    letters = [each for each in text if each.isalpha()]
    foreign = [each for each in letters if not unicodedata.name(each, "").startswith("LATIN")]
    return len(foreign) > len(letters) / 2


def _grounding(subject: Subject) -> Iterator[Problem]:
    filters = list(subject.guardrail["ContextualGroundingPolicyConfig"]["FiltersConfig"])
    for each in filters:
        node = each["Threshold"]
        try:
            threshold = float(node.literal or "nan")
        except ValueError:
            continue
        if threshold > GROUNDING_THRESHOLD_LIMIT:
            yield _problem(
                node,
                "threshold-too-high",
                Severity.HIGH,
                f"threshold {threshold:g} is refused by AWS, which takes up to "
                f"{GROUNDING_THRESHOLD_LIMIT}",
                "choose a lower one",
            )
        if threshold == 0:
            yield _problem(
                node,
                "threshold-zero",
                Severity.MEDIUM,
                "threshold 0 lets every response through",
                "start with 0.75",
            )
    if filters and not subject.guardrail.template.of_type(*_GROUNDED_BY):
        yield _problem(
            subject.guardrail["ContextualGroundingPolicyConfig"],
            "grounding-unused",
            Severity.INFO,
            "grounding is checked only where callers send source and query, and nothing "
            "in this template does",
            "qualify grounding_source and query in the calls, or leave it out",
        )


def _problem(node: Node, name: str, severity: Severity, message: str, remedy: str) -> Problem:
    return Problem(check=name, severity=severity, path=node.path, message=message, remedy=remedy)
