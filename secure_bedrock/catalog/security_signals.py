"""Security signals: which recorded API calls and invocation records somebody should hear of.

Patterns are what Amazon EventBridge takes. Each asks for a source that begins with ``aws.``: nobody
can send such events with PutEvents, so nobody can forge one. Sources: Amazon Bedrock User Guide,
"Monitor Amazon Bedrock API calls using CloudTrail"; EventBridge User Guide, "Creating event
patterns".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Pattern = dict[str, Any]

BEDROCK = "bedrock.amazonaws.com"
MANTLE = "bedrock-mantle.amazonaws.com"
INVOCATIONS = ("Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream")
"""The calls of the runtime endpoint that CloudTrail records as management events."""

LOGGING_LOOK = "GetModelInvocationLoggingConfiguration"

GLOBAL_EVENTS_REGIONS: Mapping[str, str] = {
    "aws": "us-east-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-cn": "cn-north-1",
    "aws-eusc": "eusc-de-east-1",
}
"""Where each partition reports the calls of IAM, and nowhere else."""


class Severity(StrEnum):
    """How soon somebody should look."""

    CRITICAL = "critical"
    """Now, at night as well."""
    HIGH = "high"
    """Today."""
    MEDIUM = "medium"
    """This week."""


class Signal(StrEnum):
    """The signals, by the name that messages carry."""

    ACCESS_KEY_INVOCATION = "access-key-invocation"
    API_KEY_CREATED = "api-key-created"
    API_KEY_USED = "api-key-used"
    BODIES_ELSEWHERE = "bodies-elsewhere"
    BREAK_GLASS_USED = "break-glass-used"
    DENIED_CALLS = "denied-calls"
    ENDPOINT_CHANGED = "endpoint-changed"
    ENFORCED_GUARDRAIL_CHANGED = "enforced-guardrail-changed"
    FIRST_MODEL = "first-model"
    FIRST_PRINCIPAL = "first-principal"
    FIRST_REGION = "first-region"
    GUARDRAIL_CHANGED = "guardrail-changed"
    GUARDRAIL_DELETED = "guardrail-deleted"
    GUARDRAIL_PROBED = "guardrail-probed"
    GUARDRAIL_VERSION_REMOVED = "guardrail-version-removed"
    INJECTION_PHRASES = "injection-phrases"
    KEY_CHANGED = "key-changed"
    LIMIT_PROBES = "limit-probes"
    LOGGING_CHANGED = "logging-changed"
    LOGGING_OFF = "logging-off"
    LOGGING_SCOUTED = "logging-scouted"
    MANTLE_USED = "mantle-used"
    MANY_MODELS = "many-models"
    MODEL_ACCESS_GRANTED = "model-access-granted"
    ROOT_USED = "root-used"
    USER_INVOCATIONS = "user-invocations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A rare call that is told as it is.

    Attributes:
        signal: Its name.
        severity: How soon somebody should look.
        summary: One sentence for the reader of the message.
        source: Who reports it, the ``eventSource`` of CloudTrail.
        calls: Names of the API operations.
        only: What else the event's ``detail`` has to match.
        runbook: Page and heading under ``docs/runbooks``.
        everywhere: Whether it is reported in every Region; IAM reports in one.
    """

    signal: Signal
    severity: Severity
    summary: str
    source: str
    calls: tuple[str, ...]
    runbook: str
    only: Mapping[str, Any] | None = None
    everywhere: bool = True

    def pattern(self) -> Pattern:
        """The event pattern."""
        detail = {"eventSource": [self.source], "eventName": list(self.calls)}
        return recorded(detail | dict(self.only or {}))


def recorded(detail: Mapping[str, Any]) -> Pattern:
    """A pattern for calls that CloudTrail recorded."""
    return {
        "source": [{"prefix": "aws."}],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": dict(detail),
    }


