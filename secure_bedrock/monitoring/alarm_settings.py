"""What a user says about alarms, as values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns

from secure_bedrock.catalog.models import FoundationModel, InferenceProfile, Model
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.monitoring.guardrail_watch import WatchedGuardrail


class AgentOperation(StrEnum):
    """An operation that agents publish metrics of."""

    INVOKE_AGENT = "InvokeAgent"
    INVOKE_INLINE_AGENT = "InvokeInlineAgent"


class RecordedInvocations(Protocol):
    """What the alarms need of invocation logging. ``InvocationLogging`` has it."""

    @property
    def alarms(self) -> list[cloudwatch.Alarm]:
        """The alarms on failed delivery."""

    def notify(self, topic: sns.ITopic) -> None:
        """Tell a topic of failed deliveries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoredModel:
    """A model whose use is watched for what is unusual.

    Attributes:
        model: The model as callers name it, because CloudWatch keeps its metrics under exactly
            that: an inference profile is another one than its foundation model. A text is taken as
            it is.
        quota_tokens_per_minute: Its quota of tokens per minute, from Service Quotas. Default: not
            watched.
        tokens_per_minute: More input and output tokens than that in a minute, for five minutes,
            raise an alarm. Default: not watched.
        slow_after: An alarm is raised if one call in ten takes longer, for 15 minutes. Default: one
            minute.
    """

    model: Model | str
    quota_tokens_per_minute: int | None = None
    tokens_per_minute: int | None = None
    slow_after: Duration | None = None

    @property
    def model_id(self) -> str:
        """The value of the dimension ``ModelId``."""
        match self.model:
            case str():
                return self.model
            case FoundationModel():
                return self.model.model_id
            case InferenceProfile():
                return self.model.profile_id
            case _:
                return self.model.arn

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        for name in ("quota_tokens_per_minute", "tokens_per_minute"):
            number: int | None = getattr(self, name)
            if number is not None and not unresolved(number) and number < 1:
                yield f"{name} of {self.model_id} is {number}: use 1 or more, or None"
        if not self.model_id:
            yield "model is an empty text: give the id that callers use"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmThresholds:
    """From which number on an alarm is raised, in five minutes unless said otherwise.

    Attributes:
        client_errors: Calls that Amazon Bedrock refused. Default: 50.
        server_errors: Calls that failed on its side. Default: 5.
        throttles: Throttled calls. Default: 20.
        interventions: Interventions of one guardrail version. Default: 20.
        retrieval_errors: Failed or throttled retrievals of one knowledge base. Default: 5.
        agent_errors: Failed or throttled invocations of agents. Default: 5.
        other_models: Invocations of models that are not among the monitored ones. None where others
            share the account and choose their models. Default: 1.
        mantle_inferences: Inferences through bedrock-mantle, which no invocation log records. None
            if that is how the account works. Default: 1.
        band: Width of the band of what is usual, in standard deviations, 2 to 10. Default: 3.
        quota_percent: Percentage of a model's quota, 1 to 100. Default: 80.
    """

    client_errors: int = 50
    server_errors: int = 5
    throttles: int = 20
    interventions: int = 20
    retrieval_errors: int = 5
    agent_errors: int = 5
    other_models: int | None = 1
    mantle_inferences: int | None = 1
    band: float = 3
    quota_percent: int = 80

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        for name in _COUNTS:
            number: int | None = getattr(self, name)
            if number is not None and not unresolved(number) and number < 1:
                yield f"thresholds.{name} is {number}: use 1 or more"
        for name, lowest, highest in (("band", 2, 10), ("quota_percent", 1, 100)):
            value: float = getattr(self, name)
            if not unresolved(value) and not lowest <= value <= highest:
                yield f"thresholds.{name} is {value}: choose {lowest} to {highest}"


_COUNTS = (
    "client_errors",
    "server_errors",
    "throttles",
    "interventions",
    "retrieval_errors",
    "agent_errors",
    "other_models",
    "mantle_inferences",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoredResources:
    """What there is besides models.

    Attributes:
        logging: The invocation logging: its alarms tell a topic too, and calls that it did not
            record raise one. Leave its own ``alarm_topic`` out.
        guardrails: Name -> guardrail; the version it publishes is watched.
        knowledge_bases: Ids of *managed* knowledge bases, the only kind with metrics. The role of
            each must be allowed ``cloudwatch:PutMetricData`` for ``AWS/Bedrock/KnowledgeBases``.
        agents: Operations of agents. The roles of the agents must be allowed
            ``cloudwatch:PutMetricData`` for ``AWS/Bedrock/Agents``.
    """

    logging: RecordedInvocations | None = None
    guardrails: Mapping[str, WatchedGuardrail] = field(default_factory=dict)
    knowledge_bases: Sequence[str] = ()
    agents: Sequence[AgentOperation] = ()

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        for name in ("knowledge_bases", "agents"):
            listed: Sequence[str] = getattr(self, name)
            if len(set(listed)) != len(listed):
                yield f"resources.{name} has an entry twice: {', '.join(listed)}"
        for operation in self.agents:
            if operation not in set(AgentOperation):
                yield f"resources.agents has {operation!r}: choose members of AgentOperation"
