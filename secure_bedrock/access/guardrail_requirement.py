"""The guardrail that calls have to carry, and the statement that refuses calls without it.

Source: Amazon Bedrock User Guide, "Enforce the use of specific guardrails in model inference
requests". The page's example names foundation models of one Region with a string operator; this
covers every Region and every other kind of model, and compares ARNs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.invocation import (
    BATCH,
    FOUNDATION_MODELS,
    INVOKE,
    OWNED_MODELS,
    WRAPPERS,
    bedrock_arn,
)


class AppliedGuardrail(Protocol):
    """What access needs of a guardrail. ``GuardrailSet`` hands these out."""

    @property
    def guardrail_arn(self) -> str:
        """ARN of the guardrail, without a version."""

    @property
    def guardrail_version(self) -> str:
        """The published version in use."""

    def grant_apply(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to apply the guardrail, its profiles and key included."""


class GuardrailVersions(StrEnum):
    """Which versions of the guardrail a call may carry."""

    ANY_PUBLISHED = "any published version"
    ONLY_CURRENT = "only the version that this deployment publishes"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutGuardrail:
    """The explicit choice to let models be invoked without a guardrail.

    Attributes:
        reason: Why that is acceptable; it is written into the cloud assembly.
    """

    reason: str

    def __post_init__(self) -> None:
        if len(self.reason.split()) < _WORDS:
            raise ValueError(
                f"the reason {self.reason!r} for going without a guardrail explains nothing: "
                f"write at least {_WORDS} words"
            )


_WORDS = 3


def deny_unguarded_routes() -> iam.PolicyStatement:
    """The statement that denies the ways to a model on which AWS supports no guardrail.

    Batch jobs carry no guardrail key, and the ``bedrock-mantle`` endpoint knows no guardrails.
    """
    return iam.PolicyStatement(
        sid="DenyRoutesWithoutGuardrails",
        effect=iam.Effect.DENY,
        actions=[BATCH, "bedrock-mantle:*"],
        resources=["*"],
    )


def deny_without_guardrail(
    guardrail: AppliedGuardrail,
    versions: GuardrailVersions,
    *,
    partition: str,
    embeddings: Sequence[str],
) -> iam.PolicyStatement:
    """The statement that denies invocation unless the call carries the guardrail.

    A call without any guardrail has no such key, and a negated operator holds for an absent key.
    ``DRAFT`` has no version in its ARN and is denied.

    Args:
        guardrail: The guardrail.
        versions: Which of its versions are accepted.
        partition: Partition of the model ARNs.
        embeddings: ARNs of embedding models. They never carry a guardrail, so if there are any,
            the statement covers everything but them and what stands in front of a model.
    """
    only = guardrail.guardrail_version if versions is GuardrailVersions.ONLY_CURRENT else "*"
    statement = iam.PolicyStatement(
        sid="DenyInvokeWithoutGuardrail",
        effect=iam.Effect.DENY,
        actions=list(INVOKE),
        conditions={
            "ArnNotLike": {"bedrock:GuardrailIdentifier": f"{guardrail.guardrail_arn}:{only}"}
        },
    )
    if embeddings:
        wrappers = [bedrock_arn(partition, kind) for kind in WRAPPERS]
        statement.add_not_resources(*embeddings, *wrappers)
    else:
        models = (FOUNDATION_MODELS, *OWNED_MODELS)
        statement.add_resources(*(bedrock_arn(partition, kind) for kind in models))
    return statement
