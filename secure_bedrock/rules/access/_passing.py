"""Who may hand a role to a service."""

from secure_bedrock.rules._kit import (
    NO,
    Answer,
    Condition,
    Statement,
    action_matches,
    any_of,
    matches,
)
from secure_bedrock.rules.access._grants import accepts_anything, granted

HAND_OVER = "iam:PassRole"
_KEY = "iam:PassedToService"


def passes_role_to(statement: Statement, service: str) -> Answer:
    """Whether the statement lets a role be passed to a service, ``bedrock`` or another."""
    passed = granted(statement, HAND_OVER)
    if passed is NO:
        return NO
    shut_out = any_of(
        ~_admits(each, service)
        for each in statement.conditions(_KEY)
        if each.operator.lower() != "null"
    )
    return passed & ~shut_out


def names_the_service(statement: Statement) -> Answer:
    """Whether a condition says which services may get the role."""
    return any_of(
        ~accepts_anything(each)
        for each in statement.conditions(_KEY)
        if "not" not in each.operator.lower() and each.operator.lower() != "null"
    )


def _admits(condition: Condition, service: str) -> Answer:
    host = f"{service}.amazonaws.com"
    named = any_of(
        action_matches(node, host) | matches(node, f"{service}.*") for node in condition.values
    )
    return ~named if "not" in condition.operator.lower() else named
