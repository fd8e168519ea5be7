"""One page about Amazon Bedrock that a person can read."""

from collections.abc import Sequence

from aws_cdk import Names, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.encryption.place import place_of
from secure_bedrock.monitoring.alarm_settings import MonitoredModel
from secure_bedrock.monitoring.dashboard_rows import Shown, rows
from secure_bedrock.monitoring.dashboard_widgets import laid_out
from secure_bedrock.monitoring.insight_rules import InsightRule
from secure_bedrock.monitoring.violations import GuardrailViolations

_MOST_ALARMS = 100


class BedrockDashboard(Construct):
    """Use, cost, speed, errors, guardrails, who uses most, log delivery and alarms on one page.

    It protects against looking in ten places while something goes wrong. Sums are over every model
    of the account and Region, also those that nobody named.

    Args:
        scope: Parent construct.
        id: Construct id.
        models: The models in use, at least one: their quota and cost are shown.
        alarms: Alarms whose state is shown, up to 100. ``BedrockAlarms.told`` has those that tell
            somebody. Default: none.
        log_group: The log group of invocation logging, to rank principals and models; CloudWatch
            charges for two Contributor Insights rules. Default: no ranking.
        violations: Ranks principals by guardrail violations as well. Default: not shown.
        prices: Prices for an estimate of cost; models without a price are named as left out.
            Default: no estimate.

    Attributes:
        dashboard_name: Name of the dashboard.
        rankings: The Contributor Insights rules this made.

    Raises:
        ValueError: No model, or more alarms than a dashboard shows.

    Source: CloudWatch API Reference, "Dashboard body structure and syntax".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        models: Sequence[MonitoredModel],
        alarms: Sequence[cloudwatch.IAlarm] = (),
        log_group: logs.ILogGroup | None = None,
        violations: GuardrailViolations | None = None,
        prices: PriceTable | None = None,
    ) -> None:
        super().__init__(scope, id)
        if not models:
            raise ValueError(f"{self.node.path}: models is empty: name at least one model")
        if len(alarms) > _MOST_ALARMS:
            raise ValueError(
                f"{self.node.path}: alarms has {len(alarms)}: show up to {_MOST_ALARMS}, such as"
                " those of BedrockAlarms.told"
            )
        self.rankings = _rankings(self, log_group) if log_group is not None else {}
        names = {title: rule.rule_name for title, rule in self.rankings.items()}
        if violations is not None:
            names["Principals by guardrail violations"] = violations.principals.rule_name
            names["Guardrail, policy and category of violations"] = violations.policies.rule_name
        shown = Shown(
            region=place_of(self).region,
            models=[model.model_id for model in models],
            alarms=[alarm.alarm_arn for alarm in alarms],
            rankings=names,
            prices=prices,
        )
        self.dashboard_name = Names.unique_resource_name(self, max_length=200, separator="-")
        cloudwatch.CfnDashboard(
            self,
            "Resource",
            dashboard_name=self.dashboard_name,
            dashboard_body=Stack.of(self).to_json_string(
                {"start": "-P1D", "widgets": list(laid_out(list(rows(shown))))}
            ),
        )


def _rankings(scope: Construct, log_group: logs.ILogGroup) -> dict[str, InsightRule]:
    return {
        "Principals by input tokens": InsightRule(
            scope,
            "Principals",
            log_group=log_group,
            keys=["$.identity.arn"],
            value="$.input.inputTokenCount",
        ),
        "Models by calls": InsightRule(
            scope, "Models", log_group=log_group, keys=["$.modelId", "$.operation"]
        ),
    }
