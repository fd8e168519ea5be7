"""Patterns in policies: which actions and which resources an entry covers."""

from functools import lru_cache

from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.policy.match import resource_match, wildcard_match
from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, answer
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._text import Hole, Kind, Text

BEDROCK_PREFIXES = ("bedrock", "bedrock-agentcore", "bedrock-mantle", "bedrock-websearch")


def covers_all(node: Node, service: str, resource: str) -> Answer:
    """Whether an ARN pattern covers every resource of a service that begins like ``resource``.

    ``covers_all(node, "bedrock", "foundation-model/")`` is YES for ``*``, for
    ``arn:aws:bedrock:*`` and for ``...:foundation-model/*``, NO for
    ``...:foundation-model/anthropic.*``. Partition, Region and account are not looked at.
    """
    text = node.text
    if node.unknown or text is None:
        return UNKNOWN if node.unknown else NO
    if _reaches(_filled(text, ""), service, resource):
        return YES
    return UNKNOWN if _reaches(_filled(text, "*"), service, resource) else NO


_ANY_NAME = "\x01"  # no pattern names it, so only a wildcard covers it


@lru_cache(maxsize=8192)
def _reaches(pattern: str, service: str, resource: str) -> bool:
    return resource_match(_anywhere(pattern), f"arn:-:{service}:-:-:{resource}{_ANY_NAME}")


def _filled(text: str | Text, free: str) -> str:
    if isinstance(text, str):
        return text
    filling = {Kind.SEGMENT: "*", Kind.PLAIN: "\x02", Kind.FREE: free or "\x02"}
    return "".join(filling[p.kind] if isinstance(p, Hole) else p for p in text.parts)


def _anywhere(pattern: str) -> str:
    fields = pattern.split(":", 5)
    for index in (1, 3, 4):
        if index < len(fields):
            fields[index] = "*"
    return ":".join(fields)


def action_matches(node: Node, action: str) -> Answer:
    """Whether one entry of an Action element names an action."""
    text = node.text
    if node.unknown or text is None:
        return UNKNOWN if node.unknown else NO
    if isinstance(text, Text):
        return Text(text.shape.lower(), text.holes).covers(action.lower())
    return answer(_names(text, action))


@lru_cache(maxsize=8192)
def _names(pattern: str, action: str) -> bool:
    return wildcard_match(pattern, action, ignore_case=True)


@lru_cache(maxsize=4096)
def bedrock_actions(pattern: str) -> frozenset[str]:
    """The actions of the Bedrock services that a pattern names."""
    if pattern == "*":
        return every_action()
    prefix, _, name = pattern.partition(":")
    return frozenset[str]().union(
        *(
            actions_matching(f"{service}:{name}")
            for service in BEDROCK_PREFIXES
            if wildcard_match(prefix, service, ignore_case=True)
        )
    )


@lru_cache(maxsize=1)
def every_action() -> frozenset[str]:
    """Every action of the Bedrock services."""
    return frozenset[str]().union(*(actions_matching(f"{s}:*") for s in BEDROCK_PREFIXES))


def named(node: Node) -> frozenset[str]:
    """The actions of the Bedrock services that an entry of an Action element names."""
    return bedrock_actions(node.literal) if node.literal else frozenset()


def is_star(node: Node) -> Answer:
    """Whether an entry is ``*`` alone."""
    if node.unknown:
        return UNKNOWN
    text = node.text
    if isinstance(text, Text):
        return UNKNOWN if text.may_equal("*") else NO
    return answer(text is not None and text.strip("*") == "" and text != "")
