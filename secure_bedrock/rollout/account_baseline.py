"""What every account needs in every Region where it uses Amazon Bedrock."""

from collections.abc import Sequence

from constructs import Construct

from secure_bedrock.access.enforced_guardrail import EnforcedGuardrail
from secure_bedrock.encryption.keys import BedrockKmsKeys
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.invocation_logging.invocation_logging import InvocationLogging
from secure_bedrock.monitoring.alarm_settings import MonitoredResources
from secure_bedrock.monitoring.alarms import BedrockAlarms
from secure_bedrock.monitoring.alert_topic import AlertTopic
from secure_bedrock.monitoring.signals.security_signals import SecuritySignals
from secure_bedrock.rollout.account_audit import AccountTrail, OwnTrail, account_trail
from secure_bedrock.rollout.account_watch import AccountWatch

_GUARDRAIL = "baseline"


class AccountBaseline(Construct):
    """Keys, invocation logging, a guardrail, alarms, signals and a trail, for one account.

    It protects against the account that nobody set up: invocation logging, guardrails, their
    enforcement and alarms are settings of one account and one Region, and a new account starts with
    none.

    Args:
        scope: Parent construct, usually the stack that an ``OrganizationRollout`` gives.
        id: Construct id.
        environment: Name in key aliases: up to 20 lower-case letters, digits and hyphens.
        guardrail: What the guardrail does.
        watch: What alarms and signals look at; ``AccountWatch(models=...)`` at least.
        audit_trail: Who records the account's calls, without which no signal is given. Default: a
            trail of the account's own, in this stack's Region.
        alert_emails: Addresses that are told about alarms and signals. Each has to confirm once per
            account and Region, so a mailing list or none is wise in a rollout.
        enforce_guardrail: Apply the guardrail to every call of the account. The default, ``False``,
            does not: from that moment every caller needs ``bedrock:ApplyGuardrail`` on it and
            ``kms:Decrypt`` on its key, which ``EnforcedGuardrail`` describes.
        replace_existing_logging: Replace an invocation logging configuration that an account has.
            The default, ``False``, fails the deployment in that account and changes nothing.

    Attributes:
        keys: The customer managed keys.
        alerts: The topic of alerts.
        logging: Invocation logging.
        guardrail: The guardrail and its published version.
        alarms: The alarms on models, logging and guardrail.
        signals: The signals of changes, calls and records.
        enforcement: The enforced configuration, or None.

    Raises:
        ValueError: The Region is not known and no one says which has the trail, or a value is
            outside its limits.

    Sources: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon
    S3" and "Apply cross-account safeguards with guardrail enforcements".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: str,
        guardrail: GuardrailSpec,
        watch: AccountWatch,
        audit_trail: AccountTrail | None = None,
        alert_emails: Sequence[str] = (),
        enforce_guardrail: bool = False,
        replace_existing_logging: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self.keys = BedrockKmsKeys(self, "Keys", environment=environment)
        recorded_by = audit_trail or OwnTrail()
        if isinstance(recorded_by, OwnTrail):
            account_trail(self, recorded_by, encryption_key=self.keys.logs)
        self.alerts = AlertTopic(
            self, "Alerts", encryption_key=self.keys.notifications, emails=alert_emails
        ).topic
        self.logging = InvocationLogging(
            self,
            "InvocationLogging",
            encryption_key=self.keys.logs,
            replace_existing=replace_existing_logging,
        )
        self.guardrail = GuardrailSet(
            self,
            "Guardrails",
            guardrails={_GUARDRAIL: guardrail},
            encryption_key=self.keys.guardrails,
        )[_GUARDRAIL]
        self.alarms = self._alarms(watch)
        self.signals = self._signals(watch)
        self.enforcement = (
            EnforcedGuardrail(self, "Enforcement", guardrail=self.guardrail)
            if enforce_guardrail
            else None
        )

    def _alarms(self, watch: AccountWatch) -> BedrockAlarms:
        return BedrockAlarms(
            self,
            "Alarms",
            models=watch.models,
            topic=self.alerts,
            thresholds=watch.thresholds,
            resources=MonitoredResources(
                logging=self.logging, guardrails={_GUARDRAIL: self.guardrail}
            ),
            runbooks=watch.runbooks,
        )

    def _signals(self, watch: AccountWatch) -> SecuritySignals:
        return SecuritySignals(
            self,
            "Signals",
            topic=self.alerts,
            encryption_key=self.keys.logs,
            log_group=self.logging.log_group,
            keys=[self.keys.logs, self.keys.guardrails, self.keys.notifications],
            calls=watch.calls,
            without=watch.without,
        )
