"""Who may be granted access, and which uses cannot share one role."""

from enum import StrEnum

from aws_cdk import aws_iam as iam
from constructs import Construct

_MARK = "secure-bedrock:model-use"


class Use(StrEnum):
    """How a role uses models, as far as a guardrail is concerned."""

    GUARDED = "invocation with the guardrail only"
    EMBEDDING = "embedding"
    APPLICATION = "knowledge bases, flows and prompts"
    UNGUARDED = "invocation without a guardrail"


def claim(path: str, grantee: iam.IGrantable, use: Use) -> None:
    """Note a grantee's use, and refuse grantees that may not have it.

    Raises:
        ValueError: The grantee is a user or group, or its other use excludes this one.
    """
    principal = grantee.grant_principal
    if isinstance(principal, iam.User | iam.Group):
        raise ValueError(  # noqa: TRY004 - the library's one kind of refusal
            f"{path}: {principal.node.path} is a user or group with long-term credentials: "
            "grant to a role instead"
        )
    if not isinstance(principal, Construct):
        return
    uses = {entry.data for entry in principal.node.metadata if entry.type == _MARK}
    if {use.value, *uses} >= {Use.GUARDED.value, Use.UNGUARDED.value}:
        raise ValueError(
            f"{path}: {principal.node.path} is denied every invocation without the guardrail, so "
            "it cannot have a use without one: give that use a role of its own"
        )
    if use.value not in uses:
        principal.node.add_metadata(_MARK, use.value)
