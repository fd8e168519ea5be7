"""What every account needs in every Region where it uses Amazon Bedrock."""

from collections.abc import Sequence

from constructs import Construct

from secure_bedrock.access.enforced_guardrail import EnforcedGuardrail
from secure_bedrock.encryption.keys import BedrockKmsKeys
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.invocation_logging.invocation_logging import InvocationLogging
from secure_bedrock.monitoring.alert_topic import AlertTopic
from secure_bedrock.monitoring.guardrail_watch import GuardrailWatch

_GUARDRAIL = "baseline"


class AccountBaseline(Construct):
    """Keys, invocation logging, a watched guardrail and alerts, for one account and Region.

    It protects against the account that nobody set up: invocation logging, guardrails and their
    enforcement are settings of one account and one Region, and a new account starts with none.

    Args:
        scope: Parent construct, usually the stack that an ``OrganizationRollout`` gives.
        id: Construct id.
        environment: Name in key aliases: up to 20 lower-case letters, digits and hyphens.
        guardrail: What the guardrail does.
        alert_emails: Addresses that are told about alarms. Each has to confirm once per account and
            Region, so a mailing list or none is wise here.
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
        enforcement: The enforced configuration, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: str,
        guardrail: GuardrailSpec,
        alert_emails: Sequence[str] = (),
        enforce_guardrail: bool = False,
        replace_existing_logging: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self.keys = BedrockKmsKeys(self, "Keys", environment=environment)
        self.alerts = AlertTopic(
            self, "Alerts", encryption_key=self.keys.notifications, emails=alert_emails
        ).topic
        self.keys.alarm_on_disable_and_deletion(self.alerts)
        self.logging = InvocationLogging(
            self,
            "InvocationLogging",
            encryption_key=self.keys.logs,
            alarm_topic=self.alerts,
            replace_existing=replace_existing_logging,
        )
        guardrails = GuardrailSet(
            self,
            "Guardrails",
            guardrails={_GUARDRAIL: guardrail},
            encryption_key=self.keys.guardrails,
        )
        self.guardrail = guardrails[_GUARDRAIL]
        GuardrailWatch(
            self, "GuardrailWatch", guardrails={_GUARDRAIL: self.guardrail}, topic=self.alerts
        )
        self.enforcement = (
            EnforcedGuardrail(self, "Enforcement", guardrail=self.guardrail)
            if enforce_guardrail
            else None
        )
