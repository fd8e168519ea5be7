"""What a guardrail did about a test case, and whether it should have.

An emulated AWS names, in a header of its answer, the policies it cannot evaluate. What depends on
one of them is not decided: neither passed nor failed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .guardrail_cases import ACTIONS, ANONYMIZE, BLOCK, NO_POLICY, PASS, Case

NOT_EVALUATED = "x-emulated-not-evaluated"

_INTERVENED = "GUARDRAIL_INTERVENED"
_ACTED = {"BLOCKED": BLOCK, "ANONYMIZED": ANONYMIZE}
_KINDS = {
    "contentPolicy": "content",
    "topicPolicy": "topic",
    "wordPolicy": "word",
    "sensitiveInformationPolicy": "sensitive_information",
    "contextualGroundingPolicy": "contextual_grounding",
    "automatedReasoningPolicy": "automated_reasoning",
}
_NAMES = ("type", "name", "match")
_ATTACK = "PROMPT_ATTACK"


class Status(StrEnum):
    """How a case ended."""

    OK = "ok"
    MISS = "miss"
    FALSE_BLOCK = "false block"
    OTHER_POLICY = "other policy"
    NOT_EMULATED = "not emulated"
    NO_ANSWER = "no answer"


UNDECIDED = frozenset({Status.NOT_EMULATED, Status.NO_ANSWER})
WRONG = frozenset({Status.MISS, Status.FALSE_BLOCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A case and how it ended.

    Attributes:
        case: The case.
        status: How it ended.
        got: What happened: block, anonymize or pass; empty without an answer.
        acted: What acted, as POLICY/ENTRY.
        not_evaluated: What was not evaluated, as POLICY/ENTRY.
        problem: Why there is no answer.
    """

    case: Case
    status: Status
    got: str = ""
    acted: tuple[str, ...] = ()
    not_evaluated: tuple[str, ...] = ()
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it, with the case's text."""
        return {
            "case": self.case.as_json(),
            "status": self.status.value,
            "got": self.got,
            "acted": list(self.acted),
            "notEvaluated": list(self.not_evaluated),
            "problem": self.problem,
        }


def kept(response: Mapping[str, Any]) -> dict[str, Any]:
    """Of a response of ApplyGuardrail what is judged, small enough to record."""
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    names = [each.strip() for each in headers.get(NOT_EVALUATED, "").split(",")]
    found = {name: response.get(name) for name in ("action", "assessments", "usage")}
    return found | {"notEvaluated": [each for each in names if each]}


def judge(case: Case, answer: Mapping[str, Any]) -> Judgement:
    """Compare what a guardrail did with what it should do."""
    entries = list(_entries(answer))
    acted = tuple(dict.fromkeys(name for name, action in entries if action in _ACTED))
    not_evaluated = tuple(_normal(each) for each in answer.get("notEvaluated", ()))
    got = _got(answer, {action for _, action in entries})
    return Judgement(
        case=case,
        status=_status(case, got, acted, not_evaluated),
        got=got,
        acted=acted,
        not_evaluated=not_evaluated,
    )


def unanswered(case: Case, problem: str) -> Judgement:
    """A case without an answer."""
    return Judgement(case=case, status=Status.NO_ANSWER, problem=problem)


def _status(case: Case, got: str, acted: tuple[str, ...], not_evaluated: tuple[str, ...]) -> Status:
    expected, found = ACTIONS.index(case.expect), ACTIONS.index(got)
    if found > expected:
        return Status.FALSE_BLOCK
    if not_evaluated and got != BLOCK:  # what was not evaluated could only do more than was done
        return Status.NOT_EMULATED
    if found < expected:
        return Status.MISS
    if case.policy == NO_POLICY or any(_is_expected(case, each) for each in acted):
        return Status.OK
    if any(_is_expected(case, each) for each in not_evaluated):
        return Status.NOT_EMULATED
    return Status.OTHER_POLICY


def _is_expected(case: Case, entry: str) -> bool:
    policy, _, detail = entry.partition("/")
    return policy == case.policy and (not case.detail or detail.lower() == case.detail.lower())


def _got(answer: Mapping[str, Any], actions: set[str]) -> str:
    if answer["action"] != _INTERVENED:
        return PASS
    # Automated reasoning intervenes without an entry of its own.
    return ANONYMIZE if "ANONYMIZED" in actions and "BLOCKED" not in actions else BLOCK


def _entries(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """POLICY/ENTRY and its action, for everything that was found."""
    for assessment in answer.get("assessments") or ():
        for policy, lists in assessment.items():
            for each in _found(lists) if policy in _KINDS else ():
                name = next((str(each[key]) for key in _NAMES if each.get(key)), "")
                yield _normal(f"{policy}/{name}"), str(each.get("action", ""))


def _found(lists: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - any JSON value
    for entries in lists.values() if isinstance(lists, Mapping) else ():
        yield from (each for each in entries if isinstance(each, Mapping))


def _normal(entry: str) -> str:
    policy, _, name = entry.partition("/")
    kind = "prompt_attack" if name == _ATTACK else _KINDS.get(policy, policy)
    return f"{kind}/{name}" if name else kind
