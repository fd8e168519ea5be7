"""Who uses how much: questions, projects and limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.access.invoker_role import InvokerRole
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.trust import LambdaFunctions
from secure_bedrock.catalog.models import InferenceProfile
from secure_bedrock.cost.cost_anomaly_band import CostAnomalyBand
from secure_bedrock.cost.project_profile import ProjectProfile
from secure_bedrock.cost.quota_limits import DenyOverQuota, NotifyOnly
from secure_bedrock.cost.token_quota import InvocationLogs, TokenQuota
from secure_bedrock.cost.usage_analytics import UsageAnalytics
from secure_bedrock.guardrails.guardrail import SecureGuardrail
from secure_bedrock.invocation_logging.invocation_logging import InvocationLogging
from secure_bedrock.reference.choices import OverLimit
from secure_bedrock.reference.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What use is counted of.

    Attributes:
        logging: Invocation logging.
        topic: Is told.
        encryption_key: Encrypts results and counters.
        projects: The projects.
        roles: Roles whose sessions may be denied.
    """

    logging: InvocationLogging
    topic: sns.ITopic
    encryption_key: kms.IKey
    projects: Sequence["Project"]
    roles: Sequence[iam.IRole]


class Project(Construct):
    """A project: inference profiles of its own, and the one role that may use them.

    Args:
        scope: Parent construct.
        id: Construct id.
        name: The project.
        settings: What the user decided; its models.
        guardrail: The guardrail that calls have to carry.

    Attributes:
        profile: The inference profiles.
        invoker: The role, for Lambda functions.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        settings: Settings,
        guardrail: SecureGuardrail,
    ) -> None:
        super().__init__(scope, id)
        self.profile = ProjectProfile(self, "Profile", project=name, models=settings.models)
        access = ModelAccess(self, "Access", models=self.profile.models, guardrail=guardrail)
        self.invoker = InvokerRole(self, "Invoker", workload=LambdaFunctions(), access=access)


class Usage(Construct):
    """Saved questions, limits of tokens, and alarms on unusual cost, as far as they are wanted.

    Args:
        scope: Parent construct.
        id: Construct id.
        settings: What the user decided.
        counted: What use is counted of.

    Attributes:
        analytics: Saved questions over the log bucket, or None.
        quota: Limits, or None.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, counted: Counted) -> None:
        super().__init__(scope, id)
        self.analytics = (
            UsageAnalytics(
                self,
                "Analytics",
                bucket=counted.logging.bucket,
                encryption_key=counted.encryption_key,
            )
            if settings.usage_analytics
            else None
        )
        self.quota = self._quota(settings, counted) if settings.token_limits else None
        if settings.cost_anomaly_band:
            models = [
                each.profile_id if isinstance(each, InferenceProfile) else each.model_id
                for each in settings.models
            ]
            CostAnomalyBand(self, "CostBand", models=models, topic=counted.topic)

    def _quota(self, settings: Settings, counted: Counted) -> TokenQuota:
        denies = settings.over_token_limit is OverLimit.DENY
        return TokenQuota(
            self,
            "TokenQuota",
            limits=settings.token_limits,
            over_limit=DenyOverQuota(roles=counted.roles) if denies else NotifyOnly(),
            invocation_logs=InvocationLogs(
                log_group=counted.logging.log_group, large_bodies=counted.logging.bucket
            ),
            topic=counted.topic,
            projects=[each.profile for each in counted.projects],
            encryption_key=counted.encryption_key,
        )
