"""Alarms on use against AWS's own quotas, and increases of them."""

import json
from collections.abc import Mapping

from aws_cdk import CfnOutput, CustomResource, RemovalPolicy, Stack, Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.cost.service_quotas_watched import (
    WatchedQuota,
    quota_problems,
    usage_metric,
)
from secure_bedrock.cost.token_quota_permissions import telling
from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.topic_policies import allow_alarms

_MINUTES = 3


class ServiceQuotas(Construct):
    """Reads service quotas, raises an alarm before they are used up, and asks for more.

    It protects against throttling that comes as a surprise: an alarm compares what the models use
    in a minute with the quota the account really has, not with a number from a page. An increase
    is requested when somebody writes it down, once for each value; nothing is ever decreased.

    Args:
        scope: Parent construct.
        id: Construct id.
        quotas: Name -> quota, at least one. The name is for people.
        topic: Gets the alarms, and a message when a quota is no longer what the alarms were made
            for; looked at once a day. Its policy and its key's policy are completed.
        encryption_key: Encrypts the function's log.
        refresh: Any text. Another text makes the next deployment read the quotas again.
        removal_policy: What happens to the function's log with the stack. Default: retained.

    Attributes:
        alarms: Name -> alarm.

    Raises:
        ValueError: No quota, a code or a percentage that cannot be, or too many models for one
            alarm.

    Source: Service Quotas User Guide; Amazon Bedrock User Guide, "Monitor bedrock-runtime inference
    using CloudWatch metrics".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        quotas: Mapping[str, WatchedQuota],
        topic: sns.ITopic,
        encryption_key: kms.IKey,
        refresh: str = "1",
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        for problem in quota_problems(quotas):
            raise ValueError(f"{self.node.path}: {problem}")
        handler = HandlerFunction(
            self,
            "Handler",
            module="service_quotas",
            description="Reads service quotas of Amazon Bedrock and requests increases",
            statements=[*_statements(self, quotas), *telling(self, topic)],
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        wanted = [quota.settings() for quota in quotas.values()]
        self._read = handler.resource(
            "Read",
            resource_type="Custom::BedrockServiceQuotas",
            properties={"Quotas": json.dumps(wanted), "Refresh": refresh},
        )
        self._compare_daily(handler.function, quotas, topic)
        allow_alarms(topic)
        self.alarms = {name: self._alarm(name, quota) for name, quota in quotas.items()}
        for alarm in self.alarms.values():
            alarm.add_alarm_action(actions.SnsAction(topic))

    def quota_value(self, quota: WatchedQuota) -> str:
        """What the quota was when it was last read: known at deployment."""
        return _get(self._read, "Value", quota)

    def _alarm(self, name: str, quota: WatchedQuota) -> cloudwatch.Alarm:
        if quota.increase_to is not None:
            CfnOutput(
                self,
                f"Increase{quota.plain_code}",
                description=f"What became of the increase of {name}",
                value=_get(self._read, "Increase", quota),
            )
        return usage_metric(quota).create_alarm(
            self,
            f"Use{quota.plain_code}",
            alarm_description=f"{name}: use is above {quota.alarm_percent} percent of the quota",
            threshold=Token.as_number(self._read.get_att(f"AlarmAt{quota.plain_code}")),
            evaluation_periods=_MINUTES,
            datapoints_to_alarm=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _compare_daily(
        self, function: lambda_.CfnFunction, quotas: Mapping[str, WatchedQuota], topic: sns.ITopic
    ) -> None:
        deployed = [
            {"name": name, "code": quota.code, "value": self.quota_value(quota)}
            for name, quota in quotas.items()
        ]
        watch = Stack.of(self).to_json_string({"quotas": deployed, "topic": topic.topic_arn})
        rule = events.CfnRule(
            self,
            "Daily",
            description="Looks whether service quotas have changed",
            schedule_expression="rate(1 day)",
            targets=[
                events.CfnRule.TargetProperty(arn=function.attr_arn, id="Compare", input=watch)
            ],
        )
        lambda_.CfnPermission(
            self,
            "FromSchedule",
            action="lambda:InvokeFunction",
            function_name=function.attr_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )


def _get(resource: CustomResource, kind: str, quota: WatchedQuota) -> str:
    return resource.get_att_string(f"{kind}{quota.plain_code}")


def _statements(scope: Construct, quotas: Mapping[str, WatchedQuota]) -> list[iam.PolicyStatement]:
    """Read quotas, which have no resources; request increases of those that are to be raised."""
    found = [
        iam.PolicyStatement(
            sid="ReadQuotas",
            actions=["servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota"],
            resources=["*"],
        )
    ]
    place = place_of(scope)
    raised = [quota.code for quota in quotas.values() if quota.increase_to is not None]
    if raised:
        own = f"arn:{place.partition}:servicequotas:{place.region}:{place.account}:bedrock"
        found += [
            iam.PolicyStatement(
                sid="LookAtRequests",
                actions=["servicequotas:ListRequestedServiceQuotaChangeHistoryByQuota"],
                resources=["*"],
            ),
            iam.PolicyStatement(
                sid="RequestIncreases",
                actions=["servicequotas:RequestServiceQuotaIncrease"],
                resources=[f"{own}/{code}" for code in raised],
            ),
        ]
    return found
