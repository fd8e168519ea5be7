"""What AWS Config does not record, and how it is expected to be."""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import aws_iam as iam

_MODES = ("none", "default", "aws_review", "provider_data_share", "inherit")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSettings:
    """How settings of the account are meant to be; a function looks at them once a day.

    Attributes:
        invocation_logging: Invocations are logged with every kind of data. Default: yes.
        logged_text: Whether prompts and answers are among it. False means that they must not be.
            Default: yes.
        guarded_agents: Every agent has a numbered version of a guardrail. Default: yes.
        enforced_guardrail: The account enforces a guardrail. Default: not looked at.
        retention_mode: The data retention mode, for example ``RetentionMode.NONE``. Default: not
            looked at.
    """

    invocation_logging: bool = True
    logged_text: bool = True
    guarded_agents: bool = True
    enforced_guardrail: bool = False
    retention_mode: str | None = None

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        if self.retention_mode is not None and self.retention_mode not in _MODES:
            yield f"retention_mode is {self.retention_mode!r}: choose from {', '.join(_MODES)}"
        if not self.checks():
            yield "settings expects nothing: leave settings out, or expect something"

    def checks(self) -> list["SettingCheck"]:
        """The checks that are asked for."""
        wanted = {
            "invocation-logging": self.invocation_logging,
            "guarded-agents": self.guarded_agents,
            "enforced-guardrail": self.enforced_guardrail,
            "data-retention": self.retention_mode is not None,
        }
        inputs = {
            "invocation-logging": {"text": "true" if self.logged_text else "false"},
            "data-retention": {"mode": str(self.retention_mode)},
        }
        return [
            SettingCheck(
                name=name,
                description=_DESCRIPTIONS[name],
                actions=_ACTIONS[name],
                inputs={"check": name, **inputs.get(name, {})},
            )
            for name, asked_for in wanted.items()
            if asked_for
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingCheck:
    """One check of the function, and one rule of AWS Config.

    Attributes:
        name: Its name in the function.
        description: What is true where it is satisfied.
        actions: What the function calls for it. None of them takes a resource.
        inputs: Parameters of the rule.
    """

    name: str
    description: str
    actions: tuple[str, ...]
    inputs: dict[str, str]


def statements(checks: list[SettingCheck]) -> list[iam.PolicyStatement]:
    """Read what these checks read, and tell AWS Config."""
    actions = sorted({action for check in checks for action in check.actions})
    return [
        iam.PolicyStatement(sid="ReadSettings", actions=actions, resources=["*"]),
        iam.PolicyStatement(sid="Tell", actions=["config:PutEvaluations"], resources=["*"]),
    ]


_DESCRIPTIONS = {
    "invocation-logging": "Model invocations are logged as they are meant to be.",
    "guarded-agents": "Every agent has a numbered version of a guardrail.",
    "enforced-guardrail": "The account enforces a guardrail for every model and all content.",
    "data-retention": "The data retention mode is the one that was chosen.",
}
_ACTIONS = {
    "invocation-logging": ("bedrock:GetModelInvocationLoggingConfiguration",),
    "guarded-agents": ("bedrock:ListAgents",),
    "enforced-guardrail": ("bedrock:ListEnforcedGuardrailsConfiguration",),
    "data-retention": ("bedrock:GetAccountDataRetention", "bedrock-mantle:GetAccountDataRetention"),
}
