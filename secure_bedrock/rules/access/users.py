"""People's long-term identities."""

from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    NO,
    Profile,
    Resource,
    Severity,
    Statement,
    Template,
    Verdicts,
    any_of,
    forbid,
    managed_policies,
    matches,
    present,
    rule,
    statements,
)
from secure_bedrock.rules._patterns import every_action
from secure_bedrock.rules._statement import StatementKind
from secure_bedrock.rules.access._grants import granted
from secure_bedrock.rules.access.managed_policies import ADMINISTRATORS, is_policy

_PRACTICES = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles"
)
_KEYS = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"
_PEOPLE = ("AWS::IAM::User", "AWS::IAM::Group")
_POLICIES = ("AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy")


@rule(
    "IAM11",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Grant it to a role and let people and workloads assume the role.",
    source=_PRACTICES,
)
def users_have_no_bedrock_access(template: Template) -> Verdicts:
    """No IAM user or group has permissions for Bedrock."""
    for attachment in managed_policies(template):
        if attachment.holder.type in _PEOPLE:
            names = ("AmazonBedrock*", "BedrockAgentCore*", *ADMINISTRATORS)
            yield from forbid(is_policy(attachment.node, *names), attachment.node)
    for statement in statements(template, StatementKind.IDENTITY):
        if _is_for_people(statement) and any(statement.may_name(p) for p in BEDROCK_PREFIXES):
            actions = sorted(statement.named_actions() or every_action())
            reached = any_of(granted(statement, action) for action in actions)
            yield from forbid(reached, statement.action_node(*actions))


def _is_for_people(statement: Statement) -> bool:
    owner = statement.owner
    holders = [owner.template.resources.get(name) for name in statement.holders]
    if owner.type in (*_PEOPLE, *_POLICIES) or any(h and h.type in _PEOPLE for h in holders):
        return True
    attached = any_of((present(owner["Users"]), present(owner["Groups"])))
    return owner.type.startswith("AWS::IAM::") and attached is not NO


@rule(
    "IAM16",
    resource="AWS::IAM::User",
    severity=Severity.MEDIUM,
    fix="Remove the user and use a role, or short-term API keys, instead.",
    source=_KEYS,
)
def no_users_for_api_keys(user: Resource) -> Verdicts:
    """No IAM user exists only to carry a long-term Bedrock API key."""
    name = user["UserName"]
    if name.text is not None and not name.unknown:
        yield from forbid(matches(name, "BedrockAPIKey-*"), name)
