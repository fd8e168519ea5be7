"""One policy statement, in the same form wherever the template keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of, answer, any_of
from secure_bedrock.rules._node import UNRESOLVED, Node, Path
from secure_bedrock.rules._patterns import (
    action_matches,
    covers_all,
    every_action,
    is_star,
    named,
)
from secure_bedrock.rules._text import Text

if TYPE_CHECKING:
    from secure_bedrock.rules._template import Resource


class StatementKind(StrEnum):
    """What a policy does with its statements."""

    IDENTITY = "identity"  # grants to the role, user or group that has the policy
    BOUNDARY = "boundary"  # limits a role or user and grants nothing
    TRUST = "trust"  # says who may assume a role
    RESOURCE = "resource"  # on a bucket, key, topic, queue, secret, guardrail, runtime, ...
    ENDPOINT = "endpoint"  # limits what passes a VPC endpoint
    ORGANIZATION = "organization"  # limits the accounts of an organization


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of a Condition element."""

    operator: str
    key: str
    values: Node

    @property
    def restricts(self) -> bool:
        """Whether a request without the key, or with another value, does not match."""
        operator = self.operator.lower()
        loose = operator.endswith("ifexists") or operator.startswith("forallvalues:")
        return not loose and "not" not in operator and operator != "null"


@dataclass(frozen=True, slots=True)
class Principal:
    """One entry of a Principal element; the kind is ``*`` for ``"Principal": "*"``."""

    kind: str
    value: Node


@dataclass(slots=True)
class Statement:
    """A statement of a policy document.

    Attributes:
        node: The statement itself.
        kind: What its policy does.
        owner: The resource that holds the policy.
        holders: Logical ids of the roles, users, groups or functions that have an identity policy.
        allow: Whether the effect is Allow.
        deny: Whether the effect is Deny.
    """

    node: Node
    kind: StatementKind
    owner: "Resource"
    holders: tuple[str, ...] = ()
    _cache: dict[str, Answer] = field(default_factory=dict)
    actions: tuple[Node, ...] = field(init=False)
    not_actions: tuple[Node, ...] = field(init=False)
    resources: tuple[Node, ...] = field(init=False)
    not_resources: tuple[Node, ...] = field(init=False)
    allow: Answer = field(init=False)
    deny: Answer = field(init=False)
    _services: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.actions = _entries(self.node["Action"])
        self.not_actions = _entries(self.node["NotAction"])
        self.resources = _entries(self.node["Resource"])
        self.not_resources = _entries(self.node["NotResource"])
        self.allow = self._effect("Allow")
        self.deny = self._effect("Deny")
        self._services = frozenset(_service(node) for node in self.actions)

    @property
    def path(self) -> Path:
        """Where the statement stands."""
        return self.node.path

    @property
    def shown(self) -> str:
        """The statement, shortened."""
        return self.node.shown

    @property
    def everywhere(self) -> Answer:
        """Whether the statement applies to ``Resource: "*"``."""
        return any_of(is_star(node) for node in self.resources)

    def on_all(self, service: str, resource: str) -> Answer:
        """Whether it applies to every resource of a kind, such as ``foundation-model/``."""
        if self.not_resources:
            excluded = any_of(covers_all(node, service, resource) for node in self.not_resources)
            return ~excluded
        return any_of(covers_all(node, service, resource) for node in self.resources)

    def covers(self, action: str) -> Answer:
        """Whether Action or NotAction names the action, wildcards included, whatever the effect."""
        if action not in self._cache:
            if not self.may_name(action.partition(":")[0]):
                self._cache[action] = NO
            elif self.not_actions:
                excluded = any_of(action_matches(node, action) for node in self.not_actions)
                self._cache[action] = ~excluded
            else:
                self._cache[action] = any_of(action_matches(n, action) for n in self.actions)
        return self._cache[action]

    def may_name(self, service: str) -> bool:
        """Whether it can be about an action of a service: quick, and errs towards yes."""
        return service in self._services or "" in self._services or bool(self.not_actions)

    def allows(self, *actions: str) -> Answer:
        """Whether the statement allows at least one of the actions."""
        if self.allow is NO:
            return NO
        return all_of((self.allow, any_of(self.covers(action) for action in actions)))

    def denies(self, *actions: str) -> Answer:
        """Whether the statement denies every one of the actions."""
        return all_of((self.deny, *(self.covers(action) for action in actions)))

    def named_actions(self) -> frozenset[str]:
        """Every action of a Bedrock service that Action or NotAction certainly names."""
        if self.not_actions:
            left_out = frozenset[str]().union(*(named(node) for node in self.not_actions))
            return (
                frozenset()
                if any(n.unknown for n in self.not_actions)
                else every_action() - left_out
            )
        return frozenset[str]().union(*(named(node) for node in self.actions))

    def action_node(self, *actions: str) -> Node:
        """The entry of Action or NotAction to point at for an action."""
        for node in self.actions:
            if any(action_matches(node, action) is not NO for action in actions):
                return node
        return self.node["NotAction"] if self.not_actions else self.node["Action"]

    def resource_node(self, *kinds: tuple[str, str]) -> Node:
        """The entry of Resource to point at: the one that is ``*`` or covers all of a kind."""
        for node in self.resources:
            broad = any_of(covers_all(node, service, prefix) for service, prefix in kinds)
            if is_star(node) is not NO or broad is not NO:
                return node
        return self.node["NotResource" if self.not_resources else "Resource"]

    def conditions(self, *keys: str) -> list[Condition]:
        """The conditions on some keys (in any case); all of them without keys."""
        wanted = {key.lower() for key in keys}
        return [c for c in self._conditions() if not wanted or c.key.lower() in wanted]

    def conditioned_on(self, *keys: str) -> Answer:
        """Whether there is a condition on at least one of the keys (in any case)."""
        if self.conditions(*keys):
            return YES
        return UNKNOWN if self.node["Condition"].unknown else NO

    def principals(self) -> list[Principal]:
        """The entries of Principal; one that cannot be read has the kind ``?``."""
        element = self.node["Principal"]
        if isinstance(element.value, dict):
            return [Principal(k, each) for k, value in element.items() for each in value]
        if element.missing:
            return []
        return [Principal("*" if each.literal == "*" else "?", each) for each in element]

    def _conditions(self) -> Iterator[Condition]:
        for operator, keys in self.node["Condition"].items():
            for key, values in keys.items() if operator else ():
                yield Condition(operator, key, values)

    def _effect(self, wanted: str) -> Answer:
        effect = self.node["Effect"]
        if effect.unknown or isinstance(effect.value, Text):
            return UNKNOWN
        return answer(effect.literal == wanted)


def _service(action: Node) -> str:
    """The service prefix of an entry of Action; empty if it can be more than one service."""
    prefix, colon, _ = action.shape.partition(":")
    open_ended = action.unknown or not colon or not prefix.isascii() or {*prefix} & {*"*?"}
    return "" if open_ended else prefix.lower()


def _entries(node: Node) -> tuple[Node, ...]:
    """The entries of an element; more than any policy has room for counts as unknown."""
    if isinstance(node.value, list) and len(node.value) > _MOST_ENTRIES:
        return (Node(UNRESOLVED, node.path, node.template),)
    return tuple(node)


_MOST_ENTRIES = 2_000
