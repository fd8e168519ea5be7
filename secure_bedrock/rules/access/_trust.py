"""Which services may assume a role."""

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    Answer,
    Principal,
    Statement,
    StatementKind,
    Template,
    any_of,
    matches,
)
from secure_bedrock.rules.access._grants import by_owner

BEDROCK_SERVICES = ("bedrock.*", "bedrock-*")


def is_service(principal: Principal, *patterns: str) -> Answer:
    """Whether a principal is a service such as ``bedrock.*``."""
    if principal.kind == "Service":
        return matches(principal.value, *patterns)
    return UNKNOWN if principal.kind in ("", "?") and principal.value.literal is None else NO


def trusts(template: Template, logical_id: str) -> list[Statement]:
    """The statements of a role that say who may assume it."""
    owned = by_owner(template).get(logical_id, [])
    return [each for each in owned if each.kind is StatementKind.TRUST]


def lets_in(statement: Statement, *patterns: str) -> Answer:
    """Whether a trust statement lets a service assume the role."""
    return statement.allow & any_of(is_service(each, *patterns) for each in statement.principals())


def assumed_by(template: Template, logical_id: str, *patterns: str) -> Answer:
    """Whether a service may assume the role."""
    return any_of(lets_in(each, *patterns) for each in trusts(template, logical_id))
