"""What guardrails found in one model invocation log record, without a word of what was said.

InvokeModel, Converse and both streaming calls write their trace in forms of their own. Sources:
Amazon Bedrock API Reference, "GuardrailTraceAssessment"; Amazon Bedrock User Guide, "Use a
guardrail with inference operations". The trace is there if the caller asked for it; that a
guardrail intervened is there either way.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

UNKNOWN = "Unknown"

_INTERVENED = {"INTERVENED", "GUARDRAIL_INTERVENED"}
_STOPPED = "guardrail_intervened"
_TRACES = ("amazon-bedrock-trace", "trace")
_SIDES = {
    "input": "input",
    "inputAssessment": "input",
    "outputs": "output",
    "outputAssessments": "output",
}
# Policy -> its name in CloudWatch, and for each list of findings the member that names a kind.
_POLICIES = {
    "contentPolicy": ("ContentPolicy", {"filters": "type"}),
    "contextualGroundingPolicy": ("ContextualGroundingPolicy", {"filters": "type"}),
    "sensitiveInformationPolicy": (
        "SensitiveInformationPolicy",
        {"piiEntities": "type", "regexes": "name"},
    ),
    "topicPolicy": ("TopicPolicy", {"topics": "name"}),
    "wordPolicy": ("WordPolicy", {"customWords": "", "managedWordLists": "type"}),
}


class Violation(NamedTuple):
    """One thing that a guardrail acted on. None of it comes from prompt or answer."""

    guardrail: str = UNKNOWN
    version: str = UNKNOWN
    source: str = UNKNOWN
    policy: str = UNKNOWN
    category: str = UNKNOWN
    action: str = UNKNOWN


def violations(record: dict[str, Any]) -> list[Violation]:
    """What guardrails acted on in a call, each once; one that is unknown if there is no trace."""
    output = record.get("output")
    body = output.get("outputBodyJson") if isinstance(output, dict) else None
    parts = list(_parts(body))
    found = dict.fromkeys(each for part in parts for each in _traced(part))
    if found:
        return list(found)
    return [Violation()] if any(map(_says_so, parts)) else []


def _parts(body: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    """The answer, or every chunk of a stream, and what chunks wrap."""
    for part in body if isinstance(body, list) else [body]:
        plain = _decoded(part)
        if isinstance(plain, dict):
            yield plain
            for name in ("messageStop", "metadata"):
                if isinstance(plain.get(name), dict):
                    yield plain[name]


def _decoded(part: Any) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(part, str):
        return part
    try:
        return json.loads(part)
    except ValueError:
        return None


def _says_so(part: dict[str, Any]) -> bool:
    stopped = part.get("stopReason") == _STOPPED
    return stopped or part.get("amazon-bedrock-guardrailAction") in _INTERVENED


def _traced(part: dict[str, Any]) -> Iterator[Violation]:
    for name in _TRACES:
        trace = dict(_members(part.get(name)))
        guardrail = dict(_members(trace.get("guardrail") or trace.get("guardrails")))
        for key, side in _SIDES.items():
            for of_guardrails in _listed(guardrail.get(key)):
                for id, assessments in _members(of_guardrails):
                    for assessment in _listed(assessments):
                        yield from _assessed(str(id), side, assessment)


def _assessed(id: str, side: str, assessment: Any) -> Iterator[Violation]:  # noqa: ANN401 - any JSON value
    details = dict(_members(dict(_members(assessment)).get("appliedGuardrailDetails")))
    version = str(details.get("guardrailVersion", UNKNOWN))
    for name, policy in _members(assessment):
        known = _POLICIES.get(name)
        if known is None:
            continue
        title, lists = known
        for key, kind in lists.items():
            for finding in _listed(dict(_members(policy)).get(key)):
                action = dict(_members(finding)).get("action", "NONE")
                if action != "NONE":
                    category = str(finding.get(kind, UNKNOWN)) if kind else "custom word"
                    yield Violation(id, version, side, title, category, str(action))


def _members(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    yield from value.items() if isinstance(value, dict) else ()


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
