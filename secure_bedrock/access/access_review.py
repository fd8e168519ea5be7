"""A regular look at who can reach which model, and who no longer does."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, Stack, Token
from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.access.guardrail_requirement import AppliedGuardrail
from secure_bedrock.access.review_schedule import cases, reading, reporting, schedule
from secure_bedrock.catalog.models import Model
from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.topic_policies import allow_alarms

_ANALYZER = accessanalyzer.CfnAnalyzer
_LONGEST_UNUSED, _LONGEST_BETWEEN = 365, 90
_UNUSED_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyzers:
    """Which IAM Access Analyzer analyzers to create.

    Attributes:
        external: Finds what principals outside the account can reach. An account has one in a
            Region: leave it out if it is there. Free. Default: yes.
        unused_after_days: Finds roles, users and permissions that nobody used for so many days, 1
            to 365; charged for each role and user a month, so one Region is enough. None for no
            such analyzer. Default: 90.
    """

    external: bool = True
    unused_after_days: int | None = _UNUSED_DAYS

    def __post_init__(self) -> None:
        days = self.unused_after_days
        if days is not None and not Token.is_unresolved(days) and not 1 <= days <= _LONGEST_UNUSED:
            raise ValueError(
                f"unused_after_days is {days}: choose 1 to {_LONGEST_UNUSED} days, or None"
            )


class AccessReview(Construct):
    """Access analyzers, and a report of who can invoke which model and when they last did.

    It protects against access that grew over time. The report asks IAM's own simulator about every
    role and user of the account, with and without the guardrail, and when each last used Amazon
    Bedrock. It goes to the bucket, a summary in numbers to the topic. A run that could not review
    everybody says so and raises an alarm.

    Args:
        scope: Parent construct.
        id: Construct id.
        models: Models to ask about, at least one. One that no policy names is asked about as well.
        bucket: Receives the reports, under ``access-reviews/``; with a customer managed key.
        topic: Is told; with a customer managed key.
        guardrail: Guardrail that calls are supposed to carry. Default: none.
        encryption_key: Encrypts the function's log.
        analyzers: Default: external access, and unused access after 90 days.
        every_days: Days between reports, 1 to 90. Default: 7.

    Attributes:
        alarms: On failed runs, and on runs that could not begin.

    Raises:
        ValueError: No model, a bucket or topic without a key, or ``every_days`` is outside its
            limits.

    Source: IAM User Guide, "Using IAM Access Analyzer" and "Refine permissions using last accessed
    information".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        models: Sequence[Model],
        bucket: s3.IBucket,
        topic: sns.ITopic,
        encryption_key: kms.IKey,
        guardrail: AppliedGuardrail | None = None,
        analyzers: Analyzers | None = None,
        every_days: int = 7,
    ) -> None:
        super().__init__(scope, id)
        chosen = analyzers or Analyzers()
        bucket_key, topic_key = self._checked(models, bucket, topic, every_days)
        self._analyze(chosen)
        handler = HandlerFunction(
            self,
            "Handler",
            module="access_review",
            description="Reports who can invoke which model, and when they last did",
            statements=[*reading(self), *reporting(self, bucket, bucket_key, topic, topic_key)],
            encryption_key=encryption_key,
        )
        settings = {
            "bucket": bucket.bucket_name,
            "topic": topic.topic_arn,
            "guardrail": _versioned(guardrail),
            "unused_days": chosen.unused_after_days or _UNUSED_DAYS,
            "models": cases(models, place_of(self)),
        }
        rule = schedule(self, handler.function, settings, every_days=every_days)
        self.alarms = self._alarms(handler.function.ref, rule.ref, topic)

    def _checked(
        self, models: Sequence[Model], bucket: s3.IBucket, topic: sns.ITopic, every_days: int
    ) -> tuple[kms.IKey, kms.IKey]:
        path = self.node.path
        if not models:
            raise ValueError(f"{path}: models is empty: name at least one model")
        if not 1 <= every_days <= _LONGEST_BETWEEN:
            raise ValueError(f"{path}: every_days is {every_days}: choose 1 to {_LONGEST_BETWEEN}")
        if bucket.encryption_key is None:
            raise ValueError(f"{path}: the bucket has no customer managed key: give it one")
        if topic.master_key is None:
            raise ValueError(f"{path}: the topic has no customer managed key: give it one")
        return bucket.encryption_key, topic.master_key

    def _analyze(self, chosen: Analyzers) -> None:
        if chosen.external:
            _ANALYZER(self, "External", type="ACCOUNT")
        if chosen.unused_after_days is not None:
            unused = _ANALYZER.UnusedAccessConfigurationProperty(
                unused_access_age=chosen.unused_after_days
            )
            configuration = _ANALYZER.AnalyzerConfigurationProperty(
                unused_access_configuration=unused
            )
            _ANALYZER(
                self,
                "Unused",
                type="ACCOUNT_UNUSED_ACCESS",
                analyzer_configuration=configuration,
            )

    def _alarms(self, function: str, rule: str, topic: sns.ITopic) -> list[cloudwatch.Alarm]:
        alarms = [
            self._alarm("Failed", "AWS/Lambda", "Errors", {"FunctionName": function}),
            self._alarm("NotBegun", "AWS/Events", "FailedInvocations", {"RuleName": rule}),
        ]
        allow_alarms(topic)
        for alarm in alarms:
            alarm.add_alarm_action(actions.SnsAction(topic))
        return alarms

    def _alarm(
        self, id: str, namespace: str, name: str, dimensions: dict[str, str]
    ) -> cloudwatch.Alarm:
        metric = cloudwatch.Metric(
            namespace=namespace,
            metric_name=name,
            dimensions_map=dimensions,
            statistic="Sum",
            period=Duration.minutes(5),
        )
        return metric.create_alarm(
            self,
            id,
            alarm_description=f"{Stack.of(self).stack_name}: the access review did not succeed",
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def _versioned(guardrail: AppliedGuardrail | None) -> str:
    return f"{guardrail.guardrail_arn}:{guardrail.guardrail_version}" if guardrail else ""
