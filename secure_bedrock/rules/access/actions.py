"""Which actions policies grant."""

from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    Severity,
    Statement,
    StatementKind,
    Verdicts,
    action_matches,
    any_of,
    forbid,
    rule,
)

_SOURCE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
)
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
