"""Which filters a guardrail has."""

from collections.abc import Iterable

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Fail,
    Node,
    Resource,
    Unknown,
    Verdicts,
    any_of,
    equals,
    refers_to,
)

HARMFUL = ("HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT")
ENFORCED = "AWS::Bedrock::EnforcedGuardrailConfiguration"


def content_filters(guardrail: Resource) -> Node:
    """The content filters."""
    return guardrail["ContentPolicyConfig"]["FiltersConfig"]


def lacks(entries: Node, kinds: Iterable[str]) -> Verdicts:
    """A verdict unless there is an entry of each kind."""
    found = {kind: any_of(equals(each["Type"], kind) for each in entries) for kind in kinds}
    absent = [kind for kind, answer in found.items() if answer is NO]
    if absent:
        yield Fail(entries, f"there is none for {', '.join(absent)}")
    elif UNKNOWN in found.values():
        yield Unknown(entries)


def joins_an_enforced_one(guardrail: Resource) -> bool:
    """Whether the account enforces another guardrail, which then applies as well."""
    enforced = guardrail.template.of_type(ENFORCED)
    return any(refers_to(each["GuardrailIdentifier"], guardrail) is not YES for each in enforced)


def is_open(entry: Node) -> bool:
    """Whether nothing, or not every key, of an entry is known before deployment."""
    return entry[""].unknown
