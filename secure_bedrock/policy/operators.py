"""Condition operators: what each compares, and what its prefix and suffix mean.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for
multivalued context keys".
"""

import operator as op
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from secure_bedrock.policy import compare
from secure_bedrock.policy.match import arn_match, wildcard_match
from secure_bedrock.policy.truth import Truth
from secure_bedrock.policy.variables import plain

Comparison = Callable[[str, str], Truth]


class Values(StrEnum):
    """The set operator in front of an operator."""

    ONE = ""
    ALL = "ForAllValues:"
    ANY = "ForAnyValue:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A condition operator, taken apart.

    Attributes:
        name: As written in the policy.
        values: How several values of the request count.
        compares: Compares a value of the policy with one of the request; None for Null.
        negated: Whether the operator holds when the comparison does not.
        if_exists: Whether it holds when the request does not carry the key.
        variables: Whether policy variables are replaced in its values.
    """

    name: str
    values: Values
    compares: Comparison | None
    negated: bool
    if_exists: bool
    variables: bool

    @classmethod
    @cache
    def parse(cls, name: str) -> "Operator":
        """Read an operator such as ``ForAnyValue:StringNotLikeIfExists``.

        Raises:
            ValueError: IAM has no such operator.
        """
        rest, values = name, Values.ONE
        for prefix in (Values.ALL, Values.ANY):
            if name.lower().startswith(prefix.lower()):
                rest, values = name[len(prefix) :], prefix
        base = rest.lower().removesuffix("ifexists")
        if base not in _OPERATORS or (base == "null" and base != rest.lower()):
            raise ValueError(f"{name!r} is not a condition operator of IAM")
        compares, negated, variables = _OPERATORS[base]
        return cls(
            name=name,
            values=values,
            compares=compares,
            negated=negated,
            if_exists=base != rest.lower(),
            variables=variables,
        )


def _equal(wanted: str, found: str) -> bool:
    return plain(wanted) == plain(found)


def _equal_ignoring_case(wanted: str, found: str) -> bool:
    return plain(wanted).lower() == plain(found).lower()


_OPERATORS: dict[str, tuple[Comparison | None, bool, bool]] = {
    "stringequals": (_equal, False, True),
    "stringnotequals": (_equal, True, True),
    "stringequalsignorecase": (_equal_ignoring_case, False, True),
    "stringnotequalsignorecase": (_equal_ignoring_case, True, True),
    "stringlike": (wildcard_match, False, True),
    "stringnotlike": (wildcard_match, True, True),
    "arnequals": (arn_match, False, True),
    "arnlike": (arn_match, False, True),
    "arnnotequals": (arn_match, True, True),
    "arnnotlike": (arn_match, True, True),
    "bool": (compare.same_bool, False, False),
    "binaryequals": (compare.same_bytes, False, False),
    "ipaddress": (compare.inside_network, False, False),
    "notipaddress": (compare.inside_network, True, False),
    "null": (None, False, False),
}
for _kind, _parse in (("numeric", compare.number), ("date", compare.instant)):
    _OPERATORS |= {
        f"{_kind}equals": (compare.ordered(_parse, op.eq), False, False),
        f"{_kind}notequals": (compare.ordered(_parse, op.eq), True, False),
        f"{_kind}lessthan": (compare.ordered(_parse, op.lt), False, False),
        f"{_kind}lessthanequals": (compare.ordered(_parse, op.le), False, False),
        f"{_kind}greaterthan": (compare.ordered(_parse, op.gt), False, False),
        f"{_kind}greaterthanequals": (compare.ordered(_parse, op.ge), False, False),
    }
