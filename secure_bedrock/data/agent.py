"""An agent with its guardrail, key and role, behind an alias."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from secure_bedrock.catalog.models import Model
from secure_bedrock.data.agent_actions import ActionGroup, SearchedKnowledgeBase
from secure_bedrock.data.content import content_mark, resource_name
from secure_bedrock.data.service_role import PinnedGuardrail, ServiceRole, model_name
from secure_bedrock.encryption.tokens import unresolved

_SHORTEST, _LONGEST = 60, 5400
_INSTRUCTION = 40
_MEMORY = (1, 365)
_CONTEXT = "aws:bedrock:arn"
_ALIAS = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSession:
    """How long a conversation goes on, and what stays of it.

    Attributes:
        idle_timeout: 60 to 5,400 seconds without a word end it. Default: 10 minutes.
        memory_days: For how many days summaries of conversations are kept, 1 to 365. Default: none
            are kept.
    """

    idle_timeout: Duration | None = None
    memory_days: int | None = None

    def __post_init__(self) -> None:
        seconds = self.seconds
        if not unresolved(float(seconds)) and not _SHORTEST <= seconds <= _LONGEST:
            raise ValueError(
                f"idle_timeout is {seconds} seconds: choose {_SHORTEST} to {_LONGEST:,} seconds"
            )
        days = self.memory_days
        if days is not None and not _MEMORY[0] <= days <= _MEMORY[1]:
            raise ValueError(f"memory_days is {days}: choose 1 to {_MEMORY[1]} days, or None")

    @property
    def seconds(self) -> int:
        """Seconds without a word after which the conversation ends."""
        timeout = self.idle_timeout or Duration.minutes(10)
        return int(timeout.to_seconds())


class SecureAgent(Construct):
    """An agent that answers through a guardrail and does nothing its user did not confirm.

    It protects against agents that do too much: the guardrail is attached in a published version,
    each function is confirmed by the user unless the code says otherwise, the role may invoke one
    model and search the named knowledge bases, and a Lambda function trusts this agent alone.
    Callers use an alias, which gets a new version if and only if the agent changed.

    Args:
        scope: Parent construct.
        id: Construct id.
        instruction: What the agent is for: at least 40 characters.
        model: The model behind it.
        guardrail: Looks at what users write and at what they get.
        encryption_key: Encrypts the agent, its sessions and its memory.
        action_groups: What it can do. Default: nothing but talk.
        knowledge_bases: What it can search. Default: nothing.
        session: Default: ends after 10 idle minutes, nothing is remembered.
        name: 1 to 100 letters, digits, ``-`` and ``_``. Default: made from the construct's path.
        removal_policy: What happens to the agent when it leaves the stack. Default: it stays,
            except when the very deployment that made it fails.

    Attributes:
        agent_id: The agent.
        agent_arn: The agent.
        alias_arn: What callers invoke; give it to ``ApplicationAccess`` as ``AgentAlias``.
        role: What the agent may do.

    Raises:
        ValueError: The instruction is too short, a name is not of the form AWS uses or used twice.

    Sources: Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Agents", "Deploy
    an agent" (an alias that is updated without routing gets a new version), "Encryption of agent
    resources".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        instruction: str,
        model: Model,
        guardrail: PinnedGuardrail,
        encryption_key: kms.IKey,
        action_groups: Sequence[ActionGroup] = (),
        knowledge_bases: Sequence[SearchedKnowledgeBase] = (),
        session: AgentSession | None = None,
        name: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ) -> None:
        super().__init__(scope, id)
        self._check(instruction, action_groups)
        limits = session or AgentSession()
        service_role = self._service_role(model, guardrail, encryption_key, knowledge_bases)
        self.role = service_role.role
        self._model = model_name(model)
        agent_name = resource_name(self, name)
        agent = bedrock.CfnAgent(
            self,
            "Resource",
            agent_name=agent_name,
            agent_resource_role_arn=self.role.role_arn,
            auto_prepare=True,
            instruction=instruction,
            foundation_model=self._model,
            customer_encryption_key_arn=encryption_key.key_arn,
            idle_session_ttl_in_seconds=limits.seconds,
            guardrail_configuration=bedrock.CfnAgent.GuardrailConfigurationProperty(
                guardrail_identifier=guardrail.guardrail_arn,
                guardrail_version=guardrail.guardrail_version,
            ),
            action_groups=[each.render() for each in action_groups] or None,
            knowledge_bases=[each.render() for each in knowledge_bases] or None,
            memory_configuration=_memory(limits.memory_days),
        )
        agent.apply_removal_policy(removal_policy)
        self.agent_id, self.agent_arn = agent.attr_agent_id, agent.attr_agent_arn
        self._let_in(action_groups)
        self.alias_arn = self._alias(agent, service_role, removal_policy)

    def metric(self, name: str, *, period: Duration | None = None) -> cloudwatch.Metric:
        """A metric of the alias, for example ``InvocationCount`` or ``InvocationThrottles``."""
        return cloudwatch.Metric(
            namespace="AWS/Bedrock/Agents",
            metric_name=name,
            dimensions_map={
                "Operation": "InvokeAgent",
                "AgentAliasArn": self.alias_arn,
                "ModelId": self._model,
            },
            statistic="Sum",
            period=period or Duration.minutes(5),
        )

    def _check(self, instruction: str, action_groups: Sequence[ActionGroup]) -> None:
        path = self.node.path
        if not unresolved(instruction) and len(instruction) < _INSTRUCTION:
            raise ValueError(
                f"{path}: instruction has {len(instruction)} characters: write at least "
                f"{_INSTRUCTION} about what the agent is for"
            )
        names = [each.name for each in action_groups]
        twice = {each for each in names if names.count(each) > 1}
        if twice:
            raise ValueError(f"{path}: action group {min(twice)!r} is there twice: rename one")

    def _service_role(
        self,
        model: Model,
        guardrail: PinnedGuardrail,
        key: kms.IKey,
        knowledge_bases: Sequence[SearchedKnowledgeBase],
    ) -> ServiceRole:
        service_role = ServiceRole(self, "ServiceRole", resource="agent")
        service_role.allow_model(model)
        service_role.allow_key(key, _CONTEXT)
        guardrail.grant_apply(service_role.permissions)
        searched = [each.knowledge_base.knowledge_base_ref for each in knowledge_bases]
        if searched:
            service_role.allow(["bedrock:Retrieve"], [each.knowledge_base_arn for each in searched])
        service_role.allow(
            ["cloudwatch:PutMetricData"],
            ["*"],  # the action takes no other resource
            {"StringEquals": {"cloudwatch:namespace": "AWS/Bedrock/Agents"}},
        )
        return service_role

    def _let_in(self, action_groups: Sequence[ActionGroup]) -> None:
        """Let this agent, and no other, invoke the functions for Amazon Bedrock."""
        for group in action_groups:
            if group.executor is None:
                continue
            lambda_.CfnPermission(
                self,
                f"Invoke-{group.name}",
                action="lambda:InvokeFunction",
                function_name=group.executor.function_ref.function_arn,
                principal="bedrock.amazonaws.com",
                source_account=Stack.of(self).account,
                source_arn=self.agent_arn,
            )

    def _alias(
        self, agent: bedrock.CfnAgent, service_role: ServiceRole, removal_policy: RemovalPolicy
    ) -> str:
        """The alias; a change of its description gives it a new version of the agent."""
        content = [
            agent.instruction,
            agent.foundation_model,
            agent.agent_resource_role_arn,
            agent.customer_encryption_key_arn,
            agent.idle_session_ttl_in_seconds,
            agent.guardrail_configuration,
            agent.action_groups,
            agent.knowledge_bases,
            agent.memory_configuration,
        ]
        alias = bedrock.CfnAgentAlias(
            self,
            "Alias",
            agent_id=self.agent_id,
            agent_alias_name=_ALIAS,
            description=content_mark(self, content),
        )
        alias.apply_removal_policy(removal_policy)
        alias.node.add_dependency(service_role)
        return alias.attr_agent_alias_arn


def _memory(days: int | None) -> bedrock.CfnAgent.MemoryConfigurationProperty | None:
    if days is None:
        return None
    return bedrock.CfnAgent.MemoryConfigurationProperty(
        enabled_memory_types=["SESSION_SUMMARY"], storage_days=days
    )
