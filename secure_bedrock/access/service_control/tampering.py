"""What watches and limits the use of models stays as it is."""

from dataclasses import dataclass

from secure_bedrock.access.service_control.document import Statement, deny, except_roles, merged

_SETTINGS = (
    "bedrock:DeleteEnforcedGuardrailConfiguration",
    "bedrock:DeleteGuardrail",
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:DeleteResourcePolicy",
    "bedrock:PutEnforcedGuardrailConfiguration",
    "bedrock:PutModelInvocationLoggingConfiguration",
    "bedrock:PutResourcePolicy",
    "bedrock:UpdateGuardrail",
)
_KEYS = (
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
)
_OUR_KEYS = {"Null": {"aws:ResourceTag/secure-bedrock:purpose": "false"}}
_MODES = ("none", "default", "aws_review", "provider_data_share", "inherit")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTampering:
    """Invocation logging, guardrails, enforced configurations and their keys are changed by few.

    Keys are recognised by the tag that ``BedrockKmsKeys`` puts on them.

    Attributes:
        except_roles: Who may change them, as path and name: the deployment role, which is
            ``cdk-*-cfn-exec-role-*`` after ``cdk bootstrap``. At least one, or nothing could ever
            be deployed again.
    """

    except_roles: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.except_roles:
            raise ValueError("except_roles is empty: name the role that deploys")

    def statements(self, partition: str) -> list[Statement]:
        """Deny changes by anyone else."""
        spared = except_roles(self.except_roles, partition)
        return [
            deny("NoChangedSettings", _SETTINGS, conditions=spared),
            deny("NoChangedKeys", _KEYS, conditions=merged(_OUR_KEYS, spared)),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyDataRetention:
    """Nobody lets Amazon or a model provider keep more data than these modes do.

    Attributes:
        modes: Modes that may be set. Default: ``none``, nothing is kept.
    """

    modes: tuple[str, ...] = ("none",)

    def __post_init__(self) -> None:
        for mode in self.modes:
            if mode not in _MODES:
                raise ValueError(f"{mode!r} is no retention mode: use {', '.join(_MODES)}")

    def statements(self, partition: str) -> list[Statement]:  # noqa: ARG002 - no ARN in it
        """Deny other modes for accounts, and for projects that name one."""
        key = "bedrock-mantle:DataRetentionMode"
        other = {"StringNotEquals": {key: list(self.modes)}}
        return [
            deny(
                "OnlyDataRetention",
                ["bedrock:PutAccountDataRetention"],
                conditions={"StringNotEquals": {"bedrock:DataRetentionMode": list(self.modes)}},
            ),
            deny(
                "OnlyMantleDataRetention",
                ["bedrock-mantle:PutAccountDataRetention"],
                conditions=other,
            ),
            deny(
                "OnlyProjectDataRetention",
                ["bedrock-mantle:CreateProject", "bedrock-mantle:UpdateProject"],
                conditions=merged(other, {"Null": {key: "false"}}),
            ),
        ]
