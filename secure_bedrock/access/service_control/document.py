"""Statements, and how many of them fit into one service control policy.

Source: AWS Organizations User Guide, "Quotas and service limits": 10,240 characters a policy since
May 2026, 5,120 before and in older partitions; white space counts in policies made by
CloudFormation; at most 10 policies attached to one target.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

Statement = dict[str, Any]

SMALL_LIMIT, LIMIT = 5_120, 10_240
ATTACHABLE = 9
"""Ten to a target, and AWS's FullAWSAccess has to be one of them."""


class Guard(Protocol):
    """One thing an organization wants to be impossible."""

    def statements(self, partition: str) -> list[Statement]:
        """Deny statements for accounts of that partition."""


def deny(
    sid: str,
    actions: Sequence[str],
    *,
    resources: Sequence[str] = ("*",),
    not_resources: Sequence[str] = (),
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> Statement:
    """A deny statement with its elements in a fixed order."""
    statement: Statement = {"Sid": sid, "Effect": "Deny", "Action": list(actions)}
    if not_resources:
        statement["NotResource"] = list(not_resources)
    else:
        statement["Resource"] = list(resources)
    if conditions:
        statement["Condition"] = {name: dict(keys) for name, keys in conditions.items()}
    return statement


def except_roles(roles: Sequence[str], partition: str) -> dict[str, dict[str, list[str]]]:
    """The condition that spares roles, named by path and name with wildcards, in every account."""
    if not roles:
        return {}
    return {"ArnNotLike": {"aws:PrincipalArn": [f"arn:{partition}:iam::*:role/{r}" for r in roles]}}


def merged(*conditions: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Condition blocks as one: all of them have to hold."""
    whole: dict[str, dict[str, Any]] = {}
    for block in conditions:
        for operator, keys in block.items():
            whole.setdefault(operator, {}).update(keys)
    return whole


def minified(statements: Iterable[Statement]) -> str:
    """The policy as JSON without white space."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return json.dumps(document, separators=(",", ":"))


def pack(statements: Sequence[Statement], *, limit: int) -> list[list[Statement]]:
    """Statements in as few policies as their order allows; never a part of one.

    Raises:
        ValueError: One statement alone is over the limit, or the policies are too many for a
            target.
    """
    policies: list[list[Statement]] = []
    for statement in statements:
        alone = len(minified([statement]))
        if alone > limit:
            raise ValueError(
                f"statement {statement['Sid']} needs {alone:,} characters, a service control "
                f"policy has {limit:,}: name fewer models, Regions or roles, or use wildcards"
            )
        if policies and len(minified([*policies[-1], statement])) <= limit:
            policies[-1].append(statement)
        else:
            policies.append([statement])
    if len(policies) > ATTACHABLE:
        raise ValueError(
            f"the guards need {len(policies)} policies, {ATTACHABLE} can be attached beside "
            "FullAWSAccess: attach some guards higher in the organization"
        )
    return policies
