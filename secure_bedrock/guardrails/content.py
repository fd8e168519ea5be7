"""Content filters: harmful categories and prompt attacks."""

from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.catalog.guardrails import (
    BlockAction,
    ContentCategory,
    FilterStrength,
    GuardrailTier,
    Modality,
)
from secure_bedrock.guardrails._limits import check_instance, check_unique, freeze

_ATTACK = ContentCategory.PROMPT_ATTACK


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFilter:
    """A filter for one category of harmful content.

    Args:
        category: What the filter looks for.
        input_strength: For prompts. Default: HIGH.
        output_strength: For responses. Default: HIGH; NONE for PROMPT_ATTACK, where AWS takes
            nothing else.
        input_action: BLOCK, or NONE to report a match in the trace only. Default: BLOCK.
        output_action: The same for responses. Default: BLOCK; NONE for PROMPT_ATTACK.
        input_enabled: False evaluates no prompts, and AWS charges for none. Default: True.
        output_enabled: The same for responses. Default: True; False for PROMPT_ATTACK.
        input_modalities: TEXT, IMAGE or both. Default: TEXT, because IMAGE exists in some Regions
            and for some categories only.
        output_modalities: The same for responses. Default: TEXT.

    Raises:
        ValueError: A prompt-attack filter with anything but NONE for responses, or no modality.

    Source: Amazon Bedrock API Reference, ``GuardrailContentFilterConfig``.
    """

    category: ContentCategory
    input_strength: FilterStrength = FilterStrength.HIGH
    output_strength: FilterStrength | None = None
    input_action: BlockAction = BlockAction.BLOCK
    output_action: BlockAction | None = None
    input_enabled: bool = True
    output_enabled: bool | None = None
    input_modalities: Sequence[Modality] = (Modality.TEXT,)
    output_modalities: Sequence[Modality] = (Modality.TEXT,)

    def __post_init__(self) -> None:
        check_instance("content filter category", self.category, ContentCategory)
        attack = self.category is _ATTACK
        self._default("output_strength", FilterStrength.NONE if attack else FilterStrength.HIGH)
        self._default("output_action", BlockAction.NONE if attack else BlockAction.BLOCK)
        self._default("output_enabled", value=not attack)
        freeze(self, "input_modalities", "output_modalities")
        self._check_values()
        if attack and self.output_strength is not FilterStrength.NONE:
            raise ValueError(
                f"content filter PROMPT_ATTACK has output_strength {self.output_strength}: "
                "AWS evaluates prompts only, leave output_strength out or make it NONE"
            )

    def _default(self, name: str, value: object) -> None:
        if getattr(self, name) is None:
            object.__setattr__(self, name, value)

    def _check_values(self) -> None:
        what = f"content filter {self.category}"
        for side in ("input", "output"):
            check_instance(
                f"{what} {side}_strength", getattr(self, f"{side}_strength"), FilterStrength
            )
            check_instance(f"{what} {side}_action", getattr(self, f"{side}_action"), BlockAction)
            modalities = getattr(self, f"{side}_modalities")
            if not modalities:
                raise ValueError(f"{what} {side}_modalities is empty: name TEXT, IMAGE or both")
            for modality in modalities:
                check_instance(f"{what} {side}_modalities", modality, Modality)
            check_unique(f"{what} {side}_modalities", modalities)


def _all_categories() -> tuple[ContentFilter, ...]:
    return tuple(ContentFilter(category=category) for category in ContentCategory)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPolicy:
    """The content filters of a guardrail.

    Args:
        filters: One for each category. Default: all six categories at HIGH strength.
        tier: Default: CLASSIC, which evaluates in the guardrail's own Region.

    Raises:
        ValueError: No filter, or a category given twice.

    Source: Amazon Bedrock User Guide, "Safeguard tiers for guardrails policies".
    """

    filters: Sequence[ContentFilter] = _all_categories()
    tier: GuardrailTier = GuardrailTier.CLASSIC

    def __post_init__(self) -> None:
        check_instance("content filter tier", self.tier, GuardrailTier)
        freeze(self, "filters")
        if not self.filters:
            raise ValueError("content filters: 1 to 6 are allowed, got 0: leave the policy out")
        for content_filter in self.filters:
            check_instance("content filter", content_filter, ContentFilter)
        check_unique("content filter", (each.category for each in self.filters))
