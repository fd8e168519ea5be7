"""Deactivates an Amazon Bedrock API key that somebody just created or renewed."""

from dataclasses import dataclass
from typing import Any

from .patience import Patience

Plan = dict[str, Any]

_BEDROCK = "bedrock.amazonaws.com"


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Long-term API keys, which are service-specific credentials of IAM users.

    Attributes:
        client: Client of IAM.
        patience: How long calls are repeated.
        dry_run: Only say what would be done.
    """

    client: Any
    patience: Patience
    dry_run: bool

    def plan(self, event: dict[str, Any]) -> Plan | None:
        """Which key; nothing if it belongs to another service."""
        detail = event["detail"]
        answer = (detail.get("responseElements") or {}).get("serviceSpecificCredential") or {}
        if answer.get("serviceName") != _BEDROCK:
            return None
        return {
            "user": answer["userName"],
            "key": answer["serviceSpecificCredentialId"],
            "dry_run": self.dry_run,
        }

    def act(self, plan: Plan) -> None:
        """Deactivate it; a key that is gone needs nothing."""
        if plan["dry_run"]:
            return
        try:
            self.patience.call(
                self.client.update_service_specific_credential,
                UserName=plan["user"],
                ServiceSpecificCredentialId=plan["key"],
                Status="Inactive",
            )
        except self.client.exceptions.NoSuchEntityException:
            return

    def words(self, plan: Plan) -> tuple[str, str]:
        """What was done, and how to undo it."""
        which = f"--user-name {plan['user']} --service-specific-credential-id {plan['key']}"
        command = f"aws iam update-service-specific-credential {which} --status"
        if plan["dry_run"]:
            return f"DRY RUN, nothing was done. To do it: {command} Inactive", "Nothing to undo."
        return f"The API key {plan['key']} of {plan['user']} was deactivated.", (
            f"{command} Active (this is not answered again)"
        )
