"""What is wrong with a case of a suite, one line for each mistake."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import (
    ACTIONS,
    NO_POLICY,
    PASS,
    POLICIES,
)

ID = re.compile(r"[a-z0-9-]+")
WHAT_IS_SAID = ("text", "file", "conversation")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SOURCES = ("INPUT", "OUTPUT")
_ROLES = ("user", "assistant")
_REQUIRED = ("expect", "category")


def case_problems(case: Mapping[str, Any]) -> Iterator[str]:
    """Every mistake; ``case`` already has the suite's defaults."""
    unknown = sorted(set(map(str, case)) - _FIELDS.keys() - {"id"})
    yield from (f"{name!r} is no field: use {', '.join(_FIELDS)}" for name in unknown)
    said = [name for name in WHAT_IS_SAID if name in case]
    if len(said) != 1:
        given = " and ".join(said) or "none of them"
        yield f"give exactly one of {', '.join(WHAT_IS_SAID)}, got {given}"
    yield from (f"{name} is missing" for name in _REQUIRED if name not in case)
    for name in sorted(_FIELDS.keys() & case.keys()):
        remedy = _FIELDS[name](case[name])
        if remedy:
            yield f"{name} {_shown(case[name])}: {remedy}"
    yield from _contradictions(case)


def _contradictions(case: Mapping[str, Any]) -> Iterator[str]:
    policy, expect = case.get("policy", NO_POLICY), case.get("expect")
    if expect == PASS and policy != NO_POLICY:
        yield f"expect pass and policy {policy}: what passes is acted on by none, write policy none"
    if expect in ACTIONS[1:] and "policy" not in case:
        yield f"policy is missing: say which should {expect}, or none if it does not matter"
    if case.get("detail") and policy == NO_POLICY:
        yield "detail without a policy: name the policy it belongs to"
    if case.get("source", "INPUT") == "INPUT" and policy == "contextual_grounding":
        yield "policy contextual_grounding with source INPUT: it checks responses, use OUTPUT"
    if policy == "contextual_grounding" and not ("grounding_source" in case and "query" in case):
        yield "policy contextual_grounding: give grounding_source and query"


def _text(value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else "write some text"


def _one_of(*allowed: str) -> Callable[[object], str]:
    return lambda value: "" if value in allowed else f"use {', '.join(allowed)}"


def _language(value: object) -> str:
    known = isinstance(value, str) and _LANGUAGE.fullmatch(value)
    return "" if known else "write a BCP 47 tag such as en or pt-BR, in quotes if it is no"


def _tags(value: object) -> str:
    right = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return "" if right else "write a list of words"


def _note(value: object) -> str:
    return "" if isinstance(value, str) else "write some text"


def _conversation(value: object) -> str:
    right = isinstance(value, list) and value and all(map(_is_turn, value))
    return "" if right else "write a list of turns, each with role user or assistant, and text"


def _is_turn(turn: object) -> bool:
    return (
        isinstance(turn, dict)
        and turn.keys() == {"role", "text"}
        and turn["role"] in _ROLES
        and not _text(turn["text"])
    )


_FIELDS: Mapping[str, Callable[[object], str]] = {
    "text": _text,
    "file": _text,
    "conversation": _conversation,
    "source": _one_of(*_SOURCES),
    "expect": _one_of(*sorted(ACTIONS)),
    "policy": _one_of(*POLICIES),
    "detail": _text,
    "category": _text,
    "language": _language,
    "grounding_source": _text,
    "query": _text,
    "tags": _tags,
    "note": _note,
}
_LONGEST = 40


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
