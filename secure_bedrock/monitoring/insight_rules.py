"""CloudWatch Contributor Insights: who or what is in the most log events."""

import re
from collections.abc import Sequence

from aws_cdk import Names, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

_MOST_KEYS = 4
_FIELD = re.compile(r"\$(\.[A-Za-z0-9_-]+(\[\d+\])?)+")


class InsightRule(Construct):
    """Ranks the values of a field over a log group of JSON events.

    Args:
        scope: Parent construct.
        id: Construct id.
        log_group: Its events are ranked. AWS charges for each event that matches.
        keys: Fields whose values are ranked together, one to four, such as ``$.identity.arn``.
        value: Field to add up. Default: events are counted.

    Attributes:
        rule_name: Name of the rule.
        rule_arn: ARN of the rule.

    Raises:
        ValueError: No field, too many, or one that is none.

    Source: CloudWatch User Guide, "Contributor Insights rule syntax".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        log_group: logs.ILogGroup,
        keys: Sequence[str],
        value: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        if not 1 <= len(keys) <= _MOST_KEYS:
            raise ValueError(f"{self.node.path}: keys has {len(keys)} fields: use 1 to 4")
        for field in (*keys, *filter(None, [value])):
            if not _FIELD.fullmatch(field):
                raise ValueError(f"{self.node.path}: {field!r} is no field: write $.name.name")
        contribution: dict[str, object] = {"Keys": list(keys), "Filters": []}
        if value is not None:
            contribution["ValueOf"] = value
        rule = cloudwatch.CfnInsightRule(
            self,
            "Resource",
            rule_name=Names.unique_resource_name(self, max_length=128, separator="-"),
            rule_state="ENABLED",
            rule_body=Stack.of(self).to_json_string(
                {
                    "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
                    "LogGroupNames": [log_group.log_group_name],
                    "LogFormat": "JSON",
                    "Contribution": contribution,
                    "AggregateOn": "Sum" if value else "Count",
                }
            ),
        )
        self.rule_name = rule.rule_name
        self.rule_arn = rule.attr_arn

    def metric_top(self) -> cloudwatch.MathExpression:
        """How much the first of the ranking has, in five minutes."""
        return cloudwatch.MathExpression(
            expression=f'INSIGHT_RULE_METRIC("{self.rule_name}", "MaxContributorValue")',
            label="Most of one",
        )
