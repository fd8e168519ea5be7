"""Denied topics."""

from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.catalog.guardrails import BlockAction, GuardrailTier
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.guardrails._limits import (
    check_count,
    check_instance,
    check_text,
    check_unique,
    freeze,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeniedTopic:
    """A topic the application does not talk about.

    Args:
        name: 1 to 100 characters: letters, digits, space and ``-_!?.``.
        definition: What belongs to the topic, up to 200 characters; 1,000 in the STANDARD tier.
        examples: Up to 5 prompts that belong to it, up to 100 characters each. Default: none.
        input_action: BLOCK, or NONE to report a match in the trace only. Default: BLOCK.
        output_action: The same for responses. Default: BLOCK.
        input_enabled: False evaluates no prompts. Default: True.
        output_enabled: False evaluates no responses. Default: True.

    Raises:
        ValueError: A limit is exceeded.

    Source: Amazon Bedrock API Reference, ``GuardrailTopicConfig``.
    """

    name: str
    definition: str
    examples: Sequence[str] = ()
    input_action: BlockAction = BlockAction.BLOCK
    output_action: BlockAction = BlockAction.BLOCK
    input_enabled: bool = True
    output_enabled: bool = True

    def __post_init__(self) -> None:
        check_text(
            "denied topic name",
            self.name,
            limits.TOPIC_NAME_LIMIT,
            pattern=limits.TOPIC_NAME_PATTERN,
        )
        what = f"denied topic {self.name!r}"
        check_text(
            f"{what} definition",
            self.definition,
            limits.TOPIC_DEFINITION_LIMITS[GuardrailTier.STANDARD],
        )
        check_instance(f"{what} input_action", self.input_action, BlockAction)
        check_instance(f"{what} output_action", self.output_action, BlockAction)
        freeze(self, "examples")
        if len(self.examples) > limits.TOPIC_EXAMPLES_LIMIT:
            raise ValueError(
                f"{what} has {len(self.examples)} examples, at most "
                f"{limits.TOPIC_EXAMPLES_LIMIT} are allowed: keep the most telling ones"
            )
        for example in self.examples:
            check_text(f"{what} example", example, limits.TOPIC_EXAMPLE_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPolicy:
    """The denied topics of a guardrail.

    Args:
        topics: 1 to 30, with different names.
        tier: Default: CLASSIC, which evaluates in the guardrail's own Region.

    Raises:
        ValueError: A limit is exceeded, or a definition is too long for the tier.

    Source: Amazon Bedrock User Guide, "Safeguard tiers for guardrails policies".
    """

    topics: Sequence[DeniedTopic]
    tier: GuardrailTier = GuardrailTier.CLASSIC

    def __post_init__(self) -> None:
        check_instance("topic tier", self.tier, GuardrailTier)
        freeze(self, "topics")
        check_count("denied topics", self.topics, limits.TOPICS_LIMIT)
        for topic in self.topics:
            check_instance("denied topic", topic, DeniedTopic)
        check_unique("denied topic", (topic.name for topic in self.topics))
        limit = limits.TOPIC_DEFINITION_LIMITS[self.tier]
        for topic in self.topics:
            if not unresolved(topic.definition) and len(topic.definition) > limit:
                raise ValueError(
                    f"denied topic {topic.name!r} has a definition of {len(topic.definition)} "
                    f"characters, the {self.tier} tier allows {limit}: "
                    "shorten it or choose the STANDARD tier with a guardrail profile"
                )
