"""What records, tells and answers: one account and Region."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.models import Model
from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.catalog.security_signals import GLOBAL_EVENTS_REGIONS, Signal
from secure_bedrock.encryption.keys import BedrockKmsKeys
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.invocation_logging.invocation_logging import InvocationLogging
from secure_bedrock.monitoring.alarm_settings import MonitoredModel, MonitoredResources
from secure_bedrock.monitoring.alarms import BedrockAlarms
from secure_bedrock.monitoring.audit_trail import AuditTrail
from secure_bedrock.monitoring.audit_trail_events import ManagementEvents, TrailEvents
from secure_bedrock.monitoring.dashboard import BedrockDashboard
from secure_bedrock.monitoring.response.settings import ResponseMode
from secure_bedrock.monitoring.saved_queries import SavedQueries
from secure_bedrock.monitoring.signals.security_signals import SecuritySignals
from secure_bedrock.monitoring.threat_response import ThreatResponse
from secure_bedrock.monitoring.violations import GuardrailViolations
from secure_bedrock.reference.choices import AuditTrailRecords
from secure_bedrock.reference.settings import Settings

_MANAGEMENT = {
    AuditTrailRecords.ALL: ManagementEvents.ALL,
    AuditTrailRecords.DATA_EVENTS: ManagementEvents.ELSEWHERE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the reference stack has to look at.

    Attributes:
        keys: The customer managed keys.
        topic: Is told.
        logging: Invocation logging.
        models: Models as callers name them.
        alarms: Alarms that are there already, for the dashboard.
    """

    keys: BedrockKmsKeys
    topic: sns.ITopic
    logging: InvocationLogging
    models: Sequence[Model]
    alarms: Sequence[cloudwatch.IAlarm]


class Monitoring(Construct):
    """Trail, alarms, signals and responses, dashboard and queries.

    Args:
        scope: Parent construct.
        id: Construct id.
        settings: What the user decided.
        watched: What there is to look at.

    Attributes:
        trail: The trail, or None.
        alarms: Alarms on Amazon Bedrock's metrics.
        violations: What guardrails acted on.
        response: What is done by itself, or None.
        signals: What somebody is told of.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, watched: Watched) -> None:
        super().__init__(scope, id)
        models = [MonitoredModel(model=model) for model in watched.models]
        self.trail = self._trail(settings)
        self.alarms = BedrockAlarms(
            self,
            "Alarms",
            models=models,
            topic=watched.topic,
            resources=MonitoredResources(logging=watched.logging),
        )
        self.violations = GuardrailViolations(
            self,
            "Violations",
            log_group=watched.logging.log_group,
            encryption_key=watched.keys.logs,
            topic=watched.topic,
        )
        self.response = self._response(watched) if settings.threat_response else None
        self.signals = self._signals(watched)
        self._show(models, watched)

    def _trail(self, settings: Settings) -> AuditTrail | None:
        if settings.audit_trail is AuditTrailRecords.NOTHING:
            return None
        events = TrailEvents(management=_MANAGEMENT[settings.audit_trail])
        return AuditTrail(self, "AuditTrail", events=events)

    def _response(self, watched: Watched) -> ThreatResponse:
        return ThreatResponse(
            self,
            "Response",
            topic=watched.topic,
            encryption_key=watched.keys.logs,
            logging=watched.logging,
            api_keys=ResponseMode.ACT if hears_of_iam(self) else None,
        )

    def _signals(self, watched: Watched) -> SecuritySignals:
        return SecuritySignals(
            self,
            "Signals",
            topic=watched.topic,
            encryption_key=watched.keys.logs,
            log_group=watched.logging.log_group,
            response=self.response,
            without=() if hears_of_iam(self) else (Signal.API_KEY_CREATED,),
        )

    def _show(self, models: Sequence[MonitoredModel], watched: Watched) -> None:
        answers = [self.response.alarm] if self.response else []
        BedrockDashboard(
            self,
            "Dashboard",
            models=models,
            alarms=[
                *self.alarms.told,
                *watched.alarms,
                *self.violations.alarms,
                *self.signals.alarms,
                *answers,
            ],
            log_group=watched.logging.log_group,
            violations=self.violations,
            prices=PriceTable.load(),
        )
        SavedQueries(
            self,
            "Queries",
            invocations=watched.logging.log_group,
            trail=self.trail.log_group if self.trail else None,
            violations=self.violations.log_group,
        )


def hears_of_iam(scope: Construct) -> bool:
    """Whether IAM reports its calls to this Region; an unknown Region counts as one that hears."""
    region = Stack.of(scope).region
    return unresolved(region) or region in GLOBAL_EVENTS_REGIONS.values()
