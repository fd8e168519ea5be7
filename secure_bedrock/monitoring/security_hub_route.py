"""What topics are told, as findings of AWS Security Hub."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.monitoring.response.undelivered import Undelivered

_SECONDS = 120


class SecurityHubRoute(Construct):
    """Makes findings of AWS Security Hub of alarms and signals that topics are told.

    It protects against alerts beside the place where a security team looks. An alarm is one
    finding, archived when it is over; a signal is one for each recorded call, however often it is
    delivered. Security Hub has to be enabled in the account and Region.

    Args:
        scope: Parent construct.
        id: Construct id.
        topics: What they are told becomes a finding, at least one topic. The first one is told of
            messages that could not be made one.
        encryption_key: Encrypts the function's log and the queue of messages it could not handle.
        removal_policy: What happens to the function's log with the stack. Default: retained.

    Attributes:
        undelivered: The queue and its alarm.

    Raises:
        ValueError: There is no topic.

    Source: AWS Security Hub User Guide, "Using custom product integrations".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        topics: Sequence[sns.ITopic],
        encryption_key: kms.IKey,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        if not topics:
            raise ValueError(f"{self.node.path}: topics is empty: name at least one topic")
        place = place_of(self)
        hub = f"arn:{place.partition}:securityhub:{place.region}:{place.account}"
        self._product = f"{hub}:product/{place.account}/default"
        self.undelivered = Undelivered(
            self, "Undelivered", encryption_key=encryption_key, topic=topics[0]
        )
        function = self._function(encryption_key, removal_policy)
        for number, topic in enumerate(topics, 1):
            self._subscribe(number, topic, function)

    def _function(self, key: kms.IKey, removal_policy: RemovalPolicy) -> lambda_.CfnFunction:
        handler = HandlerFunction(
            self,
            "Handler",
            module="security_hub",
            description="Turns alarms and signals into findings of AWS Security Hub",
            statements=self._statements(key),
            encryption_key=key,
            removal_policy=removal_policy,
        )
        place = place_of(self)
        settings = {
            "product": self._product,
            "account": place.account,
            "region": place.region,
            "partition": place.partition,
        }
        function = handler.function
        function.timeout = _SECONDS
        function.environment = lambda_.CfnFunction.EnvironmentProperty(
            variables={"SETTINGS": Stack.of(self).to_json_string(settings)}
        )
        function.dead_letter_config = lambda_.CfnFunction.DeadLetterConfigProperty(
            target_arn=self.undelivered.queue.queue_arn
        )
        return function

    def _statements(self, key: kms.IKey) -> list[iam.PolicyStatement]:
        return [
            iam.PolicyStatement(
                sid="ImportFindings",
                actions=["securityhub:BatchImportFindings"],
                resources=[self._product],
            ),
            iam.PolicyStatement(
                sid="KeepUndelivered",
                actions=["sqs:SendMessage"],
                resources=[self.undelivered.queue.queue_arn],
            ),
            iam.PolicyStatement(
                sid="UseKeyForQueue",
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[key.key_arn],
                conditions={"StringLike": {"kms:ViaService": f"sqs.{place_of(self).region}.*"}},
            ),
        ]

    def _subscribe(self, number: int, topic: sns.ITopic, function: lambda_.CfnFunction) -> None:
        may_run = lambda_.CfnPermission(
            self,
            f"FromTopic{number}",
            action="lambda:InvokeFunction",
            function_name=function.attr_arn,
            principal="sns.amazonaws.com",
            source_arn=topic.topic_arn,
        )
        subscription = sns.CfnSubscription(
            self,
            f"Subscription{number}",
            topic_arn=topic.topic_arn,
            protocol="lambda",
            endpoint=function.attr_arn,
        )
        subscription.add_dependency(may_run)
