"""Words: given twice, needed elsewhere, or not meant as they are read."""

import re
from collections.abc import Iterator

from secure_bedrock.catalog.guardrails import WORD_LIMIT
from secure_bedrock.guardrail_lint.problem import Problem, Subject, action, acts, quoted
from secure_bedrock.rules import Severity
from secure_bedrock.rules._node import Node

_SHORTEST = 3
_EVERYDAY = re.compile(
    "a|an|and|are|for|from|how|in|is|it|not|of|on|or|that|the|this|to|what|with|you"
    "|can|have|please|help|need|want"
    "|de|des|du|en|est|et|il|je|la|le|les|pas|pour|que|qui|une|un|vous"
    "|como|con|del|el|es|esta|los|las|no|para|por|se|una|y"
    "|aber|auf|das|der|die|ein|eine|ich|ist|mit|nicht|oder|und|von|wie|zu"
)
_PATTERN = re.compile(r"\.\*|\\[dwsb]|\[[^\]]+\][+*{]|\(\?:|[*%]$|^[*%]")
_NAMES = ("BlockedInputMessaging", "BlockedOutputsMessaging")


def check(subject: Subject) -> Iterator[Problem]:
    """Every problem of the words."""
    words = [
        (node, text)
        for node in subject.entries("Word", "WordsConfig")
        if (text := node["Text"].literal)
    ]
    yield from _twice(words)
    for node, text in words:
        yield from _alone(node, text)
        yield from _needed(node, text, subject)
        yield from _told(node, text, subject)


def _twice(words: list[tuple[Node, str]]) -> Iterator[Problem]:
    seen: dict[str, Node] = {}
    for node, text in words:
        key = " ".join(text.casefold().split())
        first = seen.setdefault(key, node)
        if first is node:
            continue
        same = all(action(first, side) == action(node, side) for side in ("Input", "Output"))
        yield Problem(
            check="word-twice",
            severity=Severity.LOW if same else Severity.HIGH,
            path=node["Text"].path,
            message=f"{quoted(text)} is given twice, apart from case and spaces"
            + ("" if same else ", with different actions"),
            remedy="keep one of them",
        )


def _alone(node: Node, text: str) -> Iterator[Problem]:
    path = node["Text"].path
    plain = text.strip().casefold()
    if len(text) > WORD_LIMIT:
        yield Problem(
            check="word-too-long",
            severity=Severity.HIGH,
            path=path,
            message=f"{quoted(text)} has {len(text)} characters, AWS takes {WORD_LIMIT}",
            remedy="shorten it, or use a regex",
        )
    if _PATTERN.search(text):
        yield Problem(
            check="word-is-a-pattern",
            severity=Severity.MEDIUM,
            path=path,
            message=f"{quoted(text)} looks like a pattern, but words are matched exactly",
            remedy="make it a regex of the sensitive information policy",
        )
    if acts(node) and (len(plain) < _SHORTEST or _EVERYDAY.fullmatch(plain)):
        yield Problem(
            check="word-everyday",
            severity=Severity.HIGH,
            path=path,
            message=f"{quoted(text)} occurs in ordinary text and would block it",
            remedy="name a longer phrase that only the unwanted text has",
        )


def _needed(node: Node, text: str, subject: Subject) -> Iterator[Problem]:
    word = re.compile(rf"(?<!\w){re.escape(text.strip())}(?!\w)", re.IGNORECASE)
    for case in subject.passing:
        if acts(node, case) and any(word.search(each) for each in case.texts):
            yield Problem(
                check="word-needed",
                severity=Severity.HIGH,
                path=node["Text"].path,
                message=f"{quoted(text)} is blocked, and case {case.id}, which should pass, has it",
                remedy="take the word out, make it a longer phrase, or correct the case",
            )
            return


def _told(node: Node, text: str, subject: Subject) -> Iterator[Problem]:
    """A blocking message that says the very word tells people what is filtered."""
    word = re.compile(rf"(?<!\w){re.escape(text.strip())}(?!\w)", re.IGNORECASE)
    for name in _NAMES:
        message = subject.guardrail[name]
        if acts(node) and word.search(message.literal or ""):
            yield Problem(
                check="word-in-message",
                severity=Severity.LOW,
                path=message.path,
                message=f"{name} contains the blocked word {quoted(text)}",
                remedy="say that something is not allowed, without saying what",
            )
