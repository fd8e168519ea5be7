"""What one guardrail does, as a value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.catalog.geographies import GuardrailProfile
from secure_bedrock.catalog.guardrails import GuardrailTier
from secure_bedrock.guardrails._limits import check_instance, check_text
from secure_bedrock.guardrails.content import ContentFilter, ContentPolicy
from secure_bedrock.guardrails.grounding import AutomatedReasoning, ContextualGrounding
from secure_bedrock.guardrails.merging import merged
from secure_bedrock.guardrails.sensitive_information import (
    PiiFilter,
    RegexFilter,
    SensitiveInformationPolicy,
)
from secure_bedrock.guardrails.topics import DeniedTopic, TopicPolicy
from secure_bedrock.guardrails.words import WordFilter, WordPolicy

_POLICIES = {
    "content": ContentPolicy,
    "topics": TopicPolicy,
    "words": WordPolicy,
    "sensitive_information": SensitiveInformationPolicy,
    "contextual_grounding": ContextualGrounding,
    "automated_reasoning": AutomatedReasoning,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedMessages:
    """What a caller reads instead of blocked content.

    Args:
        input: Instead of an answer to a blocked prompt, 1 to 500 characters.
        output: Instead of a blocked response, 1 to 500 characters.

    Raises:
        ValueError: A message is empty or too long.
    """

    input: str = "This request cannot be answered because it goes against the usage policy."
    output: str = "The answer was withheld because it goes against the usage policy."

    def __post_init__(self) -> None:
        check_text("blocked message for input", self.input, limits.MESSAGE_LIMIT)
        check_text("blocked message for output", self.output, limits.MESSAGE_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailSpec:
    """Everything a guardrail does. Extend one with ``extended`` or ``dataclasses.replace``.

    Args:
        content: Content filters. Default: all six categories, prompt attacks among them, at HIGH.
        topics: Denied topics. Default: none.
        words: Words, phrases and profanities. Default: none.
        sensitive_information: PII types and regular expressions. Default: none.
        contextual_grounding: Thresholds for grounding and relevance. Default: none.
        automated_reasoning: Policies written as logic. Default: none.
        cross_region_profile: Lets AWS evaluate content in other Regions of a geography, which the
            STANDARD tier needs. Default: none, content is evaluated in the guardrail's Region.
        messages: What a caller reads instead of blocked content. Default: two neutral sentences.
        name: 1 to 50 letters, digits, ``-`` and ``_``, unique in the account and Region. Default:
            made from the construct's path.
        description: 1 to 200 characters. Default: none.

    Raises:
        ValueError: No policy at all, a STANDARD tier without profile, or a limit is exceeded.

    Source: CloudFormation Template Reference, ``AWS::Bedrock::Guardrail``.
    """

    content: ContentPolicy | None = ContentPolicy()  # noqa: RUF009 - frozen value
    topics: TopicPolicy | None = None
    words: WordPolicy | None = None
    sensitive_information: SensitiveInformationPolicy | None = None
    contextual_grounding: ContextualGrounding | None = None
    automated_reasoning: AutomatedReasoning | None = None
    cross_region_profile: GuardrailProfile | None = None
    messages: BlockedMessages = BlockedMessages()
    name: str | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        if self.name is not None:
            check_text("guardrail name", self.name, limits.NAME_LIMIT, pattern=limits.NAME_PATTERN)
        if self.description is not None:
            check_text("guardrail description", self.description, limits.DESCRIPTION_LIMIT)
        check_instance("messages", self.messages, BlockedMessages)
        for field, kind in _POLICIES.items():
            if getattr(self, field) is not None:
                check_instance(field, getattr(self, field), kind)
        if not any(getattr(self, field) for field in _POLICIES):
            raise ValueError("a guardrail needs at least one policy: give content, topics or words")
        if GuardrailTier.STANDARD in self._tiers() and self.cross_region_profile is None:
            raise ValueError(
                "the STANDARD tier needs a cross_region_profile, for example "
                'GUARDRAIL_PROFILES["eu"], because AWS evaluates it in several Regions; '
                "the CLASSIC tier needs none"
            )

    def _tiers(self) -> set[GuardrailTier]:
        return {policy.tier for policy in (self.content, self.topics) if policy is not None}

    def extended(
        self,
        *,
        filters: Sequence[ContentFilter] = (),
        topics: Sequence[DeniedTopic] = (),
        words: Sequence[WordFilter | str] = (),
        pii: Sequence[PiiFilter] = (),
        regexes: Sequence[RegexFilter] = (),
    ) -> "GuardrailSpec":
        """This specification with more entries; one for the same thing takes the old one's place.

        Raises:
            ValueError: The result exceeds a limit.
        """
        return merged(self, filters=filters, topics=topics, words=words, pii=pii, regexes=regexes)

    def on_standard_tier(self, profile: GuardrailProfile) -> "GuardrailSpec":
        """This specification on the STANDARD tier: more languages and code, several Regions.

        Args:
            profile: The geography in which AWS may evaluate content.
        """
        tier = GuardrailTier.STANDARD
        return replace(
            self,
            content=self.content and replace(self.content, tier=tier),
            topics=self.topics and replace(self.topics, tier=tier),
            cross_region_profile=profile,
        )
