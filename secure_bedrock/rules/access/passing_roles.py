"""Handing roles to services."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Profile,
    Severity,
    Statement,
    StatementKind,
    Template,
    Verdicts,
    any_of,
    forbid,
    require,
    rule,
)
from secure_bedrock.rules.access._grants import granted, holdings
from secure_bedrock.rules.access._passing import HAND_OVER, names_the_service, passes_role_to

_PASSING = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"

# What starts to work with a role that the caller chooses.
_TAKES_ROLE = {
    "bedrock": (
        "bedrock:CreateAgent",
        "bedrock:UpdateAgent",
        "bedrock:CreateFlow",
        "bedrock:UpdateFlow",
        "bedrock:CreateKnowledgeBase",
        "bedrock:UpdateKnowledgeBase",
        "bedrock:CreateModelCustomizationJob",
        "bedrock:CreateModelInvocationJob",
    ),
    "bedrock-agentcore": (
        "bedrock-agentcore:CreateAgentRuntime",
        "bedrock-agentcore:UpdateAgentRuntime",
        "bedrock-agentcore:CreateGateway",
        "bedrock-agentcore:UpdateGateway",
        "bedrock-agentcore:CreateHarness",
        "bedrock-agentcore:UpdateHarness",
    ),
}


@rule(
    "IAM17",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix="Name the role in Resource and the service in a condition on iam:PassedToService.",
    source=_PASSING,
)
def passed_roles_are_bound(statement: Statement) -> Verdicts:
    """Only chosen roles can be passed, and only to a chosen service."""
    passed = granted(statement, HAND_OVER)
    if passed is NO:
        return
    any_role = statement.on_all("iam", "role/")
    yield from forbid(passed & any_role, statement.resource_node(("iam", "role/")))
    if passed & any_role is not YES:
        yield from require(~passed | names_the_service(statement), statement.node["Condition"])


@rule(
    "IAM18",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Split the permissions: let one principal create the resource and another pass the role.",
    source=_PASSING,
)
def no_role_is_handed_over(template: Template) -> Verdicts:
    """No principal can both pass a role and create or change what Bedrock runs with it."""
    for held in holdings(template).values():
        passing = [each for each in held if each.may_name("iam")]
        for service, creating in _TAKES_ROLE.items():
            for statement in passing:
                passed = passes_role_to(statement, service)
                if passed is not NO:
                    created = any_of(granted(each, *creating) for each in held)
                    yield from forbid(passed & created, statement.action_node(HAND_OVER))
