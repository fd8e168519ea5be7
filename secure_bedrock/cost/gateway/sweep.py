"""The clock that releases reservations nobody settled."""

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct


def release_ended(scope: Construct, function: lambda_.CfnFunction) -> None:
    """Run the function every minute to release reservations that ended."""
    target = events.CfnRule.TargetProperty(
        arn=function.attr_arn, id="Sweep", input='{"sweep":true}'
    )
    rule = events.CfnRule(
        scope,
        "Sweep",
        description="Releases reservations of the gateway that nobody settled",
        schedule_expression="rate(1 minute)",
        targets=[target],
    )
    lambda_.CfnPermission(
        scope,
        "FromSchedule",
        action="lambda:InvokeFunction",
        function_name=function.attr_arn,
        principal="events.amazonaws.com",
        source_arn=rule.attr_arn,
    )
