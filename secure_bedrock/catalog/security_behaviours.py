"""Signals that only a look at several calls gives, and the calls they are judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secure_bedrock.catalog.security_signals import (
    BEDROCK,
    INVOCATIONS,
    LOGGING_LOOK,
    MANTLE,
    Pattern,
    Severity,
    Signal,
    recorded,
)

_CALLS = "signal-calls.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What only a look at several calls tells; a function keeps count.

    Attributes:
        signal: Its name.
        severity: How soon somebody should look.
        summary: One sentence for the reader of the message.
        runbook: Page and heading under ``docs/runbooks``.
    """

    signal: Signal
    severity: Severity
    summary: str
    runbook: str


def calls_pattern(break_glass: Sequence[str] = ()) -> Pattern:
    """Every call that a :class:`Behaviour` is judged by.

    CloudTrail says of calls with an API key that they carried a bearer token: of the runtime among
    the additional data, of ``bedrock-mantle`` among the parameters.

    Args:
        break_glass: ARNs of roles whose every call counts.
    """
    judged: list[dict[str, object]] = [
        {"eventSource": [MANTLE]},
        {"eventSource": [BEDROCK], "eventName": [*INVOCATIONS, LOGGING_LOOK]},
        {"eventSource": [BEDROCK], "errorCode": [{"prefix": "AccessDenied"}]},
        {"eventSource": [BEDROCK], "userIdentity": {"type": ["Root"]}},
        {"eventSource": [BEDROCK], "additionalEventData": {"callWithBearerToken": [True]}},
    ]
    if break_glass:
        issuer = {"sessionContext": {"sessionIssuer": {"arn": list(break_glass)}}}
        judged.append({"eventSource": [BEDROCK], "userIdentity": issuer})
    return recorded({"$or": judged})


BEHAVIOURS: Mapping[Signal, Behaviour] = {
    each.signal: each
    for each in (
        Behaviour(
            signal=Signal.ACCESS_KEY_INVOCATION,
            severity=Severity.HIGH,
            summary="A model was invoked with a long-term access key of an IAM user",
            runbook=f"{_CALLS}#access-key-invocation",
        ),
        Behaviour(
            signal=Signal.API_KEY_USED,
            severity=Severity.MEDIUM,
            summary="Amazon Bedrock was called with an API key",
            runbook=f"{_CALLS}#api-key-used",
        ),
        Behaviour(
            signal=Signal.BREAK_GLASS_USED,
            severity=Severity.HIGH,
            summary="A break-glass role called Amazon Bedrock",
            runbook=f"{_CALLS}#break-glass-used",
        ),
        Behaviour(
            signal=Signal.DENIED_CALLS,
            severity=Severity.HIGH,
            summary="Many calls of one principal were denied within a short time",
            runbook=f"{_CALLS}#denied-calls",
        ),
        Behaviour(
            signal=Signal.FIRST_MODEL,
            severity=Severity.MEDIUM,
            summary="A model was invoked that nobody here invoked before",
            runbook=f"{_CALLS}#first-model",
        ),
        Behaviour(
            signal=Signal.FIRST_PRINCIPAL,
            severity=Severity.MEDIUM,
            summary="A role or user invoked a model for the first time",
            runbook=f"{_CALLS}#first-principal",
        ),
        Behaviour(
            signal=Signal.FIRST_REGION,
            severity=Severity.MEDIUM,
            summary="A request was processed in a Region that none was processed in before",
            runbook=f"{_CALLS}#first-region",
        ),
        Behaviour(
            signal=Signal.LOGGING_SCOUTED,
            severity=Severity.CRITICAL,
            summary="A newcomer asked whether invocations are logged, and then invoked a model",
            runbook=f"{_CALLS}#logging-scouted",
        ),
        Behaviour(
            signal=Signal.MANTLE_USED,
            severity=Severity.HIGH,
            summary="The bedrock-mantle endpoint was called, which has no guardrails and no logs",
            runbook=f"{_CALLS}#mantle-used",
        ),
        Behaviour(
            signal=Signal.MANY_MODELS,
            severity=Severity.HIGH,
            summary="One principal tried many models within a short time",
            runbook=f"{_CALLS}#many-models",
        ),
        Behaviour(
            signal=Signal.ROOT_USED,
            severity=Severity.CRITICAL,
            summary="The root user called Amazon Bedrock",
            runbook=f"{_CALLS}#root-used",
        ),
    )
}
