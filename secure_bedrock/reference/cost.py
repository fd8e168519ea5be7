"""The cost part: in the main stack where the Region has the types, else in a stack of its own."""

from collections.abc import Sequence

from aws_cdk import Environment, Stack, Token
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.catalog.billing import REGIONS_WITHOUT_BUDGETS
from secure_bedrock.cost.anomaly import CostAnomalyDetection
from secure_bedrock.cost.budget_guard import BudgetGuard
from secure_bedrock.cost.stop import BudgetStop
from secure_bedrock.reference.settings import Settings

COST_REGION = "us-east-1"
_ANOMALY_SHARE_OF_BUDGET = 0.1


def has_cost_controls(region: str) -> bool:
    """Whether CloudFormation has budgets in a Region; an unknown Region counts as one that has."""
    return Token.is_unresolved(region) or region not in REGIONS_WITHOUT_BUDGETS


def budget_guard(scope: Construct, settings: Settings, roles: Sequence[iam.IRole]) -> BudgetGuard:
    """The budget, which stops the roles at its limit and reports a cost jump of a tenth of it."""
    return BudgetGuard(
        scope,
        "Budget",
        monthly_limit_usd=settings.monthly_budget_usd,
        emails=settings.alert_emails,
        stop_at=BudgetStop(roles=roles),
        anomaly=CostAnomalyDetection(
            threshold_usd=settings.monthly_budget_usd * _ANOMALY_SHARE_OF_BUDGET,
            monitor_arn=settings.anomaly_monitor_arn,
        ),
    )


class CostStack(Stack):
    """The budget in us-east-1, for Regions where CloudFormation has no budgets.

    Args:
        scope: Usually the app.
        id: Construct id and stack name.
        settings: What the user decided.
        roles: Roles to stop at the limit.
        account: The account of the roles. Default: that of whoever deploys.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        roles: Sequence[iam.IRole],
        account: str | None,
    ) -> None:
        super().__init__(
            scope,
            id,
            env=Environment(account=account, region=COST_REGION),
            description="The budget of Amazon Bedrock (secure-bedrock)",
        )
        self.budget = budget_guard(self, settings, roles)
