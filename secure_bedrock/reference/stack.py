"""The reference stack: composition only, no resource of its own."""

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.access.invoker_role import InvokerRole
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.trust import LambdaFunctions
from secure_bedrock.catalog.models import FoundationModel, InferenceProfile, Model
from secure_bedrock.data.retention import DataRetention
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
from secure_bedrock.reference.monitoring import Monitoring, Watched
from secure_bedrock.reference.network import NetworkGuards
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.usage import Counted, Project, Usage

_GUARDRAIL = "assistant"


class SecureBedrockStack(Stack):
    """Amazon Bedrock in one account and Region: every construct of this library at its default.

    It has customer managed keys, a VPC without a way out, invocation logging, a guardrail with a
    published version, one role that may invoke the chosen models through that guardrail only, and
    a budget that stops the role at its limit. A trail, alarms, signals and responses watch over it,
    and what AWS keeps of prompts is set. Where the Region has no budgets the budget is left out:
    add a ``CostStack``.

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
        projects: Projects with inference profiles and roles of their own.
        budget: The budget, or None where the Region has none.
        monitoring: What records, tells and answers.
        usage: What counts use.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, env: Environment | None = None
    ) -> None:
        super().__init__(scope, id, env=env, description="Amazon Bedrock, secured (secure-bedrock)")
        if settings.residency is not None:
            enforce_residency(self, settings.residency)
        self.keys = BedrockKmsKeys(self, "Keys", environment=settings.environment)
        self._topic = self._alerts(settings)
        self.network = SecureBedrockVpc(
            self, "Network", models=settings.models, encryption_key=self.keys.logs
        )
        self.logging = InvocationLogging(
            self,
            "InvocationLogging",
            encryption_key=self.keys.logs,
            replace_existing=settings.replace_existing_logging,
        )
        self.guardrail = self._guardrail()
        self.invoker = self._invoker(settings)
        self.projects = self._projects(settings)
        self.budget = (
            budget_guard(self, settings, self.invokers) if has_cost_controls(self.region) else None
        )
        self._set_retention(settings)
        self._watch(settings)
        self._describe(settings)

    @property
    def invokers(self) -> list[iam.IRole]:
        """Every role that may invoke a model."""
        return [self.invoker.role, *(project.invoker.role for project in self.projects)]

    def _alerts(self, settings: Settings) -> sns.Topic:
        alerts = AlertTopic(
            self, "Alerts", encryption_key=self.keys.notifications, emails=settings.alert_emails
        )
        self.keys.alarm_on_disable_and_deletion(alerts.topic)
        return alerts.topic

    def _invoker(self, settings: Settings) -> InvokerRole:
        access = ModelAccess(self, "Access", models=settings.models, guardrail=self.guardrail)
        return InvokerRole(self, "Invoker", workload=LambdaFunctions(), access=access)

    def _guardrail(self) -> SecureGuardrail:
        guardrails = GuardrailSet(
            self,
            "Guardrails",
            guardrails={_GUARDRAIL: assistant()},
            encryption_key=self.keys.guardrails,
        )
        return guardrails[_GUARDRAIL]

    def _projects(self, settings: Settings) -> list[Project]:
        if not settings.projects:
            return []
        scope = Construct(self, "Projects")
        return [
            Project(scope, name, name=name, settings=settings, guardrail=self.guardrail)
            for name in settings.projects
        ]

    def _set_retention(self, settings: Settings) -> None:
        if settings.data_retention is not None:
            DataRetention(
                self,
                "DataRetention",
                mode=settings.data_retention,
                encryption_key=self.keys.logs,
            )

    def _watch(self, settings: Settings) -> None:
        guarded = GuardrailWatch(
            self, "GuardrailWatch", guardrails={_GUARDRAIL: self.guardrail}, topic=self._topic
        )
        guards = NetworkGuards(
            self,
            "NetworkGuards",
            settings=settings,
            network=self.network,
            encryption_key=self.keys.logs,
            topic=self._topic,
        )
        of_projects = [model for project in self.projects for model in project.profile.models]
        models: list[Model] = [*settings.models, *of_projects]
        watched = Watched(
            keys=self.keys,
            topic=self._topic,
            logging=self.logging,
            models=models,
            alarms=[*guarded.alarms.values(), guards.rejected.alarm],
        )
        self.monitoring = Monitoring(self, "Monitoring", settings=settings, watched=watched)
        counted = Counted(
            logging=self.logging,
            topic=self._topic,
            encryption_key=self.keys.logs,
            projects=self.projects,
            roles=self.invokers,
        )
        self.usage = Usage(self, "Usage", settings=settings, counted=counted)

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
