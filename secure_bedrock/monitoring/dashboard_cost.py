"""An estimate of cost from metrics of tokens and a table of prices."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from secure_bedrock.catalog.metrics import RUNTIME, RuntimeMetric
from secure_bedrock.catalog.price_table import MILLION, ModelPrice, PriceTable

_KINDS = {
    "input": RuntimeMetric.INPUT_TOKENS,
    "output": RuntimeMetric.OUTPUT_TOKENS,
    "cache_read": RuntimeMetric.CACHE_READ_TOKENS,
    "cache_write": RuntimeMetric.CACHE_WRITE_TOKENS,
}


class Cost(NamedTuple):
    """Metrics whose sum is an estimate of cost, and what the estimate leaves out."""

    metrics: list[list[Any]]
    note: str


def cost_of(models: Sequence[str], region: str, prices: PriceTable | None) -> Cost:
    """The estimate for these models; empty without prices."""
    if prices is None:
        return Cost([], "")
    metrics: list[list[Any]] = []
    terms, without = [], []
    for index, model in enumerate(models):
        price = prices.price_of(model, region)
        if price is None:
            without.append(model)
            continue
        added, parts = _of_model(index, model, price)
        metrics += added
        terms += parts
    note = f"Cost is estimated with the list prices of {prices.version}: no discounts, no batch."
    if without:
        note += f" Without a price, and left out: {', '.join(without)}."
    if not terms:
        return Cost([], note)
    total = {"expression": " + ".join(terms), "id": "cost", "label": "USD"}
    return Cost([[total], *metrics], note)


def _of_model(index: int, model: str, price: ModelPrice) -> tuple[list[list[Any]], list[str]]:
    metrics, terms = [], []
    for kind, metric in _KINDS.items():
        of_kind = getattr(price, kind)
        if of_kind is None:
            continue
        id = f"m{index}_{kind}"
        metrics.append([RUNTIME, metric.value, "ModelId", model, {"id": id, "visible": False}])
        terms.append(f"FILL({id}, 0) * {of_kind / MILLION:f}")
    return metrics, terms
