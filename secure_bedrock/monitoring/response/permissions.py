"""What the response function may do, for the responses that were chosen."""

from collections.abc import Iterator

from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.monitoring.response.settings import (
    Quarantine,
    ResponseMode,
    RestorableGuardrail,
    RestorableLogging,
)

_BEDROCK = "bedrock.amazonaws.com"


def restoring(
    logging: RestorableLogging | None, guardrail: RestorableGuardrail | None
) -> Iterator[iam.PolicyStatement]:
    """Read and put the two configurations. The actions take no resource."""
    actions: list[str] = []
    if logging is not None:
        actions += [f"bedrock:{v}ModelInvocationLoggingConfiguration" for v in ("Get", "Put")]
        yield iam.PolicyStatement(
            sid="PassDeliveryRole",
            actions=["iam:PassRole"],
            resources=[logging.delivery_role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": _BEDROCK}},
        )
    if guardrail is not None:
        actions += [
            "bedrock:ListEnforcedGuardrailsConfiguration",
            "bedrock:PutEnforcedGuardrailConfiguration",
        ]
    if actions:
        yield iam.PolicyStatement(sid="Restore", actions=actions, resources=["*"])


def deactivating(mode: ResponseMode | None, place: Place) -> Iterator[iam.PolicyStatement]:
    """Deactivate Amazon Bedrock API keys, and no other credential."""
    if mode is ResponseMode.ACT:
        yield iam.PolicyStatement(
            sid="DeactivateApiKeys",
            actions=["iam:UpdateServiceSpecificCredential"],
            resources=[f"arn:{place.partition}:iam::{place.account}:user/*"],
            conditions={"StringEquals": {"iam:ServiceSpecificCredentialServiceName": _BEDROCK}},
        )


def quarantining(quarantine: Quarantine | None, place: Place) -> Iterator[iam.PolicyStatement]:
    """Put and take away inline policies of those who were named; nothing in a dry run."""
    if quarantine is None or not quarantine.acts:
        return
    for kind in ("role", "user"):
        owners = [each for each in quarantine.patterns if each.startswith(f"{kind}/")]
        if owners:
            yield iam.PolicyStatement(
                sid=f"Quarantine{kind.title()}s",
                actions=[f"iam:{verb}{kind.title()}Policy" for verb in ("Delete", "Put")],
                resources=[f"arn:{place.partition}:iam::{place.account}:{e}" for e in owners],
            )


def ledger_actions(quarantine: Quarantine | None) -> list[str]:
    """What it calls of Amazon DynamoDB."""
    actions = ["dynamodb:UpdateItem"]
    if quarantine is not None:
        actions.append("dynamodb:Query")
        if quarantine.acts:
            actions += ["dynamodb:DeleteItem", "dynamodb:PutItem"]
    return sorted(actions)
