"""What AWS CloudTrail can record of Amazon Bedrock besides management events.

Sources: AWS CloudTrail User Guide, "Logging data events" (table of resource types) and "Logging
network activity events", both as of October 2026. ``InvokeModel`` and ``Converse`` are not here:
they are management events that only read.
"""

from collections.abc import Collection
from enum import StrEnum

_BEDROCK = "AWS::Bedrock::"
_AGENTCORE = "AWS::BedrockAgentCore::"


class DataEventGroup(StrEnum):
    """Resource types whose data events are worth the same decision."""

    AGENTS = "agents"
    """Invocations of agents, inline agents, their sessions and tools."""

    AGENTCORE = "agentcore"
    """Everything that runs in Amazon Bedrock AgentCore."""

    DATA_AUTOMATION = "data automation"
    """Bedrock Data Automation projects, profiles, blueprints and invocations."""

    FLOWS_AND_PROMPTS = "flows and prompts"
    """Invocations of flows, and prompts that are rendered or optimized."""

    GUARDRAILS = "guardrails"
    """Every evaluation by a guardrail, also as part of a model call, with its assessments."""

    KNOWLEDGE_BASES = "knowledge bases"
    """Retrieve, RetrieveAndGenerate and what else reads a knowledge base."""

    MANTLE = "mantle"
    """Inference through the bedrock-mantle endpoint, which invocation logging does not record."""

    MODELS = "models"
    """Asynchronous and bidirectional invocations of models."""

    WEB_SEARCH = "web search"
    """Searches and fetches that leave for the web."""


_BEDROCK_TYPES = {
    DataEventGroup.AGENTS: ("AgentAlias", "InlineAgent", "Session", "Tool"),
    DataEventGroup.DATA_AUTOMATION: (
        "Blueprint",
        "DataAutomationInvocation",
        "DataAutomationProfile",
        "DataAutomationProject",
    ),
    DataEventGroup.FLOWS_AND_PROMPTS: (
        "AdvancedOptimizePromptJob",
        "FlowAlias",
        "FlowExecution",
        "PromptVersion",
    ),
    DataEventGroup.GUARDRAILS: (
        "AutomatedReasoningPolicy",
        "AutomatedReasoningPolicyVersion",
        "Guardrail",
    ),
    DataEventGroup.KNOWLEDGE_BASES: ("KnowledgeBase",),
    DataEventGroup.MODELS: ("AsyncInvoke", "Model"),
}
_AGENTCORE_TYPES = (
    "ABTest",
    "APIKeyCredentialProvider",
    "BatchEvaluate",
    "Browser",
    "BrowserCustom",
    "BrowserProfile",
    "CapacityProvider",
    "CodeInterpreter",
    "CodeInterpreterCustom",
    "Evaluator",
    "Gateway",
    "Memory",
    "OAuth2CredentialProvider",
    "Payments",
    "Policy",
    "PolicyEngine",
    "Recommendation",
    "Registry",
    "Runtime",
    "RuntimeEndpoint",
    "TokenVault",
    "WorkloadIdentity",
    "WorkloadIdentityDirectory",
)

DATA_EVENT_TYPES: dict[DataEventGroup, tuple[str, ...]] = {
    **{group: tuple(_BEDROCK + name for name in names) for group, names in _BEDROCK_TYPES.items()},
    DataEventGroup.AGENTCORE: tuple(_AGENTCORE + name for name in _AGENTCORE_TYPES),
    DataEventGroup.MANTLE: ("AWS::BedrockMantle::Project",),
    DataEventGroup.WEB_SEARCH: ("AWS::BedrockWebSearch::Tool",),
}
"""Values of ``resources.type`` in an advanced event selector, all that AWS documents.

The Bedrock page of the documentation says ``AWS::Bedrock::Prompt`` where the table of CloudTrail
says ``PromptVersion``: CloudTrail takes the latter.
"""

NETWORK_ACTIVITY_SOURCES = ("bedrock-agentcore.amazonaws.com", "bedrock.amazonaws.com")
"""Event sources whose calls through VPC endpoints CloudTrail can record as network activity."""

ENDPOINT_DENIED = "VpceAccessDenied"
"""The error of a call that an endpoint policy refused: the only one a selector can name."""


def data_event_types(groups: Collection[DataEventGroup]) -> tuple[str, ...]:
    """The resource types of some groups, in a fixed order."""
    return tuple(
        sorted({kind for group in groups for kind in DATA_EVENT_TYPES[DataEventGroup(group)]})
    )
