"""What the dashboard shows, from top to bottom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from secure_bedrock.catalog.guardrails import GuardrailMetric
from secure_bedrock.catalog.metrics import GUARDRAILS, RUNTIME, DeliveryMetric, RuntimeMetric
from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.monitoring.alarm_plans import account_query
from secure_bedrock.monitoring.dashboard_cost import Cost, cost_of
from secure_bedrock.monitoring.dashboard_widgets import (
    Row,
    Widget,
    alarm_states,
    expression,
    graph,
    number,
    ranking,
    text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a dashboard is about.

    Attributes:
        region: Region of the metrics.
        models: Ids as callers use them.
        alarms: ARNs of alarms.
        rankings: Title -> name of a Contributor Insights rule.
        prices: Prices for the estimate of cost.
    """

    region: str
    models: Sequence[str]
    alarms: Sequence[str]
    rankings: dict[str, str]
    prices: PriceTable | None


def rows(shown: Shown) -> Iterator[Row]:
    """The rows, from top to bottom."""
    cost = cost_of(shown.models, shown.region, shown.prices)
    yield (3, [(24, text(_heading(cost)))])
    if shown.alarms:
        yield (3, [(24, alarm_states("Alarms", shown.alarms))])
    yield (4, list(_numbers(shown, cost)))
    yield (
        6,
        [
            (12, _by_model(shown, "Invocations by model", RuntimeMetric.INVOCATIONS)),
            (12, _tokens(shown)),
        ],
    )
    yield (6, list(_speed_and_errors(shown)))
    yield (6, list(_guardrails(shown)))
    found = list(shown.rankings.items())
    for first in range(0, len(found), 2):
        pair = found[first : first + 2]
        width = 24 // len(pair)
        yield (6, [(width, ranking(title, rule, region=shown.region)) for title, rule in pair])
    yield (6, [(12, _delivery(shown)), (12, _quota(shown))])


def _heading(cost: Cost) -> str:
    scope = (
        "Calls through `bedrock-runtime` of this account and Region. Throttled calls count neither"
        " as invocations nor as errors. `bedrock-mantle` is not in here."
    )
    lines = ["# Amazon Bedrock", scope]
    if cost.note:
        lines.append(cost.note)
    return "\n".join(lines)


def _numbers(shown: Shown, cost: Cost) -> Iterator[tuple[int, Widget]]:
    of_all = [
        ("Invocations", [RuntimeMetric.INVOCATIONS]),
        ("Tokens in and out", [RuntimeMetric.INPUT_TOKENS, RuntimeMetric.OUTPUT_TOKENS]),
        ("Errors", [RuntimeMetric.CLIENT_ERRORS, RuntimeMetric.SERVER_ERRORS]),
        ("Throttled", [RuntimeMetric.THROTTLES]),
    ]
    cells = [
        number(
            title,
            [
                expression(account_query(metric), f"q{index}", label=metric.value)
                for index, metric in enumerate(metrics)
            ],
            region=shown.region,
        )
        for title, metrics in of_all
    ]
    if cost.metrics:
        cells.append(number("Estimated cost, USD", cost.metrics, region=shown.region))
    width = 24 // len(cells)
    widths = [width] * (len(cells) - 1) + [24 - width * (len(cells) - 1)]
    yield from zip(widths, cells, strict=True)


def _by_model(shown: Shown, title: str, metric: RuntimeMetric) -> Widget:
    query = f"{account_query(metric)} GROUP BY ModelId ORDER BY SUM() DESC LIMIT 10"
    return graph(title, [expression(query, "q1")], region=shown.region, stacked=True)


def _tokens(shown: Shown) -> Widget:
    kinds = (
        RuntimeMetric.INPUT_TOKENS,
        RuntimeMetric.OUTPUT_TOKENS,
        RuntimeMetric.CACHE_READ_TOKENS,
        RuntimeMetric.CACHE_WRITE_TOKENS,
    )
    metrics = [
        expression(account_query(kind), f"q{index}", label=kind.value)
        for index, kind in enumerate(kinds)
    ]
    return graph("Tokens", metrics, region=shown.region, stacked=True)


def _speed_and_errors(shown: Shown) -> Iterator[tuple[int, Widget]]:
    for title, metric in (
        ("Latency, one call in ten is slower", RuntimeMetric.LATENCY),
        ("Time to the first token, one in ten waits longer", RuntimeMetric.TIME_TO_FIRST_TOKEN),
    ):
        search = _search(RUNTIME, "ModelId", metric.value, "p90")
        found = [expression(search, "s1")]
        yield (8, graph(title, found, region=shown.region, stat="p90", unit="ms"))
    kinds = (RuntimeMetric.CLIENT_ERRORS, RuntimeMetric.SERVER_ERRORS, RuntimeMetric.THROTTLES)
    metrics = [
        expression(account_query(kind), f"q{index}", label=kind.value)
        for index, kind in enumerate(kinds)
    ]
    yield (8, graph("Errors and throttling", metrics, region=shown.region))


def _guardrails(shown: Shown) -> Iterator[tuple[int, Widget]]:
    intervened, units = GuardrailMetric.INVOCATIONS_INTERVENED, GuardrailMetric.TEXT_UNIT_COUNT
    of_version = "GuardrailArn,GuardrailVersion"
    for title, dimensions, metric in (
        ("Interventions by guardrail and version", of_version, intervened),
        ("Interventions by policy", "GuardrailPolicyType,Operation", intervened),
        ("Text units by guardrail and version", of_version, units),
    ):
        search = _search(GUARDRAILS, dimensions, metric.value, "Sum")
        yield (8, graph(title, [expression(search, "s1")], region=shown.region))


def _delivery(shown: Shown) -> Widget:
    metrics = [[RUNTIME, kind.value] for kind in DeliveryMetric]
    return graph("Delivery of invocation logs", metrics, region=shown.region)


def _quota(shown: Shown) -> Widget:
    metrics: list[list[Any]] = [
        [RUNTIME, RuntimeMetric.QUOTA_USAGE.value, "ModelId", model, {"period": 60}]
        for model in shown.models
    ]
    title = "Estimated use of quota, tokens a minute"
    return graph(title, metrics, region=shown.region)


def _search(namespace: str, dimensions: str, metric: str, stat: str) -> str:
    return f"SEARCH('{{{namespace},{dimensions}}} MetricName=\"{metric}\"', '{stat}', 300)"
