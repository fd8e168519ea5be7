"""From a specification to the properties of the CDK's L1, and to a hash of its content.

Everything is spelled out (tiers, both actions, enabled flags) and lists are sorted: what AWS would
fill in by itself shows up as drift, and the order in which entries were written is no content.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Protocol

from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.guardrails.content import ContentFilter, ContentPolicy
from secure_bedrock.guardrails.grounding import AutomatedReasoning, ContextualGrounding
from secure_bedrock.guardrails.sensitive_information import SensitiveInformationPolicy
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.guardrails.topics import TopicPolicy
from secure_bedrock.guardrails.words import WordPolicy

Properties = dict[str, Any]
Resolve = Callable[[Any], Any]
_HASH_LENGTH = 12


class _BothWays(Protocol):
    """What every filter with an action for prompts and one for responses has."""

    @property
    def input_action(self) -> StrEnum | None: ...
    @property
    def output_action(self) -> StrEnum | None: ...
    @property
    def input_enabled(self) -> bool: ...
    @property
    def output_enabled(self) -> bool | None: ...


def render(spec: GuardrailSpec, resolve: Resolve) -> Properties:
    """The policies of a specification, spelled as the CDK's L1 construct takes them.

    Args:
        spec: The specification.
        resolve: Turns tokens into intrinsic functions; called only if the specification has any.
    """
    known = resolve if unresolved(repr(spec)) else _as_is
    policies = {
        "contentPolicyConfig": spec.content and _content(spec.content),
        "topicPolicyConfig": spec.topics and _topics(spec.topics, known),
        "wordPolicyConfig": spec.words and _words(spec.words, known),
        "sensitiveInformationPolicyConfig": spec.sensitive_information
        and _sensitive(spec.sensitive_information, known),
        "contextualGroundingPolicyConfig": spec.contextual_grounding
        and _grounding(spec.contextual_grounding),
        "automatedReasoningPolicyConfig": spec.automated_reasoning
        and _reasoning(spec.automated_reasoning, known),
    }
    return {name: policy for name, policy in policies.items() if policy}


def content_hash(*, content: Properties, resolve: Resolve) -> str:
    """A short hash that is the same if and only if the content is, whatever order it came in."""
    text = json.dumps(content)
    if unresolved(text):
        content = resolve(content)
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:_HASH_LENGTH]


def _as_is(value: Any) -> Any:  # noqa: ANN401 - stands in for Stack.resolve
    return value


def _ordered(items: Iterable[Properties], key: str, resolve: Resolve) -> list[Properties]:
    """Sorted by a key. A token sorts by what it resolves to: its own text is a running number."""
    entries = list(items)
    keys = [json.dumps(each, sort_keys=True) for each in resolve([item[key] for item in entries])]
    return [entry for _, entry in sorted(zip(keys, entries, strict=True), key=lambda pair: pair[0])]


def _both_ways(item: _BothWays) -> Properties:
    return {
        "inputAction": str(item.input_action),
        "inputEnabled": item.input_enabled,
        "outputAction": str(item.output_action),
        "outputEnabled": item.output_enabled,
    }


def _content(policy: ContentPolicy) -> Properties:
    return {
        "contentFiltersTierConfig": {"tierName": policy.tier.value},
        "filtersConfig": _ordered(map(_content_filter, policy.filters), "type", _as_is),
    }


def _content_filter(item: ContentFilter) -> Properties:
    return _both_ways(item) | {
        "inputModalities": sorted(each.value for each in item.input_modalities),
        "inputStrength": str(item.input_strength),
        "outputModalities": sorted(each.value for each in item.output_modalities),
        "outputStrength": str(item.output_strength),
        "type": item.category.value,
    }


def _topics(policy: TopicPolicy, resolve: Resolve) -> Properties:
    topics = [
        _both_ways(topic)
        | {"definition": topic.definition, "name": topic.name, "type": "DENY"}
        | ({"examples": list(topic.examples)} if topic.examples else {})
        for topic in policy.topics
    ]
    return {
        "topicsConfig": _ordered(topics, "name", resolve),
        "topicsTierConfig": {"tierName": policy.tier.value},
    }


def _words(policy: WordPolicy, resolve: Resolve) -> Properties:
    words = [_both_ways(word) | {"text": word.text} for word in policy.filters]
    rendered: Properties = {}
    if words:
        rendered["wordsConfig"] = _ordered(words, "text", resolve)
    if policy.profanity is not None:
        rendered["managedWordListsConfig"] = [_both_ways(policy.profanity) | {"type": "PROFANITY"}]
    return rendered


def _sensitive(policy: SensitiveInformationPolicy, resolve: Resolve) -> Properties:
    # "action" is required. The two actions, always given, decide; it repeats the one for prompts.
    pii = [
        _both_ways(each) | {"action": each.input_action.value, "type": each.type.value}
        for each in policy.pii
    ]
    regexes = [
        _both_ways(regex)
        | {"action": regex.input_action.value, "name": regex.name, "pattern": regex.pattern}
        | ({"description": regex.description} if regex.description is not None else {})
        for regex in policy.regexes
    ]
    rendered: Properties = {}
    if pii:
        rendered["piiEntitiesConfig"] = _ordered(pii, "type", _as_is)
    if regexes:
        rendered["regexesConfig"] = _ordered(regexes, "name", resolve)
    return rendered


def _grounding(policy: ContextualGrounding) -> Properties:
    checks = (
        ("GROUNDING", policy.grounding_threshold, policy.grounding_action),
        ("RELEVANCE", policy.relevance_threshold, policy.relevance_action),
    )
    return {
        "filtersConfig": [
            {
                "action": action.value,
                "enabled": policy.enabled,
                "threshold": threshold,
                "type": name,
            }
            for name, threshold, action in checks
            if threshold is not None
        ]
    }


def _reasoning(policy: AutomatedReasoning, resolve: Resolve) -> Properties:
    arns = _ordered(({"arn": arn} for arn in policy.policy_arns), "arn", resolve)
    rendered: Properties = {"policies": [item["arn"] for item in arns]}
    if policy.confidence_threshold is not None:
        rendered["confidenceThreshold"] = policy.confidence_threshold
    return rendered
