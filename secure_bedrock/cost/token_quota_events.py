"""What makes the function of a quota run: log events, and the clock."""

from aws_cdk import Names
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_bedrock.encryption.place import place_of

_SWEEP = "rate(5 minutes)"
_NAME_LIMIT = 200


def subscribe(
    scope: Construct, function: lambda_.CfnFunction, log_group: logs.ILogGroup
) -> logs.CfnSubscriptionFilter:
    """Send every event of the log group: a filter would hide records of another schema."""
    permission = lambda_.CfnPermission(
        scope,
        "FromLogs",
        action="lambda:InvokeFunction",
        function_name=function.attr_arn,
        principal="logs.amazonaws.com",
        source_account=place_of(scope).account,
        source_arn=log_group.log_group_arn,
    )
    subscription = logs.CfnSubscriptionFilter(
        scope,
        "Subscription",
        destination_arn=function.attr_arn,
        filter_name=Names.unique_resource_name(scope, max_length=_NAME_LIMIT, separator="-"),
        filter_pattern="",
        log_group_name=log_group.log_group_name,
    )
    subscription.node.add_dependency(permission)
    return subscription


def sweep(scope: Construct, function: lambda_.CfnFunction) -> None:
    """Take denials away that have ended, every five minutes."""
    target = events.CfnRule.TargetProperty(
        arn=function.attr_arn, id="Sweep", input='{"sweep":true}'
    )
    rule = events.CfnRule(
        scope,
        "Sweep",
        description="Takes away denials of a token quota that have ended",
        schedule_expression=_SWEEP,
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
