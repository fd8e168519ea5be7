"""What statements really grant: who has them, what denials and boundaries leave of them."""

from secure_bedrock.policy.match import wildcard_match
from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    Answer,
    Condition,
    Node,
    Resource,
    Statement,
    StatementKind,
    Template,
    action_matches,
    all_of,
    answer,
    any_of,
    none_of,
    statements,
)
from secure_bedrock.rules._patterns import every_action, is_star
from secure_bedrock.rules._text import Text


def granted(statement: Statement, *actions: str) -> Answer:
    """Whether the statement grants one of the actions to somebody.

    A denial of the same principal takes it away if it has no conditions and is on every resource;
    a permissions boundary in the template does if it does not allow the action.
    """
    if statement.allow is NO:
        return NO
    return any_of(_granted(statement, action) for action in actions)


def _granted(statement: Statement, action: str) -> Answer:
    allowed = statement.allows(action)
    return NO if allowed is NO else allowed & ~_taken_away(statement, action)


def _taken_away(statement: Statement, action: str) -> Answer:
    template = statement.owner.template
    held = holdings(template)
    names = statement.holders or (statement.owner.logical_id,)
    return all_of(
        any_of(_denies(each, action) for each in held[name])
        | _outside_boundary(template.resources.get(name), action)
        for name in names
    )


def _denies(statement: Statement, action: str) -> Answer:
    if statement.deny is NO or not statement.node["Condition"].missing:
        return NO
    return statement.denies(action) & statement.everywhere


def _outside_boundary(holder: Resource | None, action: str) -> Answer:
    boundary = holder["PermissionsBoundary"].target if holder else None
    if boundary is None or boundary.type != "AWS::IAM::ManagedPolicy":
        return NO
    limits = by_owner(boundary.template).get(boundary.logical_id, [])
    return none_of(each.allows(action) for each in limits) if limits else NO


def holdings(template: Template) -> dict[str, list[Statement]]:
    """Identity statements by the logical id of who has them, or of a policy that nobody has."""
    if "holdings" not in template.cache:
        found: dict[str, list[Statement]] = {}
        for each in statements(template, StatementKind.IDENTITY):
            for name in each.holders or (each.owner.logical_id,):
                found.setdefault(name, []).append(each)
        template.cache["holdings"] = found
    held: dict[str, list[Statement]] = template.cache["holdings"]
    return held


def by_owner(template: Template) -> dict[str, list[Statement]]:
    """Statements by the logical id of the resource that contains them."""
    if "by_owner" not in template.cache:
        found: dict[str, list[Statement]] = {}
        for each in statements(template):
            found.setdefault(each.owner.logical_id, []).append(each)
        template.cache["by_owner"] = found
    owned: dict[str, list[Statement]] = template.cache["by_owner"]
    return owned


def open_action(statement: Statement) -> Node | None:
    """An entry of Action that may turn out to name a Bedrock action at deployment."""
    for node in (*statement.actions, *statement.not_actions):
        if node.unknown or (
            isinstance(node.text, Text)
            and any(action_matches(node, each) is UNKNOWN for each in every_action())
        ):
            return node
    return None


def on_everything(node: Node, service: str) -> Answer:
    """Whether an entry of Resource is ``*`` or an ARN with only wildcards behind the service."""
    star = is_star(node)
    fields = node.shape.split(":")
    if star is not NO or len(fields) < 4:  # noqa: PLR2004 - arn:partition:service:*
        return star
    wild = fields[0] == "arn" and all(field.strip("*") == "" and field for field in fields[3:])
    return answer(wild and wildcard_match(fields[2], service))


def admits(condition: Condition, *values: str) -> Answer:
    """Whether one of the values meets a condition on a string, whatever its operator."""
    named = any_of(action_matches(node, value) for node in condition.values for value in values)
    return ~named if "not" in condition.operator.lower() else named


def narrows(condition: Condition) -> Answer:
    """Whether the condition shuts out requests without the key and does not accept any value."""
    return answer(condition.restricts) & ~accepts_anything(condition)


def accepts_anything(condition: Condition) -> Answer:
    """Whether a value is ``*`` under an operator for which that is a wildcard."""
    operator = condition.operator.lower()
    if "like" not in operator and "arn" not in operator:
        return NO
    return any_of(is_star(node) for node in condition.values)


def referred(node: Node) -> list[Resource]:
    """The resources that a value, or a part of it, refers to."""
    followed = (node.template.follow(reference) for reference in node.references)
    return [each for each in followed if each is not None]
