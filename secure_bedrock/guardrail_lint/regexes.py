"""Regular expressions: which match nothing, everything, or what another entry treats otherwise."""

import re
from collections.abc import Iterator

from secure_bedrock.catalog.guardrails import REGEX_PATTERN_LIMIT
from secure_bedrock.guardrail_lint.patterns import Pattern
from secure_bedrock.guardrail_lint.problem import Problem, Subject, action, acts, quoted
from secure_bedrock.guardrail_lint.samples import SAMPLES
from secure_bedrock.rules import Severity
from secure_bedrock.rules._node import Node

_SIDES = ("Input", "Output")
_ABOUT_A_PATTERN = (
    (
        "regex-never",
        Severity.HIGH,
        "never_matches",
        "something has to come before the beginning or after the end, so it never matches",
        "take the anchor out",
    ),
    (
        "regex-empty",
        Severity.HIGH,
        "matches_everything",
        "matches the empty text, and so every text",
        "demand at least one character",
    ),
    (
        "regex-broad",
        Severity.HIGH,
        "is_broad",
        "matches ordinary sentences",
        "describe the form of what is meant",
    ),
    (
        "regex-whole-text",
        Severity.MEDIUM,
        "is_whole",
        "is anchored at both ends and finds nothing within a sentence",
        "use \\b instead of ^ and $",
    ),
    (
        "regex-look-around",
        Severity.HIGH,
        "looks_around",
        "looks ahead or behind, which guardrails do not support",
        "match the whole text instead",
    ),
    (
        "regex-explodes",
        Severity.MEDIUM,
        "explodes",
        "repeats a repetition, which takes very long on texts made for it",
        "take one of the two repetitions out",
    ),
)


def check(subject: Subject) -> Iterator[Problem]:
    """Every problem of the regexes."""
    seen: dict[str, Node] = {}
    for node in subject.entries("SensitiveInformation", "RegexesConfig"):
        text = node["Pattern"].literal
        if text is None:
            continue
        yield from _twice(node, text, seen.setdefault(text, node))
        if len(text) > REGEX_PATTERN_LIMIT:
            message = f"has {len(text)} characters, AWS takes {REGEX_PATTERN_LIMIT}"
            yield _problem("regex-too-long", Severity.HIGH, node, message, "split it in two")
        try:
            pattern = Pattern(text)
        except (re.error, RecursionError, OverflowError) as error:
            message = f"is no regular expression: {error}"
            yield _problem("regex-invalid", Severity.HIGH, node, message, "correct it")
            continue
        yield from _alone(node, pattern)
        yield from _beside_pii(node, pattern, subject)
        yield from _needed(node, pattern, subject)


def _alone(node: Node, pattern: Pattern) -> Iterator[Problem]:
    for check_name, severity, name, message, remedy in _ABOUT_A_PATTERN:
        covered = name == "is_broad" and pattern.matches_everything
        if getattr(pattern, name) and not covered:
            yield _problem(check_name, severity, node, message, remedy)


def _twice(node: Node, text: str, first: Node) -> Iterator[Problem]:
    if first is node:
        return
    same = all(action(first, side) == action(node, side) for side in _SIDES)
    message = f"{quoted(text)} is given twice" + ("" if same else " with different actions")
    severity = Severity.LOW if same else Severity.HIGH
    yield _problem("regex-twice", severity, node, message, "keep one of them")


def _beside_pii(node: Node, pattern: Pattern, subject: Subject) -> Iterator[Problem]:
    for entity in subject.entries("SensitiveInformation", "PiiEntitiesConfig"):
        kind = entity["Type"].literal or ""
        if kind not in SAMPLES or not pattern.found_in(SAMPLES[kind]):
            continue
        for side in _SIDES:
            ours, theirs = action(node, side), action(entity, side)
            if {ours, theirs} == {"BLOCK", "ANONYMIZE"}:
                message = f"matches {kind}: here {side} is {ours}, there {theirs}, and BLOCK wins"
                remedy = "give both the same action, or make the regex narrower"
                yield _problem("regex-against-pii", Severity.MEDIUM, node, message, remedy)
                break


def _needed(node: Node, pattern: Pattern, subject: Subject) -> Iterator[Problem]:
    for case in subject.passing:
        if acts(node, case) and any(map(pattern.found_in, case.texts)):
            message = f"matches case {case.id}, which should pass"
            remedy = "make the regex narrower, or correct the case"
            yield _problem("regex-needed", Severity.HIGH, node, message, remedy)
            return


def _problem(name: str, severity: Severity, node: Node, message: str, remedy: str) -> Problem:
    return Problem(
        check=name,
        severity=severity,
        path=node["Pattern"].path,
        message=f"regex {quoted(node['Name'].literal or '?')} {message}",
        remedy=remedy,
    )
