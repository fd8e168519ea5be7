"""Amazon Bedrock API keys: bearer tokens that work without a signature."""

from dataclasses import dataclass
from typing import Any

from secure_bedrock.access.service_control.document import Statement, deny

_LONGEST_DAYS = 36_600
_FOR_BEDROCK: dict[str, dict[str, Any]] = {
    "StringLike": {"iam:ServiceSpecificCredentialServiceName": ["bedrock*.amazonaws.com"]}
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoApiKeys:
    """No long-term API keys, and by default no short-term ones either, on either endpoint.

    A long-term key is an IAM service-specific credential, so making, resetting and re-activating
    one is denied. A short-term key is signed by its user, where no policy can stop it: its use is
    denied.

    Attributes:
        short_term_use: Whether short-term keys, which live at most twelve hours, may be used.
        long_term_days: Lets long-term keys be made that expire within so many days, and used.
            Keys that never expire stay denied, and so does resetting one. Default: none may.
    """

    short_term_use: bool = False
    long_term_days: int | None = None

    def __post_init__(self) -> None:
        if self.long_term_days is not None and not 1 <= self.long_term_days <= _LONGEST_DAYS:
            raise ValueError(
                f"long_term_days is {self.long_term_days}: choose 1 to {_LONGEST_DAYS} days, "
                "or leave it out to deny long-term keys"
            )

    def statements(self, partition: str) -> list[Statement]:  # noqa: ARG002 - no ARN in it
        """Deny making and using keys."""
        return [*self._making(), *self._using()]

    def _making(self) -> list[Statement]:
        create = ["iam:CreateServiceSpecificCredential"]
        change = ["iam:ResetServiceSpecificCredential", "iam:UpdateServiceSpecificCredential"]
        if self.long_term_days is None:
            return [deny("NoLongTermApiKeys", [*create, *change], conditions=_FOR_BEDROCK)]
        age = "iam:ServiceSpecificCredentialAgeDays"
        too_old = {"NumericGreaterThan": {age: str(self.long_term_days)}}
        return [
            deny("NoOldApiKeys", create, conditions=_FOR_BEDROCK | too_old),
            deny("NoEndlessApiKeys", create, conditions=_FOR_BEDROCK | {"Null": {age: "true"}}),
            deny("NoRenewedApiKeys", change, conditions=_FOR_BEDROCK),
        ]

    def _using(self) -> list[Statement]:
        usable = ["SHORT_TERM"] if self.short_term_use else []
        usable += ["LONG_TERM"] if self.long_term_days else []
        if len(usable) == 2:  # noqa: PLR2004 - there are two kinds
            return []
        return [
            deny(
                f"NoApiKeysOn{name}",
                [f"{prefix}:CallWithBearerToken"],
                conditions={"StringNotEquals": {f"{prefix}:BearerTokenType": usable}}
                if usable
                else None,
            )
            for name, prefix in (("Bedrock", "bedrock"), ("Mantle", "bedrock-mantle"))
        ]
