"""What the roles of agents may do."""

from collections.abc import Sequence

from secure_bedrock.rules._kit import (
    NO,
    Controls,
    Fail,
    Profile,
    Resource,
    Severity,
    Statement,
    Template,
    Unknown,
    Verdicts,
    forbid,
    held_by,
    present,
    require,
    rule,
)
from secure_bedrock.rules.agents._functions import functions_of, permissions_of
from secure_bedrock.rules.agents._roles import (
    agent_roles,
    boundless_grants,
    trusted_roles,
    wide_grants,
)

_PERMISSIONS = "https://docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
_BOUNDARIES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
_STAVE = {
    "HIPAA": Controls(("164.312(a)(1)",), "stave"),
    "NIST 800-53 r5": Controls(("AC-6",), "stave"),
    "SOC 2": Controls(("CC6.1",), "stave"),
}


@rule(
    "AGT09",
    resource="AWS::Bedrock::Agent",
    severity=Severity.HIGH,
    fix="Name the actions that the agent needs.",
    source=_PERMISSIONS,
    controls={"CIS Controls 8.1": Controls(("6.8",), "Prowler")},
)
def agent_role_has_no_whole_services(agent: Resource) -> Verdicts:
    """The agent's role has no FullAccess policy of AWS and not every action of a service."""
    arn = agent["AgentResourceRoleArn"]
    role = arn.target
    if role is None and arn.unknown:
        yield Unknown(arn)
    for node, wide in wide_grants(role) if role is not None else ():
        yield from forbid(wide, node)


@rule(
    "AGT10",
    resource="AWS::IAM::Role",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set PermissionsBoundary.",
    source=_BOUNDARIES,
    controls={"CIS Controls 8.1": Controls(("6.8",), "Prowler")},
)
def bedrock_roles_have_the_boundary(role: Resource) -> Verdicts:
    """Where roles have a permissions boundary, those that Bedrock assumes have one as well."""
    if role.logical_id in trusted_roles(role.template) and _uses_boundaries(role.template):
        boundary = role["PermissionsBoundary"]
        yield from require(present(boundary), boundary)


def _uses_boundaries(template: Template) -> bool:
    if "uses boundaries" not in template.cache:
        roles = template.of_type("AWS::IAM::Role", "AWS::IAM::User")
        found = any(not each["PermissionsBoundary"].missing for each in roles)
        template.cache["uses boundaries"] = found
    return bool(template.cache["uses boundaries"])


@rule(
    "AGT11",
    severity=Severity.MEDIUM,
    profiles=(Profile.AGENTIC,),
    fix="Give each agent a role of its own.",
    source=_PERMISSIONS,
    controls={"AWS AI Security Framework": Controls(("AISF-AGENT-01",), "Prowler")},
)
def agents_do_not_share_roles(template: Template) -> Verdicts:
    """Each agent of the template has a role of its own."""
    first: dict[str, str] = {}
    for agent in template.of_type("AWS::Bedrock::Agent"):
        arn = agent["AgentResourceRoleArn"]
        key = arn.target.logical_id if arn.target is not None else str(arn.text or "")
        if key in first:
            yield Fail(arn, f"{first[key]} has the same role")
        elif key:
            first[key] = agent.logical_id


@rule(
    "AGT13",
    resource="AWS::IAM::Role",
    severity=Severity.HIGH,
    fix="List the ARNs of the functions, or leave them to the functions' resource policies.",
    source=_PERMISSIONS,
    controls=_STAVE,
)
def agent_role_invokes_chosen_functions(role: Resource) -> Verdicts:
    """The role of an agent may not invoke every Lambda function."""
    for statement in _held(role):
        if statement.allows("lambda:InvokeFunction") is not NO:
            reach = statement.allows("lambda:InvokeFunction")
            everything = statement.on_all("lambda", "function:")
            yield from forbid(reach & everything, statement.resource_node(("lambda", "function:")))


@rule(
    "AGT14",
    resource="AWS::IAM::Role",
    severity=Severity.HIGH,
    fix="List the ARNs of the objects that the agent needs.",
    source=_PERMISSIONS,
    controls=_STAVE,
)
def agent_role_reads_chosen_buckets(role: Resource) -> Verdicts:
    """The role of an agent may not read every bucket."""
    objects = ("s3", f"{_ANY_BUCKET}/")
    for statement in _held(role):
        if statement.allows("s3:GetObject") is not NO:
            everything = statement.on_all(*objects)
            reach = statement.allows("s3:GetObject") & everything
            yield from forbid(reach, statement.resource_node(objects))


_ANY_BUCKET = "\x03"  # no pattern names it, so only a wildcard covers it


def _held(role: Resource) -> Sequence[Statement]:
    if role.logical_id not in agent_roles(role.template):
        return ()
    return held_by(role.template, role.logical_id)


@rule(
    "AGT15",
    resource="AWS::Bedrock::Agent",
    severity=Severity.HIGH,
    fix="Name the actions and resources that the function needs.",
    source=_LAMBDA,
)
def action_functions_have_what_they_need(agent: Resource) -> Verdicts:
    """The functions behind an agent have no whole services and no resources they do not name.

    Bedrock's own actions are left to IAM04, IAM06 and IAM07.
    """
    for function in functions_of(agent):
        holder = permissions_of(function)
        if holder is not None:
            for node, wide in (*wide_grants(holder), *boundless_grants(holder)):
                yield from forbid(wide, node)
