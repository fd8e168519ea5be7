"""Whether AWS and model providers may keep what is sent to models."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Profile,
    Severity,
    Statement,
    StatementKind,
    Template,
    Verdicts,
    answer,
    equals,
    forbid,
    rule,
    statements,
)
from secure_bedrock.rules.models._jobs import USER_GUIDE, calls

_ACTIONS = ("bedrock:PutAccountDataRetention", "bedrock-mantle:PutAccountDataRetention")


@rule(
    "MDL11",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Bind the action with a condition on DataRetentionMode, or leave it out.",
    source=f"{USER_GUIDE}/data-retention.html",
)
def data_retention_is_bounded(template: Template) -> Verdicts:
    """Nobody may choose any retention of prompts, and none shares them with providers.

    Policies with every action of the service are left to IAM04.
    """
    for call in calls(template, "PutAccountDataRetention"):
        mode = call.parameter("mode")
        yield from forbid(call.certain & equals(mode, "provider_data_share"), mode)
    for statement in statements(template, StatementKind.IDENTITY):
        for action in _ACTIONS:
            chosen = _may_choose(statement, action)
            if chosen is not NO:
                yield from forbid(chosen, statement.action_node(action))


def _may_choose(statement: Statement, action: str) -> Answer:
    prefix = action.partition(":")[0]
    if statement.allows(action) is NO or statement.covers(f"{prefix}:*") is YES:
        return NO
    bound = [each for each in statement.conditions(f"{prefix}:DataRetentionMode") if each.restricts]
    return statement.allows(action) & answer(not bound)
