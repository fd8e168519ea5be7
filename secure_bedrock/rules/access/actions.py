"""Which actions policies grant."""

from secure_bedrock.policy.match import wildcard_match
from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    NO,
    UNKNOWN,
    YES,
    Answer,
    Node,
    Profile,
    Severity,
    Statement,
    StatementKind,
    Verdicts,
    action_matches,
    answer,
    any_of,
    bedrock_actions,
    forbid,
    rule,
)
from secure_bedrock.rules._patterns import every_action, is_star

_SOURCE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
)
_ELEMENTS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"
)
_LOOKS = ("Get", "List", "Describe")
_INVOKES = frozenset({"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"})
_EVERY_ACTION = tuple(f"{prefix}:*" for prefix in BEDROCK_PREFIXES)


@rule(
    "IAM04",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix="Name the actions that are needed, such as bedrock:InvokeModel.",
    source=_SOURCE,
)
def no_service_wide_actions(statement: Statement) -> Verdicts:
    """No policy grants every action of a Bedrock service."""
    if statement.not_actions:
        reached = any_of(statement.covers(action) for action in _EVERY_ACTION)
        yield from forbid(statement.allow & reached, statement.node["NotAction"])
    for node in statement.actions:
        reached = any_of(action_matches(node, action) for action in _EVERY_ACTION)
        yield from forbid(statement.allow & reached, node)


@rule(
    "IAM05",
    statement=StatementKind.IDENTITY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Name the actions that are needed, such as bedrock:CreateAgentAlias.",
    source=_SOURCE,
)
def no_broad_verbs(statement: Statement) -> Verdicts:
    """No policy grants everything a verb can do, such as ``bedrock:Create*``.

    Reading (Get, List, Describe) is left alone, and so is ``bedrock:InvokeModel*``.
    """
    for node in statement.actions:
        yield from forbid(statement.allow & _broad_verb(node), node)


def _broad_verb(node: Node) -> Answer:
    """Whether an entry breaks off inside the first word of actions that do more than read."""
    if any(action_matches(node, each) is YES for each in _EVERY_ACTION):
        return NO  # IAM04 says so
    if node.literal is None:
        return UNKNOWN if any_of(action_matches(node, a) for a in _EVERY_ACTION) is UNKNOWN else NO
    begun = len(node.literal.partition(":")[2].split("*")[0].split("?")[0])
    found = bedrock_actions(node.literal)
    if begun == len(node.literal.partition(":")[2]) or found <= _INVOKES:
        return NO
    broad = [name for name in found if begun <= len(_verb(name)) and _verb(name) not in _LOOKS]
    return YES if broad else NO


def _verb(action: str) -> str:
    """The first word of an action's name: ``Create`` of ``bedrock:CreateAgent``."""
    name = action.partition(":")[2]
    end = next((i for i in range(1, len(name)) if name[i].isupper()), len(name))
    return name[:end]


@rule(
    "IAM10",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix="List the actions and resources that are allowed.",
    source=_ELEMENTS,
)
def no_grants_by_exception(statement: Statement) -> Verdicts:
    """No policy allows Bedrock by what it leaves out, with NotAction or NotResource."""
    if statement.not_actions:
        reached = statement.allow & _names_bedrock(statement) & _on_bedrock(statement)
        yield from forbid(reached, statement.node["NotAction"])
    if statement.not_resources:
        reached = statement.allow & _names_bedrock(statement)
        yield from forbid(reached, statement.node["NotResource"])


def _names_bedrock(statement: Statement) -> Answer:
    if statement.named_actions():
        return YES
    if not any(statement.may_name(prefix) for prefix in BEDROCK_PREFIXES):
        return NO
    return any_of(statement.covers(action) for action in sorted(every_action()))


def _on_bedrock(statement: Statement) -> Answer:
    """Whether an entry of Resource can be something of Bedrock."""
    if statement.not_resources:
        return YES
    return any_of(_is_bedrock_arn(node) for node in statement.resources)


def _is_bedrock_arn(node: Node) -> Answer:
    star = is_star(node)
    fields = node.shape.split(":")
    if star is not NO or len(fields) < 3:  # noqa: PLR2004 - arn:partition:service
        return star
    if not fields[2].isascii():
        return UNKNOWN
    return any_of(_matches(fields[2], prefix) for prefix in BEDROCK_PREFIXES)


def _matches(pattern: str, service: str) -> Answer:
    return answer(wildcard_match(pattern, service))
