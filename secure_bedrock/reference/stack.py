"""The reference stack: composition only, no resource of its own."""

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.access.invoker_role import InvokerRole
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.trust import LambdaFunctions
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.encryption.keys import BedrockKmsKeys
from secure_bedrock.encryption.residency import enforce_residency
from secure_bedrock.guardrails.guardrail import SecureGuardrail
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.invocation_logging.invocation_logging import InvocationLogging
from secure_bedrock.monitoring.alert_topic import AlertTopic
from secure_bedrock.monitoring.guardrail_watch import GuardrailWatch
from secure_bedrock.network.vpc import SecureBedrockVpc
from secure_bedrock.reference.assistant import assistant
from secure_bedrock.reference.cost import budget_guard, has_cost_controls
from secure_bedrock.reference.settings import Settings

_GUARDRAIL = "assistant"


class SecureBedrockStack(Stack):
    """Amazon Bedrock in one account and Region: every construct of this library at its default.

    It has customer managed keys, a VPC without a way out, invocation logging, a guardrail with a
    published version, one role that may invoke the chosen models through that guardrail only, and
    a budget that stops the role at its limit. Where the Region has no budgets the budget is left
    out: add a ``CostStack``.

    Args:
        scope: Usually the app.
        id: Construct id and stack name.
        settings: What the user decided.
        env: Account and Region. Default: those of whoever deploys.

    Attributes:
        keys: The customer managed keys.
        network: The VPC and its endpoints.
        logging: Invocation logging.
        guardrail: The guardrail that invocations have to carry.
        invoker: The role for the application, which is a Lambda function.
        budget: The budget, or None where the Region has none.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, env: Environment | None = None
    ) -> None:
        super().__init__(scope, id, env=env, description="Amazon Bedrock, secured (secure-bedrock)")
        if settings.residency is not None:
            enforce_residency(self, settings.residency)
        self.keys = BedrockKmsKeys(self, "Keys", environment=settings.environment)
        alerts = AlertTopic(
            self, "Alerts", encryption_key=self.keys.notifications, emails=settings.alert_emails
        )
        self.keys.alarm_on_disable_and_deletion(alerts.topic)
        self.network = SecureBedrockVpc(
            self, "Network", models=settings.models, encryption_key=self.keys.logs
        )
        self.logging = InvocationLogging(
            self,
            "InvocationLogging",
            encryption_key=self.keys.logs,
            alarm_topic=alerts.topic,
            replace_existing=settings.replace_existing_logging,
        )
        self.guardrail = self._watched_guardrail(alerts.topic)
        self.invoker = InvokerRole(
            self,
            "Invoker",
            workload=LambdaFunctions(),
            access=ModelAccess(self, "Access", models=settings.models, guardrail=self.guardrail),
        )
        self.budget = (
            budget_guard(self, settings, [self.invoker.role])
            if has_cost_controls(self.region)
            else None
        )
        self._describe(settings)

    def _watched_guardrail(self, topic: sns.ITopic) -> SecureGuardrail:
        guardrails = GuardrailSet(
            self,
            "Guardrails",
            guardrails={_GUARDRAIL: assistant()},
            encryption_key=self.keys.guardrails,
        )
        guardrail = guardrails[_GUARDRAIL]
        GuardrailWatch(
            self,
            "GuardrailWatch",
            guardrails={_GUARDRAIL: guardrail},
            topic=topic,
        )
        return guardrail

    def _describe(self, settings: Settings) -> None:
        CfnOutput(self, "Models", value=",".join(map(_id, settings.models)))
        CfnOutput(self, "GuardrailId", value=self.guardrail.guardrail_id)
        CfnOutput(self, "GuardrailVersion", value=self.guardrail.guardrail_version)
        CfnOutput(self, "InvokerRoleArn", value=self.invoker.role.role_arn)
        CfnOutput(self, "InvocationLogBucket", value=self.logging.bucket.bucket_name)
        CfnOutput(self, "InvocationLogGroup", value=self.logging.log_group.log_group_name)


def _id(model: FoundationModel | InferenceProfile) -> str:
    """What a caller writes as ``modelId``."""
    return model.profile_id if isinstance(model, InferenceProfile) else model.model_id
