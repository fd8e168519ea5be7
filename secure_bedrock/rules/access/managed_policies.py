"""Managed policies of AWS that give too much."""

from secure_bedrock.policy.match import wildcard_match
from secure_bedrock.rules._kit import (
    NO,
    Answer,
    Controls,
    Node,
    Resource,
    Severity,
    Template,
    Verdicts,
    action_matches,
    forbid,
    managed_policies,
    matches,
    rule,
)
from secure_bedrock.rules.access._grants import granted, holdings
from secure_bedrock.rules.access._trust import BEDROCK_SERVICES, assumed_by

_BEDROCK = "https://docs.aws.amazon.com/bedrock/latest/userguide/security-iam-awsmanpol.html"
_AGENTCORE = (
    "https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/security-iam-awsmanpol.html"
)
_JOBS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html"
ADMINISTRATORS = ("AdministratorAccess", "PowerUserAccess")


@rule(
    "IAM01",
    severity=Severity.HIGH,
    fix="Replace it by a policy that names the actions and models that are needed.",
    source=_BEDROCK,
    controls={
        "AWS AI Security Framework": Controls(("AISF-IAM-02",), "Prowler"),
        "AWS Well-Architected": Controls(("SEC03-BP02",), "Prowler"),
        "C5": Controls(("IAM-06.01B",), "Prowler"),
        "ISO 27001:2022": Controls(("A.8.2",), "Prowler"),
        "KISA ISMS-P": Controls(("2.5.5",), "Prowler"),
        "NIST CSF 2.0": Controls(("ac_4",), "Prowler"),
        "SOC 2": Controls(("cc_6_3",), "Prowler"),
        "SecNumCloud": Controls(("9.3",), "Prowler"),
    },
)
def no_bedrock_full_access(template: Template) -> Verdicts:
    """No principal has AmazonBedrockFullAccess or AmazonBedrockMantleFullAccess."""
    for attachment in managed_policies(template):
        wide = is_policy(
            attachment.node, "AmazonBedrockFullAccess", "AmazonBedrockMantleFullAccess"
        )
        yield from forbid(wide, attachment.node)


@rule(
    "IAM02",
    severity=Severity.HIGH,
    fix="Replace it by a policy that names the AgentCore actions and resources that are needed.",
    source=_AGENTCORE,
)
def no_agentcore_full_access(template: Template) -> Verdicts:
    """No principal has BedrockAgentCoreFullAccess."""
    for attachment in managed_policies(template):
        yield from forbid(is_policy(attachment.node, "BedrockAgentCoreFullAccess"), attachment.node)


@rule(
    "IAM03",
    resource="AWS::IAM::Role",
    severity=Severity.CRITICAL,
    fix="Give the role only what the agent, knowledge base, flow or runtime needs.",
    source=_JOBS,
    controls={"CIS Controls 8.1": Controls(("6.8",), "Prowler")},
)
def no_administrator_behind_bedrock(role: Resource) -> Verdicts:
    """No role that Bedrock or AgentCore assumes has the permissions of an administrator."""
    trusted = assumed_by(role.template, role.logical_id, *BEDROCK_SERVICES)
    if trusted is not NO:
        for node, wide in administrator_grants(role):
            yield from forbid(trusted & wide, node)


def administrator_grants(holder: Resource) -> list[tuple[Node, Answer]]:
    """Where a role may get an administrator's permissions, and whether it does."""
    found = [
        (each.node, is_policy(each.node, *ADMINISTRATORS))
        for each in managed_policies(holder.template)
        if each.holder.logical_id == holder.logical_id
    ]
    for statement in holdings(holder.template).get(holder.logical_id, ()):
        for node in statement.actions:
            wide = action_matches(node, "*:*")
            if wide is not NO:
                reach = statement.everywhere & granted(statement, "iam:CreateRole")
                found.append((node, wide & reach))
    return found


def is_policy(node: Node, *names: str) -> Answer:
    """Whether an attached policy is one of AWS's, by ARN or, in SAM, by name."""
    last = node.shape.rpartition("/")[2]
    if last.isascii() and not any(wildcard_match(name, last) for name in names):
        return NO  # most policies, without a closer look
    if node.target is not None:
        return NO
    return matches(node, *names, *(f"*:policy/{name}" for name in names))
