"""What a response does, and to whom."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from aws_cdk import aws_iam as iam

EVERYBODY = ("role/*", "user/*")

_OWNER = re.compile(r"(role|user)/[\w+=,.@/*-]+")
_LONGEST_HOURS = 720


class ResponseMode(StrEnum):
    """How far a response goes."""

    ACT = "act"
    """Do it, and tell how to undo it."""
    DRY_RUN = "dry-run"
    """Only tell what would be done, with the command that does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Keep a user, or one session name of a role, away from Amazon Bedrock for some hours.

    To put policies on roles and users is the power to change what they may do. So acting takes the
    names of those it may touch.

    Attributes:
        mode: Default: tell what would be done.
        hours: How long, 1 to 720. The policy ends by itself. Default: 12.
        within: Roles and users that it may touch, as ``role/NAME`` or ``user/NAME`` with their
            path; ``*`` stands for any text. Default: everybody, in a dry run.
    """

    mode: ResponseMode = ResponseMode.DRY_RUN
    hours: int = 12
    within: Sequence[str] = ()

    @property
    def acts(self) -> bool:
        """Whether policies are put."""
        return self.mode is ResponseMode.ACT

    @property
    def patterns(self) -> tuple[str, ...]:
        """Whom it may touch."""
        return tuple(self.within) or EVERYBODY

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        if not 1 <= self.hours <= _LONGEST_HOURS:
            yield f"quarantine hours is {self.hours}: choose 1 to {_LONGEST_HOURS}"
        for each in self.within:
            if not _OWNER.fullmatch(each):
                yield f"quarantine within has {each!r}: write role/NAME or user/NAME"
        if self.acts and not self.within:
            yield (
                "quarantine acts and within is empty: name the roles and users that it may put a "
                "policy on"
            )


class RestorableLogging(Protocol):
    """What is restored of invocation logging. ``InvocationLogging`` has it."""

    @property
    def desired_configuration(self) -> Mapping[str, object]:
        """``loggingConfig`` as the deployment put it."""

    @property
    def deploying_role(self) -> iam.IRole:
        """Who puts and deletes it in deployments."""

    @property
    def delivery_role(self) -> iam.IRole:
        """The role that Amazon Bedrock delivers with."""


class RestorableGuardrail(Protocol):
    """What is restored of the enforced guardrail. ``EnforcedGuardrail`` has it."""

    @property
    def desired_configuration(self) -> Mapping[str, object]:
        """``guardrailInferenceConfig`` as the deployment put it."""
