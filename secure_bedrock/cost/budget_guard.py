"""A monthly budget for Amazon Bedrock, with alerts, a brake and anomaly detection."""

from collections.abc import Iterator, Sequence
from itertools import chain

from aws_cdk import RemovalPolicy, Validations
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.catalog.billing import (
    MARKETPLACE_EDITION_SUFFIX,
    REGIONS_WITHOUT_ANOMALY_DETECTION,
    REGIONS_WITHOUT_BUDGETS,
)
from secure_bedrock.cost.alerts import CostAlertsTopic, email_problems
from secure_bedrock.cost.anomaly import AnomalyAlerts, CostAnomalyDetection, anomaly_problems
from secure_bedrock.cost.coverage import (
    BedrockAndMarketplace,
    BudgetCoverage,
    NamedServices,
    coverage_problems,
    filter_expression,
)
from secure_bedrock.cost.numbers import outside
from secure_bedrock.cost.stop import BudgetStop, SpendingStop, stop_problems
from secure_bedrock.cost.thresholds import (
    DEFAULT_THRESHOLDS,
    BudgetThreshold,
    threshold_problems,
)
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_Budget = budgets.CfnBudget
_LEAST_LIMIT = 0.01
_WHOLE_BILL = BedrockAndMarketplace()


class BudgetGuard(Construct):
    """A monthly budget that sees all Bedrock spend, tells people, and can stop roles at the limit.

    It protects against a bill nobody saw coming: a leaked credential, a loop, a larger model than
    intended. It is a brake and not a limit: AWS Budgets looks at the bill every 8 to 12 hours, so
    spend goes on until then.

    Args:
        scope: Parent construct.
        id: Construct id.
        monthly_limit_usd: The limit in US dollars per calendar month, 0.01 or more.
        emails: Up to 10 addresses that get every notification, without having to confirm. The
            default is none: then subscribe something to ``topic``.
        thresholds: 1 to 5 points at which the budget notifies. The default notifies at 50, 80 and
            100 percent of actual and at 100 percent of forecasted spend.
        coverage: Lines of the bill that count. The default counts Bedrock as AWS bills it and all
            AWS Marketplace purchases, because third-party models are such purchases. Credits and
            refunds never count.
        stop_at: Roles that are denied everything that costs money, at a percentage of the limit.
            The default stops nobody.
        anomaly: Cost anomaly detection in addition. The default is none. It does not cover models
            sold through AWS Marketplace.
        encryption_key: Encrypts the topic; AWS Budgets and Cost Anomaly Detection are allowed in
            its policy. The default is a new key, rotated every year.
        removal_policy: What happens to the new key with the stack. The default retains it.

    Attributes:
        topic: Gets every notification. Subscribe chat, a queue or a function to it.
        budget_name: Generated, because a fixed name would collide when the budget is replaced.
        encryption_key: The topic's key.
        deny_policy: The policy AWS Budgets attaches, or None without ``stop_at``.

    Raises:
        ValueError: A value that AWS would refuse or ignore, a role of another account, or a Region
            where CloudFormation has no budgets.

    Source: AWS Cost Management User Guide, "Managing your costs with AWS Budgets", "Configuring
    budget actions" and "Detecting unusual spend with AWS Cost Anomaly Detection".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        monthly_limit_usd: float,
        emails: Sequence[str] = (),
        thresholds: Sequence[BudgetThreshold] = DEFAULT_THRESHOLDS,
        coverage: BudgetCoverage = _WHOLE_BILL,
        stop_at: BudgetStop | None = None,
        anomaly: CostAnomalyDetection | None = None,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        problems = chain(
            _limit_problems(monthly_limit_usd),
            _region_problems(place_of(self).region, with_anomaly=anomaly is not None),
            email_problems(emails),
            threshold_problems(thresholds),
            coverage_problems(coverage),
            stop_problems(stop_at, self),
            anomaly_problems(anomaly),
        )
        for problem in problems:
            raise ValueError(f"{self.node.path}: {problem}")
        self._warn(emails, coverage)
        self.encryption_key = encryption_key or self._new_key(removal_policy)
        alerts = CostAlertsTopic(self, "Alerts", encryption_key=self.encryption_key)
        self.topic = alerts.topic
        subscribers = _subscribers(self.topic.topic_arn, emails)
        notifications = [_notification(each, subscribers) for each in thresholds]
        data = _budget_data(monthly_limit_usd, coverage)
        budget = _Budget(self, "Budget", budget=data, notifications_with_subscribers=notifications)
        budget.node.add_dependency(alerts.ready)
        self.budget_name = budget.ref
        self.deny_policy = self._stop(stop_at, subscribers) if stop_at else None
        if anomaly:
            AnomalyAlerts(self, "Anomalies", detection=anomaly, alerts=alerts, emails=emails)

    def _warn(self, emails: Sequence[str], coverage: BudgetCoverage) -> None:
        if not emails:
            Validations.of(self).add_warning(
                "secure-bedrock:BudgetWithoutAddress",
                f"{self.node.path}: nobody is told by e-mail: subscribe something to the topic, "
                "then acknowledge this",
            )
        if isinstance(coverage, NamedServices):
            Validations.of(self).add_warning(
                "secure-bedrock:BudgetMayMissModels",
                f"{self.node.path}: a model billed under a name that is not listed is not counted. "
                f"Third-party models have their own, ending in {MARKETPLACE_EDITION_SUFFIX!r}: use "
                "BedrockAndMarketplace(), or acknowledge and keep the list current",
            )

    def _new_key(self, removal_policy: RemovalPolicy) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description="Encrypts cost alerts",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )

    def _stop(
        self, stop: BudgetStop, subscribers: Sequence[_Budget.SubscriberProperty]
    ) -> iam.IManagedPolicy:
        return SpendingStop(
            self, "Stop", budget_name=self.budget_name, stop=stop, subscribers=subscribers
        ).deny_policy


def _limit_problems(limit: float) -> Iterator[str]:
    if outside(limit, _LEAST_LIMIT):
        yield (
            f"monthly_limit_usd {limit!r} is no amount to watch: "
            f"give US dollars per month, {_LEAST_LIMIT} or more"
        )


def _region_problems(region: str, *, with_anomaly: bool) -> Iterator[str]:
    if unresolved(region):
        return
    if region.startswith("cn-"):
        yield f"Region {region} has no Amazon Bedrock: leave the budget out"
    elif region.startswith("us-gov-"):
        yield (
            f"CloudFormation has no budgets in {region}: AWS GovCloud (US) is billed to a standard "
            "account, put the BudgetGuard in a us-east-1 stack of that account"
        )
    elif region in REGIONS_WITHOUT_BUDGETS or (
        with_anomaly and region in REGIONS_WITHOUT_ANOMALY_DETECTION
    ):
        yield (
            f"CloudFormation has no budgets in {region}: put the BudgetGuard in a stack of its own "
            "in us-east-1, it counts the spend of all Regions"
        )


def _budget_data(limit: float, coverage: BudgetCoverage) -> _Budget.BudgetDataProperty:
    return _Budget.BudgetDataProperty(
        budget_type="COST",
        time_unit="MONTHLY",
        budget_limit=_Budget.SpendProperty(amount=limit, unit="USD"),
        filter_expression=filter_expression(coverage),
        metrics=["UnblendedCost"],
    )


def _subscribers(topic_arn: str, emails: Sequence[str]) -> list[_Budget.SubscriberProperty]:
    return [
        _Budget.SubscriberProperty(subscription_type="SNS", address=topic_arn),
        *(_Budget.SubscriberProperty(subscription_type="EMAIL", address=e) for e in emails),
    ]


def _notification(
    threshold: BudgetThreshold, subscribers: list[_Budget.SubscriberProperty]
) -> _Budget.NotificationWithSubscribersProperty:
    return _Budget.NotificationWithSubscribersProperty(
        notification=_Budget.NotificationProperty(
            comparison_operator="GREATER_THAN",
            notification_type=threshold.kind,
            threshold=threshold.percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=subscribers,
    )
