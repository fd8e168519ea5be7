"""Denied topics: negative definitions, examples that contradict, the same topic twice."""

import re
from collections.abc import Iterator

from secure_bedrock.catalog.guardrails import TOPIC_DEFINITION_LIMITS, GuardrailTier
from secure_bedrock.guardrail_lint.problem import Problem, Subject, quoted
from secure_bedrock.rules import Severity
from secure_bedrock.rules._node import Node

_NEGATIVE = re.compile(
    r"\b(except|other than|anything but|everything but|unless|not (about|related|concerning)"
    r"|unrelated to|excluding|sauf|hormis|excepto|salvo|außer|ausgenommen)\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"^\W*(please|block|deny|refuse|reject|avoid|prevent|never|do not|don't|always"
    r"|you (must|should))\b",
    re.IGNORECASE,
)
_SHORTEST = 20


def check(subject: Subject) -> Iterator[Problem]:
    """Every problem of the topics."""
    names: dict[str, Node] = {}
    examples: dict[str, str] = {}
    for topic in subject.entries("Topic", "TopicsConfig"):
        name = topic["Name"].literal
        if name and names.setdefault(name.casefold().strip(), topic) is not topic:
            yield _problem(
                topic["Name"],
                "topic-twice",
                Severity.MEDIUM,
                f"topic {quoted(name)} is given twice, apart from case",
                "make one topic of them",
            )
        yield from _definition(topic, subject)
        yield from _examples(topic, examples, subject)


def _definition(topic: Node, subject: Subject) -> Iterator[Problem]:
    node, name = topic["Definition"], quoted(topic["Name"].literal or "?")
    text = node.literal
    if text is None:
        return
    if _NEGATIVE.search(text):
        yield _problem(
            node,
            "topic-negative",
            Severity.MEDIUM,
            f"the definition of {name} says what is not meant: {quoted(text)}",
            "describe what is denied; exceptions are not understood",
        )
    if _INSTRUCTION.search(text):
        yield _problem(
            node,
            "topic-instruction",
            Severity.MEDIUM,
            f"the definition of {name} is an instruction: {quoted(text)}",
            "describe the topic; what happens to it is the action's business",
        )
    if len(text.strip()) < _SHORTEST or text.casefold().strip() == name.strip("'").casefold():
        yield _problem(
            node,
            "topic-vague",
            Severity.LOW,
            f"the definition of {name} says little: {quoted(text)}",
            "say in a sentence what belongs to it",
        )
    yield from _length(node, name, text, subject)


def _length(node: Node, name: str, text: str, subject: Subject) -> Iterator[Problem]:
    standard = subject.standard("Topic", "TopicsTierConfig")
    tier = GuardrailTier.CLASSIC if standard is False else GuardrailTier.STANDARD
    if len(text) > TOPIC_DEFINITION_LIMITS[tier]:
        yield _problem(
            node,
            "topic-too-long",
            Severity.HIGH,
            f"the definition of {name} has {len(text)} characters, the {tier.value} "
            f"tier takes {TOPIC_DEFINITION_LIMITS[tier]}",
            "shorten it, or use the STANDARD tier with a guardrail profile",
        )


def _examples(topic: Node, seen: dict[str, str], subject: Subject) -> Iterator[Problem]:
    name = topic["Name"].literal or "?"
    if topic["Examples"].missing:
        yield _problem(
            topic,
            "topic-without-example",
            Severity.INFO,
            f"topic {quoted(name)} has no example",
            "add up to five texts that belong to it",
        )
        return
    passing = {" ".join(t.casefold().split()): c.id for c in subject.passing for t in c.texts}
    for example in topic["Examples"]:
        text = " ".join((example.literal or "").casefold().split())
        if not text:
            continue
        other = seen.setdefault(text, name)
        if other != name:
            yield _problem(
                example,
                "example-of-two-topics",
                Severity.MEDIUM,
                f"{quoted(example.literal)} is an example of {quoted(other)} and of {quoted(name)}",
                "give it to one of them",
            )
        if text in passing:
            yield _problem(
                example,
                "example-should-pass",
                Severity.HIGH,
                f"{quoted(example.literal)} is an example of {quoted(name)}, and case "
                f"{passing[text]} says that it should pass",
                "take it out, or correct the case",
            )


def _problem(node: Node, name: str, severity: Severity, message: str, remedy: str) -> Problem:
    return Problem(check=name, severity=severity, path=node.path, message=message, remedy=remedy)
