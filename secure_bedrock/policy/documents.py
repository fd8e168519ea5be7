"""Policy documents as values, with every element in one normal form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from secure_bedrock.policy.operators import Operator

_EXCLUSIVE = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One operator and key with the values it compares.

    Attributes:
        operator: How values are compared.
        key: The condition key, as written.
        values: What the request's values are compared with.
    """

    operator: Operator
    key: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.operator.name} {self.key} {', '.join(self.values)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement.

    Attributes:
        sid: Its Sid, or ``statement N`` counted from 1.
        allows: True for Allow, False for Deny.
        actions: Entries of Action or NotAction.
        not_actions: Whether the entries are those of NotAction.
        resources: Entries of Resource or NotResource; empty in trust policies.
        not_resources: Whether the entries are those of NotResource.
        principals: Type -> names, ``AWS: *`` for everyone; None in identity policies.
        not_principals: Whether ``principals`` are those of NotPrincipal.
        conditions: All of them must hold.
        variables: Whether ``${...}`` is replaced (policy language version 2012-10-17).
    """

    sid: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: bool = False
    resources: tuple[str, ...] = ()
    not_resources: bool = False
    principals: Mapping[str, tuple[str, ...]] | None = None
    not_principals: bool = False
    conditions: tuple[Condition, ...] = ()
    variables: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy document and the name it is reported by.

    Attributes:
        name: For example ``InvokerRole/DefaultPolicy``.
        statements: In the order of the document.
    """

    name: str = "policy"
    statements: tuple[Statement, ...] = field(default=())

    @classmethod
    def from_document(cls, document: Mapping[str, Any], *, name: str = "policy") -> "Policy":
        """Read a resolved JSON document.

        Raises:
            ValueError: The document is not a policy, or holds an unresolved intrinsic.
        """
        variables = document.get("Version", "2008-10-17") == "2012-10-17"
        entries = document.get("Statement", [])
        entries = entries if isinstance(entries, list) else [entries]
        statements = []
        for number, entry in enumerate(entries, start=1):
            try:
                statements.append(_statement(entry, f"statement {number}", variables=variables))
            except ValueError as error:
                raise ValueError(f"{name}: statement {number}: {error}") from None
        return cls(name=name, statements=tuple(statements))


FULL_AWS_ACCESS = Policy(
    name="FullAWSAccess",
    statements=(Statement(sid="FullAWSAccess", allows=True, actions=("*",), resources=("*",)),),
)
"""The service control policy that AWS attaches everywhere until someone replaces it."""


def _statement(entry: Mapping[str, Any], label: str, *, variables: bool) -> Statement:
    effect = entry.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise ValueError(f"Effect must be Allow or Deny, got {effect!r}")
    for either, other in _EXCLUSIVE:
        if either in entry and other in entry:
            raise ValueError(f"give {either} or {other}, not both")
    if "Action" not in entry and "NotAction" not in entry:
        raise ValueError("it has neither Action nor NotAction")
    principals = entry.get("Principal", entry.get("NotPrincipal"))
    return Statement(
        sid=entry.get("Sid") or label,
        allows=effect == "Allow",
        actions=_texts(entry.get("Action", entry.get("NotAction"))),
        not_actions="NotAction" in entry,
        resources=_texts(entry.get("Resource", entry.get("NotResource", []))),
        not_resources="NotResource" in entry,
        principals=None if principals is None else _principals(principals),
        not_principals="NotPrincipal" in entry,
        conditions=_conditions(entry.get("Condition", {})),
        variables=variables,
    )


def _principals(element: str | Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    if element == "*":
        return {"AWS": ("*",)}
    if not isinstance(element, Mapping):
        raise ValueError(  # noqa: TRY004 - the library's one kind of refusal
            f"Principal must be * or an object, got {element!r}"
        )
    return {kind: _texts(names) for kind, names in element.items()}


def _conditions(element: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator=Operator.parse(name), key=key, values=_texts(values))
        for name, keys in element.items()
        for key, values in keys.items()
    )


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    return tuple(_text(entry) for entry in values)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError(f"{value!r} is not resolved: resolve intrinsics first")
