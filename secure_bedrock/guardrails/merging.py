"""Adding entries to the policies of a specification."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from secure_bedrock.guardrails.content import ContentFilter, ContentPolicy
from secure_bedrock.guardrails.sensitive_information import (
    PiiFilter,
    RegexFilter,
    SensitiveInformationPolicy,
)
from secure_bedrock.guardrails.topics import DeniedTopic, TopicPolicy
from secure_bedrock.guardrails.words import WordFilter, WordPolicy

if TYPE_CHECKING:
    from secure_bedrock.guardrails.spec import GuardrailSpec

T = TypeVar("T")


def merged(
    spec: "GuardrailSpec",
    *,
    filters: Sequence[ContentFilter],
    topics: Sequence[DeniedTopic],
    words: Sequence[WordFilter | str],
    pii: Sequence[PiiFilter],
    regexes: Sequence[RegexFilter],
) -> "GuardrailSpec":
    """The specification with more entries; an entry with a known key replaces the old one."""
    return replace(
        spec,
        content=_content(spec.content, filters),
        topics=_topics(spec.topics, topics),
        words=_words(spec.words, words),
        sensitive_information=_sensitive(spec.sensitive_information, pii, regexes),
    )


def _content(
    policy: ContentPolicy | None, filters: Sequence[ContentFilter]
) -> ContentPolicy | None:
    if not filters:
        return policy
    if policy is None:
        return ContentPolicy(filters=filters)
    return replace(policy, filters=_joined(policy.filters, filters, lambda each: each.category))


def _topics(policy: TopicPolicy | None, topics: Sequence[DeniedTopic]) -> TopicPolicy | None:
    if not topics:
        return policy
    if policy is None:
        return TopicPolicy(topics=topics)
    return replace(policy, topics=_joined(policy.topics, topics, lambda topic: topic.name))


def _words(policy: WordPolicy | None, words: Sequence[WordFilter | str]) -> WordPolicy | None:
    if not words:
        return policy
    if policy is None:
        return WordPolicy(words=words, profanity=None)
    return replace(
        policy,
        words=_joined(
            policy.words, words, lambda word: word if isinstance(word, str) else word.text
        ),
    )


def _sensitive(
    policy: SensitiveInformationPolicy | None,
    pii: Sequence[PiiFilter],
    regexes: Sequence[RegexFilter],
) -> SensitiveInformationPolicy | None:
    if not pii and not regexes:
        return policy
    old = ((), ()) if policy is None else (policy.pii, policy.regexes)
    return SensitiveInformationPolicy(
        pii=_joined(old[0], pii, lambda each: each.type),
        regexes=_joined(old[1], regexes, lambda regex: regex.name),
    )


def _joined(old: Iterable[T], new: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
    """Old entries without those a new one replaces, then the new ones, repetitions and all.

    A key given twice in the new entries stays twice, for the policy to refuse.
    """
    added = tuple(new)
    replaced = {key(item) for item in added}
    return (*(item for item in old if key(item) not in replaced), *added)
