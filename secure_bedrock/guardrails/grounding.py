"""Checks of a response against its source: contextual grounding and automated reasoning."""

from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.catalog.guardrails import BlockAction
from secure_bedrock.guardrails._limits import (
    check_count,
    check_instance,
    check_number,
    check_text,
    check_unique,
    freeze,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextualGrounding:
    """Refuses responses that their source does not support or that miss the question.

    Args:
        grounding_threshold: 0 to 0.99; responses that score lower are not grounded. None leaves the
            check out. Default: 0.75.
        relevance_threshold: The same for relevance to the question. Default: 0.75.
        grounding_action: BLOCK, or NONE to report only. Default: BLOCK.
        relevance_action: The same for relevance. Default: BLOCK.
        enabled: False evaluates nothing, and AWS charges for nothing. Default: True.

    Raises:
        ValueError: A threshold is out of range (AWS refuses 1), or both are None.

    Source: Amazon Bedrock User Guide, "Use contextual grounding check to filter hallucinations".
    """

    grounding_threshold: float | None = 0.75
    relevance_threshold: float | None = 0.75
    grounding_action: BlockAction = BlockAction.BLOCK
    relevance_action: BlockAction = BlockAction.BLOCK
    enabled: bool = True

    def __post_init__(self) -> None:
        if self.grounding_threshold is None and self.relevance_threshold is None:
            raise ValueError(
                "contextual grounding checks nothing: give a threshold or leave it out"
            )
        for name in ("grounding", "relevance"):
            threshold = getattr(self, f"{name}_threshold")
            if threshold is not None:
                check_number(
                    f"{name}_threshold",
                    threshold,
                    0,
                    limits.GROUNDING_THRESHOLD_LIMIT,
                    "1 would block every response, choose a lower one",
                )
            check_instance(f"{name}_action", getattr(self, f"{name}_action"), BlockAction)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomatedReasoning:
    """Checks responses against policies written as logic.

    Args:
        policy_arns: 1 or 2 ARNs of automated reasoning policies, with or without a version.
        confidence_threshold: 0 to 1. Default: AWS's own default.

    Raises:
        ValueError: A limit is exceeded or an ARN is not one of a policy.

    Source: CloudFormation Template Reference, ``AutomatedReasoningPolicyConfig``.
    """

    policy_arns: Sequence[str]
    confidence_threshold: float | None = None

    def __post_init__(self) -> None:
        freeze(self, "policy_arns")
        check_count(
            "automated reasoning policies",
            self.policy_arns,
            limits.AUTOMATED_REASONING_POLICIES_LIMIT,
        )
        check_unique("automated reasoning policy", self.policy_arns)
        for arn in self.policy_arns:
            check_text(
                "automated reasoning policy ARN",
                arn,
                2_048,
                pattern=limits.AUTOMATED_REASONING_ARN_PATTERN,
            )
        if self.confidence_threshold is not None:
            check_number(
                "automated reasoning confidence_threshold",
                self.confidence_threshold,
                0,
                1,
                "it is a probability",
            )
