"""One of AWS's quotas: which models use it, when to raise an alarm, what to raise it to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aws_cdk import Duration, Fn
from aws_cdk import aws_cloudwatch as cloudwatch

from secure_bedrock.catalog.metrics import RUNTIME, RuntimeMetric
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile, Model
from secure_bedrock.cost.numbers import outside
from secure_bedrock.encryption.tokens import unresolved

_CODE = re.compile(r"L-[0-9A-F]{8}")
_MOST_SERIES = 10


class QuotaKind(StrEnum):
    """What a quota counts in a minute, and the metric that says how much of it is used."""

    TOKENS = RuntimeMetric.QUOTA_USAGE.value
    """Tokens, weighed as Amazon Bedrock weighs them against the quota."""
    REQUESTS = RuntimeMetric.INVOCATIONS.value
    """Requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedQuota:
    """A quota per minute of Amazon Bedrock.

    Attributes:
        code: Its code, ``L-`` and eight hexadecimal digits, from the Service Quotas console or
            ``aws service-quotas list-service-quotas --service-code bedrock``. Codes are the same
            in all accounts and Regions.
        models: Every name under which calls use this quota: the model or profile, and application
            inference profiles made from it. At least one.
        kind: Tokens or requests. Default: tokens.
        alarm_percent: Raise the alarm at this percentage of the quota, 1 to 100. Default: 80.
        increase_to: Request this value if the quota is lower. Default: request nothing.
    """

    code: str
    models: Sequence[Model]
    kind: QuotaKind = QuotaKind.TOKENS
    alarm_percent: float = 80
    increase_to: float | None = None

    @property
    def plain_code(self) -> str:
        """The code as part of a name."""
        return self.code.replace("-", "")

    def settings(self) -> dict[str, Any]:
        """What the function is told."""
        return {
            "code": self.code,
            "alarm_percent": self.alarm_percent,
            "increase_to": self.increase_to,
        }


def quota_problems(quotas: Mapping[str, WatchedQuota]) -> Iterator[str]:
    """Quotas that cannot be read or watched."""
    if not quotas:
        yield "quotas is empty: name at least one quota"
    codes = [quota.code for quota in quotas.values()]
    for name, quota in quotas.items():
        if not _CODE.fullmatch(quota.code):
            yield (
                f"{name}: {quota.code!r} is no quota code: "
                "write L- and eight hexadecimal digits, as Service Quotas shows it"
            )
        if codes.count(quota.code) > 1:
            yield f"{name}: quota {quota.code} is given twice: name all its models in one"
        for what, value, most in (
            ("alarm_percent", quota.alarm_percent, 100),
            ("increase_to", 1 if quota.increase_to is None else quota.increase_to, 1e12),
        ):
            if outside(value, 1, most) or unresolved(value):
                yield f"{name}: {what} {value} is out of range: use a number from 1 to {most:g}"
        if not 1 <= len(_called(quota)) <= _MOST_SERIES:
            yield (
                f"{name}: calls use it under {len(_called(quota))} names, an alarm adds up 1 to "
                f"{_MOST_SERIES}: name models, an application inference profile has two names"
            )


def usage_metric(quota: WatchedQuota) -> cloudwatch.MathExpression:
    """What all names together used in a minute."""
    minute = Duration.minutes(1)
    metrics: dict[str, cloudwatch.IMetric] = {
        f"m{number}": cloudwatch.Metric(
            namespace=RUNTIME,
            metric_name=quota.kind.value,
            dimensions_map={"ModelId": called},
            statistic="Sum",
            period=minute,
        )
        for number, called in enumerate(_called(quota))
    }
    return cloudwatch.MathExpression(
        expression=f"SUM([{','.join(metrics)}])",
        using_metrics=metrics,
        label=quota.kind.name.lower(),
        period=minute,
    )


def _called(quota: WatchedQuota) -> list[str]:
    """What callers pass: an id, or an ARN and its last part."""
    names = []
    for model in quota.models:
        if isinstance(model, FoundationModel):
            names.append(model.model_id)
        elif isinstance(model, InferenceProfile):
            names.append(model.profile_id)
        else:
            names += [model.arn, Fn.select(1, Fn.split("/", model.arn))]
    return names
