"""What may be done to and by knowledge bases."""

from functools import lru_cache

from secure_bedrock.catalog.service_authorization import action as known_action
from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.rules._kit import (
    NO,
    Profile,
    Severity,
    Statement,
    StatementKind,
    Verdicts,
    answer,
    equals,
    forbid,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import USER_GUIDE

_AOSS = "aoss:APIAccessAll"


@rule(
    "KBS06",
    statement=StatementKind.IDENTITY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Name the ARN of the collection.",
    source="https://docs.aws.amazon.com/opensearch-service/latest/developerguide/security-iam-serverless.html",
)
def collections_are_named(statement: Statement) -> Verdicts:
    """Policies give access to chosen OpenSearch Serverless collections only.

    Left alone: statements for every action of every service, which are not about collections.
    """
    if statement.not_actions or statement.on_all("aoss", "collection/") is NO:
        return
    node = statement.action_node(_AOSS)
    reached = statement.allows(_AOSS) & ~equals(node, "*")
    if reached is not NO:
        bound = answer(any(each.restricts for each in statement.conditions("aoss:collection")))
        wide = reached & ~bound & statement.on_all("aoss", "collection/")
        yield from forbid(wide, statement.resource_node(("aoss", "collection/")))


@rule(
    "KBS20",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix="Name the ARNs of the knowledge bases.",
    source=f"{USER_GUIDE}/security_iam_id-based-policy-examples.html",
)
def knowledge_bases_are_named(statement: Statement) -> Verdicts:
    """Policies let chosen knowledge bases only be queried or changed."""
    if statement.on_all("bedrock", "knowledge-base/") is NO:
        return
    reached = statement.allows(*_actions())
    if reached is not NO:
        tagged = [
            each
            for each in statement.conditions()
            if each.key.lower().startswith("aws:resourcetag/")
        ]
        bound = answer(any(each.restricts for each in tagged))
        wide = reached & ~bound & statement.on_all("bedrock", "knowledge-base/")
        yield from forbid(wide, statement.resource_node(("bedrock", "knowledge-base/")))


@lru_cache(maxsize=1)
def _actions() -> tuple[str, ...]:
    """Actions on knowledge bases that read documents out of them or change them."""
    names = sorted(actions_matching("bedrock:*"))
    return tuple(name for name in names if _concerns(name))


def _concerns(name: str) -> bool:
    action = known_action(name)
    kinds = set(action.resource_types) if action else set()
    looks = name.partition(":")[2].startswith(("Get", "List"))
    return "knowledge-base" in kinds and kinds <= {"knowledge-base", "agent"} and not looks