_GUARDRAILS = "signal-guardrails.md"
_LOGGING = "signal-logging.md"
_FOUNDATIONS = "signal-keys-and-endpoints.md"
_ACCESS = "signal-api-keys-and-models.md"
_VERSION = "guardrailVersion"
_API_KEYS = {
    "$or": [
        {"requestParameters": {"serviceName": [BEDROCK]}},
        {"responseElements": {"serviceSpecificCredential": {"serviceName": [BEDROCK]}}},
    ]
}

CHANGES: tuple[Change, ...] = (
    Change(
        signal=Signal.API_KEY_CREATED,
        severity=Severity.HIGH,
        summary="A long-term Amazon Bedrock API key was created, or got a new secret",
        source="iam.amazonaws.com",
        calls=("CreateServiceSpecificCredential", "ResetServiceSpecificCredential"),
        only=_API_KEYS,
        runbook=f"{_ACCESS}#api-key-created",
        everywhere=False,
    ),
    Change(
        signal=Signal.ENDPOINT_CHANGED,
        severity=Severity.MEDIUM,
        summary="A VPC endpoint or its policy was changed or deleted",
        source="ec2.amazonaws.com",
        calls=("DeleteVpcEndpoints", "ModifyVpcEndpoint"),
        runbook=f"{_FOUNDATIONS}#endpoint-changed",
    ),
    Change(
        signal=Signal.ENFORCED_GUARDRAIL_CHANGED,
        severity=Severity.CRITICAL,
        summary="The account's enforced guardrail configuration was changed or deleted",
        source=BEDROCK,
        calls=("DeleteEnforcedGuardrailConfiguration", "PutEnforcedGuardrailConfiguration"),
        runbook=f"{_GUARDRAILS}#enforced-guardrail-changed",
    ),
    Change(
        signal=Signal.GUARDRAIL_CHANGED,
        severity=Severity.MEDIUM,
        summary="A guardrail, or who may use it, was changed",
        source=BEDROCK,
        calls=("DeleteResourcePolicy", "PutResourcePolicy", "UpdateGuardrail"),
        runbook=f"{_GUARDRAILS}#guardrail-changed",
    ),
    Change(
        signal=Signal.GUARDRAIL_DELETED,
        severity=Severity.HIGH,
        summary="A guardrail was deleted with all its versions",
        source=BEDROCK,
        calls=("DeleteGuardrail",),
        only={"requestParameters": {_VERSION: [{"exists": False}]}},
        runbook=f"{_GUARDRAILS}#guardrail-deleted",
    ),
    Change(
        signal=Signal.GUARDRAIL_VERSION_REMOVED,
        severity=Severity.MEDIUM,
        summary="A version of a guardrail was deleted; callers that name it fail",
        source=BEDROCK,
        calls=("DeleteGuardrail",),
        only={"requestParameters": {_VERSION: [{"exists": True}]}},
        runbook=f"{_GUARDRAILS}#guardrail-version-removed",
    ),
    Change(
        signal=Signal.LOGGING_CHANGED,
        severity=Severity.HIGH,
        summary="The model invocation logging configuration was changed",
        source=BEDROCK,
        calls=("PutModelInvocationLoggingConfiguration",),
        runbook=f"{_LOGGING}#logging-changed",
    ),
    Change(
        signal=Signal.LOGGING_OFF,
        severity=Severity.CRITICAL,
        summary="Model invocation logging was turned off",
        source=BEDROCK,
        calls=("DeleteModelInvocationLoggingConfiguration",),
        runbook=f"{_LOGGING}#logging-off",
    ),
    Change(
        signal=Signal.MODEL_ACCESS_GRANTED,
        severity=Severity.MEDIUM,
        summary="The account agreed to the terms of a model, or was given access to one",
        source=BEDROCK,
        calls=(
            "CreateFoundationModelAgreement",
            "PutFoundationModelEntitlement",
            "PutUseCaseForModelAccess",
        ),
        runbook=f"{_ACCESS}#model-access-granted",
    ),
)

KEY_RUNBOOK = f"{_FOUNDATIONS}#key-changed"
"""Of :attr:`Signal.KEY_CHANGED`, whose pattern names the keys."""
