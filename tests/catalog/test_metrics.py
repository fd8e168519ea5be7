import pytest

from secure_bedrock.catalog.guardrails import GuardrailMetric
from secure_bedrock.catalog.metrics import (
    GUARDRAILS,
    RUNTIME,
    SERIES,
    DeliveryMetric,
    Evidence,
    RuntimeMetric,
    find_series,
)
from secure_bedrock.invocation_logging.delivery_alarms import Delivery, delivery_metric


def test_a_series_is_found_by_its_exact_dimensions():
    assert find_series(RUNTIME, "Invocations", ["ModelId"]).evidence is Evidence.DOCUMENTED
    assert find_series(RUNTIME, "Invocations", ["ModelId", "Region"]) is None


def test_a_metric_of_another_namespace_is_unknown():
    assert find_series(RUNTIME, GuardrailMetric.INVOCATIONS_INTERVENED, []) is None
    assert find_series(GUARDRAILS, RuntimeMetric.INPUT_TOKENS, ["Operation"]) is None


def test_the_quota_has_no_account_wide_series():
    assert find_series(RUNTIME, RuntimeMetric.QUOTA_USAGE, []) is None


@pytest.mark.parametrize("delivery", Delivery)
@pytest.mark.parametrize("outcome", ["Success", "Failure"])
def test_the_metrics_of_invocation_logging_are_known(delivery, outcome):
    metric = delivery_metric(delivery, outcome)
    assert metric.metric_name in set(DeliveryMetric)
    assert find_series(metric.namespace, metric.metric_name, metric.dimensions or [])


def test_no_series_is_listed_twice():
    seen = [(s.namespace, name, s.dimensions) for s in SERIES for name in s.names]
    assert len(seen) == len(set(seen))


def test_every_series_has_a_source():
    assert all(len(series.source.split()) > 5 for series in SERIES)
