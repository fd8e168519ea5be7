"""Alarms on one model: what is unusual, slow or near its quota, and calls nobody recorded."""

from collections.abc import Iterator, Sequence

from aws_cdk import Duration, Token
from aws_cdk import aws_cloudwatch as cloudwatch

from secure_bedrock.catalog.metrics import RUNTIME, DeliveryMetric, RuntimeMetric
from secure_bedrock.monitoring.alarm_groups import AlarmGroup
from secure_bedrock.monitoring.alarm_plans import FIVE_MINUTES, AlarmPlan
from secure_bedrock.monitoring.alarm_settings import AlarmThresholds, MonitoredModel

_MINUTE, _QUARTER = Duration.minutes(1), Duration.minutes(15)
_SLOW = Duration.minutes(1)
_MODELS_PER_ALARM = 9  # an alarm takes ten metrics; one is the delivery
_BANDS = (
    ("Invocations", RuntimeMetric.INVOCATIONS, "invoked unusually often"),
    ("InputTokens", RuntimeMetric.INPUT_TOKENS, "sent unusually much"),
    ("OutputTokens", RuntimeMetric.OUTPUT_TOKENS, "made to answer unusually much"),
)


def model_metric(
    metric: RuntimeMetric, model_id: str, *, statistic: str = "Sum", period: Duration = FIVE_MINUTES
) -> cloudwatch.Metric:
    """A metric of one model, under the id that callers pass."""
    return cloudwatch.Metric(
        namespace=RUNTIME,
        metric_name=metric.value,
        dimensions_map={"ModelId": model_id},
        statistic=statistic,
        period=period,
    )


def model_plans(
    name: str, monitored: MonitoredModel, thresholds: AlarmThresholds
) -> Iterator[AlarmPlan]:
    """The alarms on one model; ``name`` tells it from the others in construct ids."""
    model = monitored.model_id
    shown = "The model" if Token.is_unresolved(model) else model
    for id, metric, says in _BANDS:
        yield AlarmPlan(
            id=f"{name}-{id}",
            group=AlarmGroup.UNUSUAL_USE,
            says=f"{shown} is {says}",
            metric=model_metric(metric, model),
            threshold=thresholds.band,
            periods=3,
            breaching=2,
            band=True,
        )
    slow = monitored.slow_after or _SLOW
    yield AlarmPlan(
        id=f"{name}-Latency",
        group=AlarmGroup.LATENCY,
        says=f"{shown} is slow: one call in ten takes over {slow.to_seconds():.0f} s",
        metric=model_metric(RuntimeMetric.LATENCY, model, statistic="p90"),
        threshold=slow.to_milliseconds(),
        periods=3,
    )
    yield from _token_plans(name, shown, monitored, thresholds)


def _token_plans(
    name: str, shown: str, monitored: MonitoredModel, thresholds: AlarmThresholds
) -> Iterator[AlarmPlan]:
    quota = monitored.quota_tokens_per_minute
    if quota is not None:
        yield AlarmPlan(
            id=f"{name}-Quota",
            group=AlarmGroup.QUOTA,
            says=f"{shown} is near its quota of {quota} tokens a minute",
            metric=model_metric(RuntimeMetric.QUOTA_USAGE, monitored.model_id, period=_MINUTE),
            threshold=quota * thresholds.quota_percent / 100,
            periods=5,
            breaching=3,
        )
    if monitored.tokens_per_minute is not None:
        used = {
            "sent": model_metric(RuntimeMetric.INPUT_TOKENS, monitored.model_id, period=_MINUTE),
            "made": model_metric(RuntimeMetric.OUTPUT_TOKENS, monitored.model_id, period=_MINUTE),
        }
        yield AlarmPlan(
            id=f"{name}-TokenRate",
            group=AlarmGroup.UNUSUAL_USE,
            says=f"{shown} handles over {monitored.tokens_per_minute} tokens a minute",
            metric=cloudwatch.MathExpression(
                expression="FILL(sent, 0) + FILL(made, 0)",
                label="Tokens a minute",
                using_metrics=used,
                period=_MINUTE,
            ),
            threshold=monitored.tokens_per_minute,
            periods=5,
        )


def unrecorded_plans(models: Sequence[MonitoredModel]) -> Iterator[AlarmPlan]:
    """Alarms on invocations while not one record reached the log group."""
    for first in range(0, len(models), _MODELS_PER_ALARM):
        part = models[first : first + _MODELS_PER_ALARM]
        called = {
            f"called{index}": model_metric(
                RuntimeMetric.INVOCATIONS, each.model_id, period=_QUARTER
            )
            for index, each in enumerate(part)
        }
        recorded = cloudwatch.Metric(
            namespace=RUNTIME,
            metric_name=DeliveryMetric.LOG_GROUP_SUCCESS.value,
            statistic="Sum",
            period=_QUARTER,
        )
        calls = " + ".join(f"FILL({name}, 0)" for name in called)
        yield AlarmPlan(
            id=f"Unrecorded{first // _MODELS_PER_ALARM or ''}",
            group=AlarmGroup.DELIVERY,
            says="Models are invoked, and not one record reaches the log group",
            metric=cloudwatch.MathExpression(
                expression=f"IF(FILL(recorded, 0) == 0, {calls}, 0)",
                label="Unrecorded invocations",
                using_metrics={**called, "recorded": recorded},
                period=_QUARTER,
            ),
            threshold=1,
            periods=2,
        )
