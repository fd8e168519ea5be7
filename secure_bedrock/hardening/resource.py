"""A resource that somebody else declared: what it says, completed but never contradicted."""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from aws_cdk import CfnResource, Stack, Token, Validations
from aws_cdk import aws_iam as iam

_UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")
_Kind = TypeVar("_Kind", bound=CfnResource)
_CONTEXT = "secure-bedrock:hardened"


@dataclass(frozen=True, slots=True, kw_only=True)
class HardeningChange:
    """Something that was missing and is there now.

    Attributes:
        path: The resource's construct path.
        property: What was completed.
        text: What it is now, and what follows from it.
    """

    path: str
    property: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HardeningGap:
    """Something below the baseline that is the user's to decide.

    Attributes:
        path: The resource's construct path.
        property: Where it is.
        text: What is wrong and what to do.
    """

    path: str
    property: str
    text: str


class ForeignResource:
    """One resource, read as it will be in the template.

    Args:
        resource: The resource, of whichever library.
        allow_replacement: Whether a property may be completed that cannot be changed later.
    """

    def __init__(self, resource: CfnResource, *, allow_replacement: bool) -> None:
        self.resource = resource
        self.stack = Stack.of(resource)
        self.path = resource.node.path
        self.changes: list[HardeningChange] = []
        self.gaps: list[HardeningGap] = []
        self._allow_replacement = allow_replacement
        # Protected, but the only way to see what an L2 left to be decided when it is synthesized.
        self.properties: dict[str, Any] = self.stack.resolve(resource._cfn_properties)  # noqa: SLF001

    def complete(self, name: str, value: object, text: str, *, create_only: bool = False) -> None:
        """Set a property, or what a property lacked, and say so.

        A property that can only be given at creation is left to the user, unless it was said that
        replacing what is deployed does not matter.
        """
        if create_only and not self._allow_replacement:
            self.report(
                name,
                f"{text}: not done, because setting it replaces a deployed resource; set it in the "
                "code, or allow_replacement=True if nothing is deployed yet",
            )
            return
        attribute = _UPPER.sub(r"_\1", name).lower()
        setattr(self.resource, attribute, _with_tokens(value))
        self.properties[name] = value
        self.changes.append(HardeningChange(path=self.path, property=name, text=text))
        self.resource.node.add_metadata(_CONTEXT, f"{name}: {text}")

    def report(self, name: str, text: str) -> None:
        """Warn about what is left below the baseline."""
        self.gaps.append(HardeningGap(path=self.path, property=name, text=text))
        Validations.of(self.resource).add_warning(
            f"secure-bedrock:Hardening{name[0].upper()}{name[1:]}", f"{self.path}: {name}: {text}"
        )

    def permissions(self, role_property: str, purpose: str) -> iam.ManagedPolicy | None:
        """A policy on the resource's role, which it waits for; None if the role is elsewhere."""
        role = self.find(self.properties.get(role_property), iam.CfnRole)
        if role is None:
            self.report(role_property, f"the role is not in this stack: let it {purpose}")
            return None
        return self.policy_for(role)

    def policy_for(self, role: iam.CfnRole) -> iam.ManagedPolicy:
        """The policy with which this resource's role is completed."""
        known = self.resource.node.try_find_child("BaselinePermissions")
        if isinstance(known, iam.ManagedPolicy):
            return known
        imported = iam.Role.from_role_name(self.resource, "BaselineRole", role.ref)
        policy = iam.ManagedPolicy(self.resource, "BaselinePermissions", roles=[imported])
        self.resource.node.add_dependency(policy)
        return policy

    def find(self, reference: object, kind: type[_Kind]) -> _Kind | None:
        """The resource of this stack that a resolved Ref or GetAtt means."""
        match reference:
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                for each in self.stack.node.find_all():
                    if isinstance(each, kind) and self.stack.resolve(each.logical_id) == name:
                        return each
        return None


def _with_tokens(value: object) -> object:
    """Intrinsic functions as tokens, which L1 constructs take where they expect a text."""
    match value:
        case list():
            return [_with_tokens(each) for each in value]
        case {"Ref": _} | {"Fn::GetAtt": _}:
            return Token.as_string(value)
        case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            return Token.as_string(value)
        case dict():
            return {key: _with_tokens(each) for key, each in value.items()}
    return value
