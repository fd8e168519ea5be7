"""Anonymous users."""

from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    NO,
    UNKNOWN,
    Answer,
    Controls,
    Resource,
    Severity,
    Template,
    Verdicts,
    any_of,
    forbid,
    is_true,
    managed_policies,
    rule,
)
from secure_bedrock.rules._patterns import every_action
from secure_bedrock.rules.access._grants import granted, holdings
from secure_bedrock.rules.access.managed_policies import ADMINISTRATORS, is_policy

_GUIDE = "https://docs.aws.amazon.com/cognito/latest/developerguide"


@rule(
    "IAM32",
    resource="AWS::Cognito::IdentityPoolRoleAttachment",
    severity=Severity.HIGH,
    fix="Take the Bedrock permissions off the unauthenticated role, or allow no guests.",
    source=f"{_GUIDE}/iam-roles.html",
    controls={"AWS AI Security Framework": Controls(("AISF-IAM-07",), "Prowler")},
)
def guests_cannot_use_bedrock(attachment: Resource) -> Verdicts:
    """Guests of a Cognito identity pool have no permissions for Bedrock."""
    guest = attachment["Roles"]["unauthenticated"]
    allowed = _guests_allowed(attachment)
    if not guest.missing and allowed is not NO:
        role = guest.target
        uses = UNKNOWN if role is None else may_use_bedrock(attachment.template, role.logical_id)
        yield from forbid(allowed & uses, guest)


def _guests_allowed(attachment: Resource) -> Answer:
    pool = attachment["IdentityPoolId"].target
    return UNKNOWN if pool is None else is_true(pool["AllowUnauthenticatedIdentities"])


def may_use_bedrock(template: Template, logical_id: str) -> Answer:
    """Whether a role of the template has any permission for Bedrock."""
    names = ("AmazonBedrock*", "BedrockAgentCore*", *ADMINISTRATORS)
    attached = any_of(
        is_policy(each.node, *names)
        for each in managed_policies(template)
        if each.holder.logical_id == logical_id
    )
    return attached | any_of(
        granted(statement, *sorted(statement.named_actions() or every_action()))
        for statement in holdings(template).get(logical_id, ())
        if any(statement.may_name(prefix) for prefix in BEDROCK_PREFIXES)
    )
