"""Which roles Bedrock works with, and what they may do beyond that."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

from secure_bedrock.catalog.service_authorization import action as known_action
from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    Answer,
    Node,
    Resource,
    Statement,
    StatementKind,
    Template,
    answer,
    held_by,
    is_star,
    managed_policies,
    matches,
    statements,
)

Grant = tuple[Node, Answer]
_OTHERS = (("AWS::Bedrock::Flow", "ExecutionRoleArn"), ("AWS::Bedrock::KnowledgeBase", "RoleArn"))
_WIDE_POLICIES = ("*FullAccess*", "*AdministratorAccess*", "PowerUserAccess")
_USUAL_EVERYWHERE = (
    "cloudwatch:PutMetricData",
    "ec2:*Addresses",
    "ec2:*NetworkInterface*",
    "logs:*",
)


def trusted_roles(template: Template) -> frozenset[str]:
    """Logical ids of the roles that Bedrock may assume, AgentCore included."""
    if "roles Bedrock assumes" not in template.cache:
        template.cache["roles Bedrock assumes"] = frozenset(
            statement.owner.logical_id
            for statement in statements(template, StatementKind.TRUST)
            if statement.allow is not NO and _names_bedrock(statement)
        )
    found: frozenset[str] = template.cache["roles Bedrock assumes"]
    return found


def _names_bedrock(statement: Statement) -> bool:
    return any(
        each.kind == "Service" and matches(each.value, "bedrock.*", "bedrock-*.*") is not NO
        for each in statement.principals()
    )


def agent_roles(template: Template) -> frozenset[str]:
    """Logical ids of the roles of agents: those they name, and those nothing else here names."""
    if "roles of agents" not in template.cache:
        agents = _named(template, ("AWS::Bedrock::Agent", "AgentResourceRoleArn"))
        others = _named(template, *_OTHERS)
        template.cache["roles of agents"] = agents | (trusted_roles(template) - others)
    found: frozenset[str] = template.cache["roles of agents"]
    return found


def _named(template: Template, *properties: tuple[str, str]) -> frozenset[str]:
    targets = [each[key].target for kind, key in properties for each in template.of_type(kind)]
    return frozenset(each.logical_id for each in targets if each is not None)


def wide_grants(holder: Resource) -> Iterator[Grant]:
    """AWS's FullAccess policies and whole services that a role or SAM function has.

    Whole Bedrock services are left out: IAM04 is about them.
    """
    for each in managed_policies(holder.template):
        if each.holder.logical_id == holder.logical_id and each.node.target is None:
            yield each.node, _is_wide_policy(each.node)
    for statement in held_by(holder.template, holder.logical_id):
        if statement.not_actions:
            yield statement.node["NotAction"], statement.allow
        for node in statement.actions:
            yield node, statement.allow & _is_whole_service(node)


def _is_wide_policy(node: Node) -> Answer:
    """Whether it is one of AWS's wide policies, by ARN or, in SAM, by name."""
    if ":" not in node.shape:
        return matches(node, *_WIDE_POLICIES)
    return matches(node, *(f"arn:*:iam::aws:policy/{each}" for each in _WIDE_POLICIES))


def _is_whole_service(node: Node) -> Answer:
    if node.literal is None:
        return UNKNOWN if node.unknown else NO
    service, colon, name = node.literal.partition(":")
    whole = name.strip("*") == "" and (colon != "" or service == "*")
    return answer(whole and not service.lower().startswith("bedrock"))


def boundless_grants(holder: Resource) -> Iterator[Grant]:
    """Entries of Resource that are ``*`` although an action could be limited to resources.

    Logs, metrics and network interfaces are left out, and so are Bedrock's actions: IAM06
    is about them.
    """
    for statement in held_by(holder.template, holder.logical_id):
        if any(_could_be_limited(each) for each in statement.actions):
            for node in statement.resources:
                yield node, statement.allow & is_star(node)


def _could_be_limited(node: Node) -> bool:
    return _is_whole_service(node) is NO and _names_limitable(node.literal or "")


@lru_cache(maxsize=1024)
def _names_limitable(pattern: str) -> bool:
    """Whether a pattern names an action outside Bedrock that could be limited to resources."""
    return not pattern.lower().startswith("bedrock") and any(
        not any(fnmatchcase(name, each) for each in _USUAL_EVERYWHERE) and _takes_resources(name)
        for name in actions_matching(pattern)
    )


def _takes_resources(name: str) -> bool:
    found = known_action(name)
    return found is not None and found.access_level != "List" and bool(found.resource_types)
