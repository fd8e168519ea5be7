"""One application inference profile, and what CloudWatch knows of its use."""

import hashlib
import re
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from secure_bedrock.catalog.application_profiles import NAME_LIMIT
from secure_bedrock.catalog.metrics import RUNTIME, RuntimeMetric
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile,
    FoundationModel,
    InferenceProfile,
)
from secure_bedrock.encryption.place import place_of

_TOKENS = (
    RuntimeMetric.INPUT_TOKENS,
    RuntimeMetric.OUTPUT_TOKENS,
    RuntimeMetric.CACHE_READ_TOKENS,
    RuntimeMetric.CACHE_WRITE_TOKENS,
)
_DIGEST = 8
_PROJECT = 20
_FIVE_MINUTES = Duration.minutes(5)
_HOUR = Duration.hours(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileUsage:
    """Metrics of one profile.

    CloudWatch names a call by what its caller passed, the profile's ARN or its id, so every metric
    is the sum of both.

    Attributes:
        profile: The profile, as ``ModelAccess`` takes it.
        id: Its id.
        number: Its position in the project.
    """

    profile: ApplicationInferenceProfile
    id: str
    number: int

    @property
    def name(self) -> str:
        """The model behind it, as it is called."""
        return _name(self.profile.source)

    def metric_tokens(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Tokens in and out, those of the prompt cache included. Sum over five minutes."""
        return self._sum("t", _TOKENS, f"{self.name} tokens", period or _FIVE_MINUTES)

    def metric_invocations(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Calls. Sum over five minutes."""
        wanted = (RuntimeMetric.INVOCATIONS,)
        return self._sum("i", wanted, f"{self.name} invocations", period or _FIVE_MINUTES)

    def metric_throttles(self, *, period: Duration | None = None) -> cloudwatch.MathExpression:
        """Calls that AWS throttled. Sum over five minutes."""
        wanted = (RuntimeMetric.THROTTLES,)
        return self._sum("x", wanted, f"{self.name} throttled", period or _FIVE_MINUTES)

    def alarm(self, scope: Construct, tokens_per_hour: int) -> cloudwatch.Alarm:
        """An alarm on the tokens of an hour."""
        return self.metric_tokens(period=_HOUR).create_alarm(
            scope,
            f"Tokens{self.number}",
            alarm_description=f"{scope.node.path} uses {self.name} more than was expected",
            threshold=tokens_per_hour,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _sum(
        self, letter: str, names: tuple[RuntimeMetric, ...], label: str, period: Duration
    ) -> cloudwatch.MathExpression:
        metrics: dict[str, cloudwatch.IMetric] = {}
        for name in names:
            for called in (self.profile.arn, self.id):
                metrics[f"{letter}{self.number}n{len(metrics)}"] = cloudwatch.Metric(
                    namespace=RUNTIME,
                    metric_name=name,
                    dimensions_map={"ModelId": called},
                    statistic="Sum",
                    period=period,
                )
        expression = f"SUM([{','.join(metrics)}])"
        return cloudwatch.MathExpression(
            expression=expression, using_metrics=metrics, label=label, period=period
        )


def new_profile(
    scope: Construct, project: str, model: FoundationModel | InferenceProfile
) -> bedrock.CfnApplicationInferenceProfile:
    """The resource.

    It has no description: that could change alone, and AWS can only replace a profile, which would
    collide with its own name.
    """
    place = place_of(scope)
    if isinstance(model, InferenceProfile):
        source = model.arn(partition=place.partition, region=place.region, account=place.account)
    else:
        source = model.arn(partition=place.partition, region=place.region)
    copy = bedrock.CfnApplicationInferenceProfile.InferenceProfileModelSourceProperty(
        copy_from=source
    )
    return bedrock.CfnApplicationInferenceProfile(
        scope,
        _words(_name(model)),
        inference_profile_name=_profile_name(scope, project, _name(model)),
        model_source=copy,
    )


def _profile_name(scope: Construct, project: str, model: str) -> str:
    """Project, model, and a digest of where the construct stands: unique, and always the same."""
    digest = hashlib.sha256(f"{scope.node.addr}{model}".encode()).hexdigest()[:_DIGEST]
    readable = f"{_words(project)[:_PROJECT].rstrip('-')}-{_words(model)}".strip("-")
    return f"{readable[: NAME_LIMIT - _DIGEST - 1].rstrip('-')}-{digest}"


def _words(text: str) -> str:
    return re.sub(r"[^0-9a-zA-Z]+", "-", text).strip("-")


def _name(model: FoundationModel | InferenceProfile) -> str:
    return model.profile_id if isinstance(model, InferenceProfile) else model.model_id
