"""Which alarms there are: metric, threshold and what missing data means, before CDK resources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from secure_bedrock.catalog.metrics import (
    AGENTS,
    KNOWLEDGE_BASES,
    MANTLE,
    RUNTIME,
    AgentMetric,
    KnowledgeBaseMetric,
    MantleMetric,
    RuntimeMetric,
)
from secure_bedrock.monitoring.alarm_groups import AlarmGroup
from secure_bedrock.monitoring.alarm_settings import (
    AlarmThresholds,
    MonitoredModel,
    MonitoredResources,
)

FIVE_MINUTES = Duration.minutes(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPlan:
    """One alarm.

    Attributes:
        id: Construct id, unique among the alarms.
        group: What it belongs to.
        says: What happened, without a full stop.
        metric: What is watched.
        threshold: From which value on; for a band its width in standard deviations.
        periods: How many periods are looked at.
        breaching: How many of them have to reach the threshold. Default: all.
        band: Whether the threshold is a band around what is usual, left upwards.

    Missing data never raises an alarm: Amazon Bedrock publishes nothing while nobody calls, and
    counts of errors only when there are some.
    """

    id: str
    group: AlarmGroup
    says: str
    metric: cloudwatch.IMetric
    threshold: float
    periods: int = 1
    breaching: int | None = None
    band: bool = False


def account_plans(
    models: Sequence[MonitoredModel], thresholds: AlarmThresholds
) -> Iterator[AlarmPlan]:
    """Alarms over every model of the account and Region, also those that nobody named."""
    yield from _trouble_plans(thresholds)
    if thresholds.other_models is not None:
        yield AlarmPlan(
            id="OtherModels",
            group=AlarmGroup.UNUSUAL_USE,
            says="Somebody invokes a model that is not among the monitored ones",
            metric=over_all_models(
                RuntimeMetric.INVOCATIONS, without=[each.model_id for each in models]
            ),
            threshold=thresholds.other_models,
        )
    if thresholds.mantle_inferences is not None:
        yield AlarmPlan(
            id="Mantle",
            group=AlarmGroup.UNUSUAL_USE,
            says="Somebody uses bedrock-mantle, which no invocation log records",
            metric=cloudwatch.Metric(
                namespace=MANTLE,
                metric_name=MantleMetric.INFERENCES.value,
                statistic="Sum",
                period=FIVE_MINUTES,
            ),
            threshold=thresholds.mantle_inferences,
        )


def _trouble_plans(thresholds: AlarmThresholds) -> Iterator[AlarmPlan]:
    """Calls that fail, are refused or throttled."""
    for id, group, metric, number, says in (
        (
            "ServerErrors",
            AlarmGroup.ERRORS,
            RuntimeMetric.SERVER_ERRORS,
            thresholds.server_errors,
            "Invocations fail on the side of Amazon Bedrock",
        ),
        (
            "ClientErrors",
            AlarmGroup.ERRORS,
            RuntimeMetric.CLIENT_ERRORS,
            thresholds.client_errors,
            "Amazon Bedrock refuses many invocations",
        ),
        (
            "Throttles",
            AlarmGroup.THROTTLING,
            RuntimeMetric.THROTTLES,
            thresholds.throttles,
            "Amazon Bedrock throttles invocations",
        ),
    ):
        yield AlarmPlan(
            id=id, group=group, says=says, metric=over_all_models(metric), threshold=number
        )


def resource_plans(
    resources: MonitoredResources, thresholds: AlarmThresholds
) -> Iterator[AlarmPlan]:
    """Alarms on knowledge bases and agents."""
    for knowledge_base in resources.knowledge_bases:
        dimensions = {
            "KnowledgeBaseId": f"knowledge-base/{knowledge_base}",
            "Operation": "Retrieve",
        }
        names = (
            KnowledgeBaseMetric.CLIENT_ERRORS,
            KnowledgeBaseMetric.SERVER_ERRORS,
            KnowledgeBaseMetric.THROTTLES,
        )
        yield AlarmPlan(
            id=f"Retrieval-{knowledge_base}",
            group=AlarmGroup.KNOWLEDGE_BASES,
            says=f"Retrievals from the knowledge base {knowledge_base} fail",
            metric=total(KNOWLEDGE_BASES, names, dimensions),
            threshold=thresholds.retrieval_errors,
        )
    for operation in resources.agents:
        yield AlarmPlan(
            id=f"Agents-{operation.value}",
            group=AlarmGroup.AGENTS,
            says=f"Calls of {operation.value} fail",
            metric=total(
                AGENTS,
                (AgentMetric.CLIENT_ERRORS, AgentMetric.SERVER_ERRORS, AgentMetric.THROTTLES),
                {"Operation": operation.value},
            ),
            threshold=thresholds.agent_errors,
        )


def over_all_models(
    metric: RuntimeMetric, *, without: Sequence[str] = ()
) -> cloudwatch.MathExpression:
    """A metric summed over every value of ``ModelId``, by a query over exactly that dimension.

    An alarm cannot follow a search, and the series without dimensions is not documented.
    """
    others = " AND ".join(f"ModelId != '{model}'" for model in without)
    return cloudwatch.MathExpression(
        expression=account_query(metric) + (f" WHERE {others}" if others else ""),
        label=metric.value,
        period=FIVE_MINUTES,
    )


def account_query(metric: RuntimeMetric) -> str:
    """The query that adds up a metric over every value of ``ModelId``."""
    # The linter takes it for SQL: it is a query over metrics whose names this library knows.
    return f'SELECT SUM({metric.value}) FROM SCHEMA("{RUNTIME}", ModelId)'  # noqa: S608


def total(
    namespace: str, names: Sequence[str], dimensions: dict[str, str]
) -> cloudwatch.MathExpression:
    """The sum of some metrics; one that was not published counts as nothing."""
    used = {
        f"m{index}": cloudwatch.Metric(
            namespace=namespace,
            metric_name=str(name),
            dimensions_map=dimensions,
            statistic="Sum",
            period=FIVE_MINUTES,
        )
        for index, name in enumerate(names)
    }
    return cloudwatch.MathExpression(
        expression=" + ".join(f"FILL({name}, 0)" for name in used),
        label="Failed",
        using_metrics=used,
        period=FIVE_MINUTES,
    )
