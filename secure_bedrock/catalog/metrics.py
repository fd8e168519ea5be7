"""CloudWatch metrics of Amazon Bedrock: which series exist, and how that is known.

An alarm on a series that nobody publishes never rings. A series is a namespace, a metric name and
the exact set of dimension names; ``find_series`` knows those listed here and no others.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from secure_bedrock.catalog.guardrails import METRIC_NAMESPACE, GuardrailMetric

RUNTIME = "AWS/Bedrock"
GUARDRAILS = METRIC_NAMESPACE
AGENTS = "AWS/Bedrock/Agents"
KNOWLEDGE_BASES = "AWS/Bedrock/KnowledgeBases"
MANTLE = "AWS/BedrockMantle"

_GUIDE = "Amazon Bedrock User Guide"


class Evidence(StrEnum):
    """How a series is known. Nothing here was seen in an account of this project."""

    DOCUMENTED = "documented"
    """AWS's documentation names the namespace, the metric and the dimensions."""

    OBSERVED = "observed"
    """Others published it from accounts of theirs; AWS's documentation leaves it open."""


class RuntimeMetric(StrEnum):
    """Metrics of model invocations, under the id that the caller passed."""

    INVOCATIONS = "Invocations"
    LATENCY = "InvocationLatency"
    CLIENT_ERRORS = "InvocationClientErrors"
    SERVER_ERRORS = "InvocationServerErrors"
    THROTTLES = "InvocationThrottles"
    INPUT_TOKENS = "InputTokenCount"
    OUTPUT_TOKENS = "OutputTokenCount"
    CACHE_READ_TOKENS = "CacheReadInputTokenCount"
    CACHE_WRITE_TOKENS = "CacheWriteInputTokenCount"
    QUOTA_USAGE = "EstimatedTPMQuotaUsage"
    TIME_TO_FIRST_TOKEN = "TimeToFirstToken"  # noqa: S105 - a token of text


class DeliveryMetric(StrEnum):
    """Whether invocation logs arrived, for the account and Region."""

    LOG_GROUP_SUCCESS = "ModelInvocationLogsCloudWatchDeliverySuccess"
    LOG_GROUP_FAILURE = "ModelInvocationLogsCloudWatchDeliveryFailure"
    BUCKET_SUCCESS = "ModelInvocationLogsS3DeliverySuccess"
    BUCKET_FAILURE = "ModelInvocationLogsS3DeliveryFailure"
    LARGE_DATA_SUCCESS = "ModelInvocationLargeDataS3DeliverySuccess"
    LARGE_DATA_FAILURE = "ModelInvocationLargeDataS3DeliveryFailure"


class AgentMetric(StrEnum):
    """Metrics of agents. The agent's role must be allowed to publish them."""

    INVOCATIONS = "InvocationCount"
    LATENCY = "TotalTime"
    CLIENT_ERRORS = "InvocationClientErrors"
    SERVER_ERRORS = "InvocationServerErrors"
    THROTTLES = "InvocationThrottles"


class KnowledgeBaseMetric(StrEnum):
    """Metrics of managed knowledge bases. The knowledge base's role must be allowed to publish."""

    INVOCATIONS = "Invocations"
    CLIENT_ERRORS = "ClientErrors"
    SERVER_ERRORS = "ServerErrors"
    THROTTLES = "Throttles"


class MantleMetric(StrEnum):
    """Metrics of the bedrock-mantle endpoint."""

    INFERENCES = "Inferences"
    CLIENT_ERRORS = "InferenceClientErrors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Metrics of one namespace that are published with one set of dimensions.

    Attributes:
        namespace: The namespace.
        names: The metrics.
        dimensions: Names of the dimensions, all of which a series has.
        evidence: How it is known.
        source: Page of the documentation, or who saw it.
    """

    namespace: str
    names: frozenset[str]
    dimensions: frozenset[str]
    evidence: Evidence
    source: str


def _series(
    namespace: str, names: Iterable[str], dimensions: str, evidence: Evidence, source: str
) -> Series:
    return Series(
        namespace=namespace,
        names=frozenset(map(str, names)),
        dimensions=frozenset(dimensions.split()),
        evidence=evidence,
        source=source,
    )


_RUNTIME_PAGE = f"{_GUIDE}, Monitor bedrock-runtime inference using CloudWatch metrics"
_GUARDRAIL_PAGE = f"{_GUIDE}, Monitor Amazon Bedrock Guardrails using CloudWatch metrics"
_AGENT_PAGE = f"{_GUIDE}, Monitor Amazon Bedrock Agents using CloudWatch Metrics"
_KNOWLEDGE_BASE_PAGE = f"{_GUIDE}, Observability for managed knowledge bases"
_MANTLE_PAGE = f"{_GUIDE}, Monitor bedrock-mantle inference using CloudWatch metrics"
_ACCOUNT_WIDE = "The console's group Across all model IDs; used by public samples"
_POLICY_TYPE = (
    f"{_GUARDRAIL_PAGE}, names the dimension GuardrailPolicyType; seen with Operation beside it"
)
_OF_POLICY_TYPES = (GuardrailMetric.INVOCATIONS_INTERVENED, GuardrailMetric.TEXT_UNIT_COUNT)
_WITHOUT_MODEL = frozenset(RuntimeMetric) - {
    RuntimeMetric.QUOTA_USAGE,
    RuntimeMetric.TIME_TO_FIRST_TOKEN,
}

SERIES = (
    _series(RUNTIME, RuntimeMetric, "ModelId", Evidence.DOCUMENTED, _RUNTIME_PAGE),
    _series(RUNTIME, _WITHOUT_MODEL, "", Evidence.OBSERVED, _ACCOUNT_WIDE),
    _series(RUNTIME, DeliveryMetric, "", Evidence.DOCUMENTED, _RUNTIME_PAGE),
    _series(
        GUARDRAILS,
        GuardrailMetric,
        "GuardrailArn GuardrailVersion",
        Evidence.DOCUMENTED,
        _GUARDRAIL_PAGE,
    ),
    _series(GUARDRAILS, GuardrailMetric, "Operation", Evidence.DOCUMENTED, _GUARDRAIL_PAGE),
    _series(
        GUARDRAILS,
        _OF_POLICY_TYPES,
        "GuardrailPolicyType Operation",
        Evidence.OBSERVED,
        _POLICY_TYPE,
    ),
    _series(AGENTS, AgentMetric, "Operation", Evidence.DOCUMENTED, _AGENT_PAGE),
    _series(
        AGENTS,
        AgentMetric,
        "Operation AgentAliasArn ModelId",
        Evidence.DOCUMENTED,
        _AGENT_PAGE,
    ),
    _series(
        KNOWLEDGE_BASES,
        KnowledgeBaseMetric,
        "KnowledgeBaseId Operation",
        Evidence.DOCUMENTED,
        _KNOWLEDGE_BASE_PAGE,
    ),
    _series(MANTLE, MantleMetric, "", Evidence.DOCUMENTED, _MANTLE_PAGE),
)
"""Every series that constructs of this library name.

The documentation puts the metrics of log delivery under "Across all model IDs" and lists no
dimension name for it: they have none.
"""


def find_series(namespace: str, name: str, dimensions: Collection[str]) -> Series | None:
    """The series with exactly these dimension names; None if none is known."""
    wanted = frozenset(dimensions)
    for series in SERIES:
        if series.namespace == namespace and name in series.names and series.dimensions == wanted:
            return series
    return None
