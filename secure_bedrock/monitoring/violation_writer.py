"""The function that turns records of invocations into violations, and when it runs."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.monitoring.response.undelivered import Undelivered

WHERE_A_GUARDRAIL_ACTED = '?"INTERVENED" ?"guardrail_intervened" ?"ANONYMIZED"'
"""Records that may be of interest, by text: the JSON of streams differs from call to call."""

_RETRIES, _SIX_HOURS = 2, 21_600


class ViolationWriter(Construct):
    """Runs for records in which a guardrail acted, and writes to one log group only.

    Args:
        scope: Parent construct.
        id: Construct id.
        source: The log group of invocation logging.
        target: Receives the violations.
        encryption_key: Encrypts the function's log and the queue, and the target.
        topic: Is told of records that could not be handled.
        removal_policy: What happens to the function's log when it leaves the stack.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        source: logs.ILogGroup,
        target: logs.LogGroup,
        encryption_key: kms.IKey,
        topic: sns.ITopic,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.undelivered = Undelivered(
            self, "Undelivered", encryption_key=encryption_key, topic=topic
        )
        self._handler = HandlerFunction(
            self,
            "Handler",
            module="guardrail_violations",
            description="Writes down what guardrails acted on, without prompts and answers",
            statements=self._permissions(target, encryption_key),
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        self._handler.function.environment = lambda_.CfnFunction.EnvironmentProperty(
            variables={"LOG_GROUP": target.log_group_name}
        )
        self._retry()
        self._subscribe(source)

    def _permissions(self, target: logs.LogGroup, key: kms.IKey) -> list[iam.PolicyStatement]:
        place = place_of(self)
        group = (
            f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:"
            f"{target.log_group_name}:log-stream:*"
        )
        return [
            iam.PolicyStatement(
                sid="WriteViolations",
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[group],
            ),
            iam.PolicyStatement(
                sid="KeepUndelivered",
                actions=["sqs:SendMessage"],
                resources=[self.undelivered.queue.queue_arn],
            ),
            iam.PolicyStatement(
                sid="UseKeyForSqs",
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[key.key_arn],
                conditions={"StringLike": {"kms:ViaService": f"sqs.{place.region}.*"}},
            ),
        ]

    def _retry(self) -> None:
        lambda_.CfnEventInvokeConfig(
            self,
            "Retries",
            function_name=self._handler.function.ref,
            qualifier="$LATEST",
            maximum_retry_attempts=_RETRIES,
            maximum_event_age_in_seconds=_SIX_HOURS,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=self.undelivered.queue.queue_arn
                )
            ),
        ).node.add_dependency(self._handler.role)

    def _subscribe(self, source: logs.ILogGroup) -> None:
        place = place_of(self)
        permission = lambda_.CfnPermission(
            self,
            "Invocation",
            action="lambda:InvokeFunction",
            function_name=self._handler.function.attr_arn,
            principal="logs.amazonaws.com",
            source_account=place.account,
            source_arn=(
                f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:"
                f"{source.log_group_name}:*"
            ),
        )
        logs.CfnSubscriptionFilter(
            self,
            "Subscription",
            log_group_name=source.log_group_name,
            filter_pattern=WHERE_A_GUARDRAIL_ACTED,
            destination_arn=self._handler.function.attr_arn,
        ).node.add_dependency(permission)
