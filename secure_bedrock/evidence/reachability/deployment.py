"""A template with where it goes, and what its values name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Template
from secure_bedrock.rules._worlds import single, worlds

if TYPE_CHECKING:
    from secure_bedrock.evidence.reachability.estate import Estate

_APART = ("DefaultSecurityGroup", "DefaultNetworkAcl", "CidrBlock")
_NO_ID = re.compile(r"Custom::|AWS::CloudFormation::")
_ENDPOINT_NAME = re.compile(r"(vpce-[0-9a-zA-Z]+)-")
_DEPTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A template and where it is deployed.

    What exists without a template of yours is described by a small one of its own, with its ids as
    ``values``.

    Attributes:
        template: The parsed template.
        name: Name of the stack, for the answers.
        account: Account it is deployed to.
        region: Region it is deployed to.
        parameters: Values of the template's parameters.
        values: Physical ids by logical id, where other templates write them down.
    """

    template: Mapping[str, Any]
    name: str
    account: str
    region: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


class Stack:
    """A deployment with its conditions decided by parameters and defaults."""

    def __init__(self, deployment: Deployment, estate: "Estate") -> None:
        given = {
            **deployment.parameters,
            "AWS::Region": deployment.region,
            "AWS::AccountId": deployment.account,
        }
        self.possible = worlds(deployment.template, given)
        empty = Template({})
        self.template = Template(
            deployment.template,
            world=self.possible[0],
            region=deployment.region,
            account=deployment.account,
            arguments={k: Node(v, (), empty) for k, v in deployment.parameters.items()},
        )
        self.deployment = deployment
        self.name = deployment.name
        self.place = (deployment.account, deployment.region)
        self.estate = estate

    def text(self, raw: object) -> str | None:
        """A text, if all of it is known."""
        key, name = single(raw)
        if key == "Fn::ImportValue":
            found = self.estate.exported(self, name)
            return found[0].text(found[1]) if found else None
        node = self.template.node(raw, ())
        return None if node.missing else node.literal

    def key(self, raw: object, depth: int = 0) -> str | None:  # noqa: PLR0911 - one answer for each function
        """What a value names: the same text wherever the same thing is meant; None if unknown."""
        if isinstance(raw, str):
            return None if "{{resolve:" in raw else self.estate.known(raw)
        function, argument = single(raw)
        if depth > _DEPTH or not function:
            return None
        if function == "Ref" and isinstance(argument, str):
            if argument in self.template.resources:
                return self._resource(argument, "")
            return self._literal(raw)
        if function == "Fn::GetAtt":
            parts = argument.split(".", 1) if isinstance(argument, str) else argument
            return self._resource(str(parts[0]), ".".join(map(str, parts[1:])))
        if function == "Fn::ImportValue":
            found = self.estate.exported(self, argument)
            return found[0].key(found[1], depth + 1) if found else None
        if function == "Fn::If" and isinstance(argument, list) and len(argument) == 3:  # noqa: PLR2004
            return self.key(argument[1 if self.template.world.holds(argument[0]) else 2], depth + 1)
        return self._literal(raw)

    def within(self, raw: object) -> str | None:
        """The one resource that an ARN, or a part of a list or text, is made of."""
        found = set(_inside(self, raw, 0))
        if len(found) == 1:
            return next(iter(found))
        text = self.text(raw)
        if text is None:
            return None
        named = _ENDPOINT_NAME.match(text)
        return self.estate.known(named[1] if named else text.rpartition("/")[2])

    def _resource(self, logical_id: str, attribute: str) -> str | None:
        resource = self.template.resources.get(logical_id)
        if resource is None or _NO_ID.match(resource.type):
            return None
        suffix = f".{attribute}" if attribute in _APART else ""
        return f"{self.name}/{logical_id}{suffix}"

    def _literal(self, raw: object) -> str | None:
        text = self.text(raw)
        return None if text is None else self.estate.known(text)


def _inside(stack: Stack, raw: object, depth: int) -> Iterator[str]:
    """Every resource that a value refers to, here or in the stack it is imported from."""
    function, argument = single(raw)
    if function == "Fn::ImportValue":
        if (found := stack.estate.exported(stack, argument)) and depth < _DEPTH:
            yield from _inside(*found, depth + 1)
    elif function in {"Ref", "Fn::GetAtt"}:
        key = stack.key(raw)
        if key is not None and stack.estate.resource(key):
            yield key
    elif depth < _DEPTH:
        members = raw.values() if isinstance(raw, Mapping) else raw
        for each in (
            members if isinstance(members, Iterable) and not isinstance(members, str) else ()
        ):
            if not isinstance(each, str):
                yield from _inside(stack, each, depth + 1)
