"""Permissions to switch protection off."""

from secure_bedrock.rules._kit import (
    NO,
    Controls,
    Profile,
    Severity,
    Statement,
    StatementKind,
    Verdicts,
    any_of,
    forbid,
    rule,
)
from secure_bedrock.rules.access._grants import admits, granted, narrows
from secure_bedrock.rules.access._workloads import only_for_deployment, only_for_workloads

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_TAMPER = tuple(
    f"bedrock:{name}"
    for name in (
        "UpdateAgent",
        "CreateAgentActionGroup",
        "UpdateAgentActionGroup",
        "AssociateAgentKnowledgeBase",
        "UpdateFlow",
        "UpdatePrompt",
        "UpdateGuardrail",
        "DeleteGuardrail",
        "PutEnforcedGuardrailConfiguration",
        "DeleteEnforcedGuardrailConfiguration",
    )
)
_LOGGING = (
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:PutModelInvocationLoggingConfiguration",
)
_ENABLE = (
    "bedrock:PutFoundationModelEntitlement",
    "bedrock:PutUseCaseForModelAccess",
    "bedrock:CreateFoundationModelAgreement",
)
_SUBSCRIBE = "aws-marketplace:Subscribe"
_BEDROCK = "bedrock.amazonaws.com"


@rule(
    "IAM20",
    statement=StatementKind.IDENTITY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Leave these actions to the role that deploys.",
    source=f"{_GUIDE}/guardrails-permissions.html",
)
def applications_cannot_tamper(statement: Statement) -> Verdicts:
    """No application can change agents, flows, prompts or guardrails."""
    found = granted(statement, *_TAMPER)
    if found is not NO and only_for_workloads(statement):
        yield from forbid(found, statement.action_node(*_TAMPER))


@rule(
    "IAM21",
    statement=StatementKind.IDENTITY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Leave the invocation logging configuration to the role that deploys.",
    source=f"{_GUIDE}/model-invocation-logging.html",
)
def invocation_logging_cannot_be_switched_off(statement: Statement) -> Verdicts:
    """Only deployment can change or delete the invocation logging configuration."""
    found = granted(statement, *_LOGGING)
    if found is not NO and not only_for_deployment(statement):
        yield from forbid(found, statement.action_node(*_LOGGING))


@rule(
    "IAM22",
    statement=StatementKind.IDENTITY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Leave access to models to the people who decide about it.",
    source=f"{_GUIDE}/model-access.html",
    controls={"MITRE ATLAS": Controls(("AML.CS0030",), "MITRE ATLAS")},
)
def model_access_cannot_be_enabled(statement: Statement) -> Verdicts:
    """No policy lets access to further models be enabled in the account."""
    found = granted(statement, *_ENABLE)
    if found is not NO:
        yield from forbid(found, statement.action_node(*_ENABLE))


@rule(
    "IAM23",
    statement=StatementKind.IDENTITY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Add a condition on aws-marketplace:ProductId, or aws:CalledViaLast bedrock.amazonaws.com.",
    source=f"{_GUIDE}/model-access-permissions.html",
)
def subscriptions_are_limited(statement: Statement) -> Verdicts:
    """Marketplace subscriptions are limited to chosen products or to calls by Bedrock."""
    found = granted(statement, _SUBSCRIBE)
    if found is not NO:
        products = statement.conditions("aws-marketplace:ProductId")
        via = statement.conditions("aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast")
        limited = any_of(
            (
                *(narrows(each) for each in products),
                *(admits(v, _BEDROCK) & narrows(v) for v in via),
            )
        )
        yield from forbid(found & ~limited, statement.action_node(_SUBSCRIBE))
