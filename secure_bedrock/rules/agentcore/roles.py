"""What the roles behind runtimes and tools may do."""

from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    NO,
    Answer,
    Controls,
    Node,
    Resource,
    Severity,
    Statement,
    Template,
    Verdicts,
    any_of,
    forbid,
    rule,
)
from secure_bedrock.rules.access._grants import granted, holdings
from secure_bedrock.rules.access._trust import assumed_by
from secure_bedrock.rules.agentcore._shapes import BROWSER, GUIDE, INTERPRETER

_PERMISSIONS = f"{GUIDE}/runtime-permissions.html"

# What takes over other principals, whatever the resource is.
_TAKE_OVER = (
    "iam:AttachRolePolicy",
    "iam:CreateAccessKey",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
)
# What is harmless for a chosen resource: action to service and beginning of the resource.
_ONLY_CHOSEN = {
    "s3:DeleteObject": ("s3", ""),
    "s3:GetObject": ("s3", ""),
    "s3:PutObject": ("s3", ""),
    "secretsmanager:GetSecretValue": ("secretsmanager", "secret:"),
    "sts:AssumeRole": ("iam", "role/"),
}


@rule(
    "AGC08",
    severity=Severity.HIGH,
    fix="Name the actions and resources that the agent needs.",
    source=_PERMISSIONS,
    controls={
        "HIPAA": Controls(("164.312(a)(1)",), "stave"),
        "NIST 800-53 r5": Controls(("AC-6",), "stave"),
    },
)
def agentcore_roles_are_narrow(template: Template) -> Verdicts:
    """No role of AgentCore has every action of another service on every resource.

    Administrators are IAM03, the actions of the Bedrock services IAM04.
    """
    for role in template.of_type("AWS::IAM::Role"):
        trusted = assumed_by(template, role.logical_id, "bedrock-agentcore.*")
        for statement in holdings(template).get(role.logical_id, ()) if trusted is not NO else ():
            reach = trusted & statement.allow & statement.everywhere
            for node in statement.actions if reach is not NO else ():
                if _every_action_of_another_service(node):
                    yield from forbid(reach, node)


def _every_action_of_another_service(node: Node) -> bool:
    service, _, action = node.shape.partition(":")
    return action.strip("*") == "" != action and service.lower() not in BEDROCK_PREFIXES


@rule(
    "AGC28",
    resource=(BROWSER, INTERPRETER),
    severity=Severity.HIGH,
    fix="Give the tool's role only what it needs, on chosen resources.",
    source=f"{GUIDE}/security-iam.html",
)
def tool_roles_are_harmless(tool: Resource) -> Verdicts:
    """The role of a browser or code interpreter is not worth stealing.

    Code that runs in the tool can read the role's credentials from the metadata service.
    """
    role = tool["ExecutionRoleArn"].target
    for statement in holdings(tool.template).get(role.logical_id, ()) if role else ():
        for action in (*_TAKE_OVER, *_ONLY_CHOSEN):
            found = _harmful(statement, action)
            if found is not NO:
                message = f"code in {tool.logical_id} can use {action} of its role"
                yield from forbid(found, statement.action_node(action), message)
                break


def _harmful(statement: Statement, action: str) -> Answer:
    found = granted(statement, action)
    if found is NO or action in _TAKE_OVER:
        return found
    return found & any_of((statement.everywhere, statement.on_all(*_ONLY_CHOSEN[action])))
