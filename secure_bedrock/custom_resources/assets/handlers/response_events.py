"""Which recorded calls are answered, and which are somebody's deployment."""

from typing import Any

from .signal_events import principal

_RECORDED = "AWS API Call via CloudTrail"
_CLOUDFORMATION = "cloudformation.amazonaws.com"
_BEDROCK = "bedrock.amazonaws.com"
_ANSWERED = {
    "DeleteEnforcedGuardrailConfiguration": ("guardrail", _BEDROCK),
    "PutEnforcedGuardrailConfiguration": ("guardrail", _BEDROCK),
    "DeleteModelInvocationLoggingConfiguration": ("logging", _BEDROCK),
    "PutModelInvocationLoggingConfiguration": ("logging", _BEDROCK),
    "CreateServiceSpecificCredential": ("api_keys", "iam.amazonaws.com"),
    "ResetServiceSpecificCredential": ("api_keys", "iam.amazonaws.com"),
}


def answer_to(event: dict[str, Any], account: str) -> str | None:
    """The response that a recorded call asks for: ``logging``, ``guardrail`` or ``api_keys``."""
    detail = event.get("detail") or {}
    response, source = _ANSWERED.get(detail.get("eventName", ""), (None, None))
    genuine = (
        str(event.get("source", "")).startswith("aws.")
        and event.get("detail-type") == _RECORDED
        and event.get("account") == account
        and detail.get("eventSource") == source
    )
    return response if genuine and not detail.get("errorCode") else None


def is_deployment(detail: dict[str, Any], deployers: list[str]) -> bool:
    """Whether CloudFormation, a named deployer or one of our own functions made the call.

    CloudFormation is known by what AWS writes itself. The user agent is the caller's word, so it
    counts for nothing.
    """
    identity = detail.get("userIdentity") or {}
    if identity.get("invokedBy") == _CLOUDFORMATION:
        return True
    if detail.get("sourceIPAddress") == _CLOUDFORMATION:
        return True
    return principal(identity) in deployers
