"""Unusual cost of a model, noticed within the hour and whoever sells the model."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.metrics import RUNTIME, RuntimeMetric
from secure_bedrock.catalog.price_table import MILLION, ModelPrice, PriceTable
from secure_bedrock.cost.numbers import outside
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.encryption.topic_policies import allow_alarms

_HOUR = Duration.hours(1)
_LEAST_BAND, _MOST_BAND = 0.5, 10
_KINDS = {
    "input": RuntimeMetric.INPUT_TOKENS,
    "output": RuntimeMetric.OUTPUT_TOKENS,
    "cache_read": RuntimeMetric.CACHE_READ_TOKENS,
    "cache_write": RuntimeMetric.CACHE_WRITE_TOKENS,
}


class CostAnomalyBand(Construct):
    """An alarm for each model whose estimated cost of an hour is far above what is usual.

    It protects where AWS Cost Anomaly Detection does not look: models sold through AWS Marketplace.
    Cost is estimated from token metrics and a price table, so it is known within the hour.
    CloudWatch learns what is usual from up to two weeks of history.

    Args:
        scope: Parent construct.
        id: Construct id.
        models: Models to watch, each by the id that callers pass: a model id, an inference profile
            id or the ARN of an application inference profile. At least one.
        topic: Is told when an alarm begins and ends. Its policy and its key's are completed.
        prices: What tokens cost. The default is the packaged table.
        band: Width of what is usual, in standard deviations, 0.5 to 10. The default is 3.

    Attributes:
        alarms: Model -> alarm.

    Raises:
        ValueError: A model has no price or is given twice, or the band is out of range.

    Source: Amazon CloudWatch User Guide, "Using CloudWatch anomaly detection"; Amazon Bedrock User
    Guide, "Monitor bedrock-runtime inference using CloudWatch metrics"; AWS Cost Management User
    Guide, "Detecting unusual spend with AWS Cost Anomaly Detection".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        models: Sequence[str],
        topic: sns.ITopic,
        prices: PriceTable | None = None,
        band: float = 3,
    ) -> None:
        super().__init__(scope, id)
        prices = prices or PriceTable.load()
        region = place_of(self).region
        for problem in _problems(models, prices, region, band):
            raise ValueError(f"{self.node.path}: {problem}")
        allow_alarms(topic)
        action = actions.SnsAction(topic)
        self.alarms: dict[str, cloudwatch.Alarm] = {}
        for number, model in enumerate(models):
            alarm = cloudwatch.AnomalyDetectionAlarm(
                self,
                f"Model{number}",
                metric=self.metric_estimated_cost(model, prices=prices),
                std_devs=band,
                evaluation_periods=1,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
                alarm_description=f"{model} costs unusually much, estimated from its tokens",
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)
            self.alarms[model] = alarm

    def metric_estimated_cost(
        self, model: str, *, prices: PriceTable | None = None
    ) -> cloudwatch.MathExpression:
        """US dollars of an hour, as list prices of tokens.

        Raises:
            ValueError: The model has no price.
        """
        table = prices or PriceTable.load()
        price = _price(table, model, place_of(self).region)
        if price is None:
            raise ValueError(f"{self.node.path}: {_unpriced(model, table, place_of(self).region)}")
        amounts = {kind: amount for kind in _KINDS if (amount := getattr(price, kind)) is not None}
        return cloudwatch.MathExpression(
            expression=" + ".join(
                f"FILL({kind}, 0) * {_plain(amount / MILLION)}" for kind, amount in amounts.items()
            ),
            using_metrics={kind: _tokens(_KINDS[kind], model) for kind in amounts},
            label=f"Estimated cost of {model}, US dollars",
            period=_HOUR,
        )


def _tokens(metric: RuntimeMetric, model: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=RUNTIME,
        metric_name=metric.value,
        dimensions_map={"ModelId": model},
        statistic="Sum",
        period=_HOUR,
    )


def _price(prices: PriceTable, model: str, region: str) -> ModelPrice | None:
    """The price here; where the Region is not known yet, one that holds in every Region."""
    return prices.price_of(model, "" if unresolved(region) else region)


def _problems(models: Sequence[str], prices: PriceTable, region: str, band: float) -> Iterator[str]:
    if not models:
        yield "no model is given: name at least one, by the id that callers pass"
    for model in models:
        if list(models).count(model) > 1:
            yield f"model {model!r} is given twice: remove one"
        if _price(prices, model, region) is None:
            yield _unpriced(model, prices, region)
    if outside(band, _LEAST_BAND, _MOST_BAND):
        yield f"band {band!r} is out of range: use {_LEAST_BAND} to {_MOST_BAND} deviations"


def _unpriced(model: str, prices: PriceTable, region: str) -> str:
    where = "every Region, and the stack's is not known yet" if unresolved(region) else region
    return (
        f"model {model!r} has no price for {where} in the table of {prices.version}: "
        "pass prices that have one"
    )


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
