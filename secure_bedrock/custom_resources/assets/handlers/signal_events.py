"""What a call recorded by CloudTrail says, read once and in one place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

_BEDROCK = "bedrock.amazonaws.com"
_MANTLE = "bedrock-mantle.amazonaws.com"
_INVOCATIONS = {"Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream"}
_LOGGING_LOOK = "GetModelInvocationLoggingConfiguration"
_RECORDED = "AWS API Call via CloudTrail"
_LONG_TERM = "AKIA"


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call of Amazon Bedrock.

    Attributes:
        id: CloudTrail's id of the event.
        name: The API operation.
        mantle: Whether the ``bedrock-mantle`` endpoint was called.
        when: Seconds since the epoch.
        who: ARN of the role or user; of a session, its role's.
        identity: CloudTrail's ``userIdentity``.
        model: What was asked for, or an empty string.
        region: Where it was processed, as far as CloudTrail says.
        address: Where it came from.
        error: Error code, or an empty string.
        with_api_key: Whether an Amazon Bedrock API key signed it.
    """

    id: str
    name: str
    mantle: bool
    when: int
    who: str
    identity: dict[str, Any]
    model: str
    region: str
    address: str
    error: str
    with_api_key: bool

    @property
    def invokes(self) -> bool:
        """Whether it sends a prompt to a model through the runtime endpoint."""
        return not self.mantle and self.name in _INVOCATIONS

    @property
    def looks_at_logging(self) -> bool:
        """Whether it asks if invocations are logged."""
        return self.name == _LOGGING_LOOK

    @property
    def denied(self) -> bool:
        """Whether a policy stood in its way."""
        return self.error.startswith("AccessDenied")

    @property
    def succeeded(self) -> bool:
        """Whether it had no error."""
        return not self.error

    @property
    def root(self) -> bool:
        """Whether the root user made it."""
        return self.identity.get("type") == "Root"

    @property
    def with_access_key(self) -> bool:
        """Whether a long-term access key signed it."""
        key = str(self.identity.get("accessKeyId", ""))
        return key.startswith(_LONG_TERM) and not self.with_api_key


def call_of(event: dict[str, Any], account: str) -> Call | None:
    """The call an event reports, or None if it is not one of this account to Amazon Bedrock."""
    detail = event.get("detail") or {}
    source = detail.get("eventSource")
    if (
        not str(event.get("source", "")).startswith("aws.")
        or event.get("detail-type") != _RECORDED
        or event.get("account") != account
        or source not in {_BEDROCK, _MANTLE}
    ):
        return None
    identity = detail.get("userIdentity") or {}
    parameters = detail.get("requestParameters") or {}
    more = detail.get("additionalEventData") or {}
    return Call(
        id=detail["eventID"],
        name=detail["eventName"],
        mantle=source == _MANTLE,
        when=int(datetime.fromisoformat(detail["eventTime"]).timestamp()),
        who=principal(identity),
        identity=identity,
        model=str(parameters.get("modelId") or parameters.get("model") or ""),
        region=more.get("inferenceRegion") or detail["awsRegion"],
        address=detail.get("sourceIPAddress", ""),
        error=detail.get("errorCode") or "",
        with_api_key=any(each.get("callWithBearerToken") is True for each in (more, parameters)),
    )


def principal(identity: dict[str, Any]) -> str:
    """ARN of the role or user behind an identity, or the best other name it has."""
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    named = issuer.get("arn") or identity.get("arn") or identity.get("principalId")
    return str(named or identity.get("invokedBy") or identity.get("type") or "unknown")
