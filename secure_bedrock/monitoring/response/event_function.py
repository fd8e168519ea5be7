"""A function that handles recorded calls, with a ledger of what it did."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.monitoring.response.undelivered import Undelivered

ALSO_READING_CALLS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"

_LEASE_SECONDS = 60
_RETRIES = 2
_SIX_HOURS, _ONE_DAY = 21_600, 86_400
_DELIVERY_ATTEMPTS = 185


class EventFunction(Construct):
    """A function behind EventBridge rules that loses nothing and does nothing twice.

    EventBridge delivers for a day, AWS Lambda tries three times; what is left goes to a queue with
    an alarm. The ledger, a table, says what was done. The function may end after 60 seconds at the
    latest, which is as long as its claims in the ledger last.

    Args:
        scope: Parent construct.
        id: Construct id.
        module: Name of the module under ``assets/handlers``.
        description: Shown in the Lambda console.
        statements: What the function may do besides using ledger, queue, topic and its log.
        ledger_actions: Actions of Amazon DynamoDB that it calls.
        encryption_key: Encrypts table, queue and log.
        topic: The function and the alarm publish to it.
        removal_policy: What happens to table and log when they leave the stack.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        module: str,
        description: str,
        statements: Sequence[iam.PolicyStatement],
        ledger_actions: Sequence[str],
        encryption_key: kms.IKey,
        topic: sns.ITopic,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.undelivered = Undelivered(
            self, "Undelivered", encryption_key=encryption_key, topic=topic
        )
        self.table = self._table(encryption_key, removal_policy)
        uses = self._uses(ledger_actions, encryption_key, topic)
        self._handler = HandlerFunction(
            self,
            "Handler",
            module=module,
            description=description,
            statements=[*uses, *statements],
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        self.role = self._handler.role
        self.function = self._handler.function
        self.function.timeout = _LEASE_SECONDS
        self.function.dead_letter_config = lambda_.CfnFunction.DeadLetterConfigProperty(
            target_arn=self.undelivered.queue.queue_arn
        )
        lambda_.CfnEventInvokeConfig(
            self,
            "Retries",
            function_name=self.function.ref,
            qualifier="$LATEST",
            maximum_retry_attempts=_RETRIES,
            maximum_event_age_in_seconds=_SIX_HOURS,
        )

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Hand the function its settings, with the name of its table."""
        known = {"table": self.table.table_name, "account": place_of(self).account, **settings}
        self.function.environment = lambda_.CfnFunction.EnvironmentProperty(
            variables={"SETTINGS": Stack.of(self).to_json_string(known)}
        )

    def on(
        self, id: str, description: str, pattern: Mapping[str, Any], *, reading: bool = False
    ) -> events.CfnRule:
        """Run for events of a pattern; ``reading`` also delivers calls that only read."""
        return self._rule(
            id,
            description=description,
            event_pattern=dict(pattern),
            state=ALSO_READING_CALLS if reading else "ENABLED",
        )

    def every(self, id: str, description: str, minutes: int, message: str) -> events.CfnRule:
        """Run every so many minutes with this message."""
        rate = f"rate({minutes} minutes)"
        return self._rule(id, message, description=description, schedule_expression=rate)

    def _rule(self, id: str, message: str | None = None, **properties: Any) -> events.CfnRule:  # noqa: ANN401 - of the L1
        target = events.CfnRule.TargetProperty(
            id="Function",
            arn=self.function.attr_arn,
            input=message,
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                arn=self.undelivered.queue.queue_arn
            ),
            retry_policy=events.CfnRule.RetryPolicyProperty(
                maximum_event_age_in_seconds=_ONE_DAY, maximum_retry_attempts=_DELIVERY_ATTEMPTS
            ),
        )
        rule = events.CfnRule(self, id, targets=[target], **properties)
        lambda_.CfnPermission(
            self,
            f"{id}Invokes",
            action="lambda:InvokeFunction",
            function_name=self.function.attr_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
        return rule

    def _table(self, key: kms.IKey, removal_policy: RemovalPolicy) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            "Ledger",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="of", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires",
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=removal_policy == RemovalPolicy.RETAIN,
            removal_policy=removal_policy,
        )

    def _uses(
        self, ledger_actions: Sequence[str], key: kms.IKey, topic: sns.ITopic
    ) -> list[iam.PolicyStatement]:
        """Ledger, queue and topic, and their keys through these services only."""
        services = {"dynamodb": key.key_arn, "sqs": key.key_arn}
        if topic.master_key is not None:
            services["sns"] = topic.master_key.key_arn
        region = place_of(self).region
        queue = self.undelivered.queue.queue_arn
        return [
            iam.PolicyStatement(
                sid="KeepLedger", actions=list(ledger_actions), resources=[self.table.table_arn]
            ),
            iam.PolicyStatement(sid="Tell", actions=["sns:Publish"], resources=[topic.topic_arn]),
            iam.PolicyStatement(
                sid="KeepUndelivered", actions=["sqs:SendMessage"], resources=[queue]
            ),
            *(
                iam.PolicyStatement(
                    sid=f"UseKeyFor{service.title()}",
                    actions=_KEY_ACTIONS[service],
                    resources=[key_arn],
                    conditions={"StringLike": {"kms:ViaService": f"{service}.{region}.*"}},
                )
                for service, key_arn in services.items()
            ),
        ]


_KEY_ACTIONS = {
    "dynamodb": ["kms:Decrypt", "kms:DescribeKey"],
    "sns": ["kms:Decrypt", "kms:GenerateDataKey"],
    "sqs": ["kms:Decrypt", "kms:GenerateDataKey"],
}
