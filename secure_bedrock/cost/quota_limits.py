"""Limits of use, and what happens at them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aws_cdk import Token
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.cost.numbers import outside
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved

_MOST_LIMITS = 20
_MOST_ROLES = 50
_LEAST_DOLLARS = 0.0001
_OF_AWS = ("role/aws-reserved/", "role/aws-service-role/")


class QuotaSubject(StrEnum):
    """Whose use is added up."""

    PRINCIPAL = "PRINCIPAL"
    """Each session of a role, and each user."""
    ROLE = "ROLE"
    """Each role, all of its sessions together."""
    PROJECT = "PROJECT"
    """Each ``ProjectProfile``."""
    MODEL = "MODEL"
    """Each foundation model, through whichever profile it is called."""


class QuotaPeriod(StrEnum):
    """How long use is added up before it begins again at nothing. Periods are in UTC."""

    MINUTE = "MINUTE"
    DAY = "DAY"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLimit:
    """What may be used in a period, in tokens or in US dollars.

    Attributes:
        per: Whose use is added up.
        period: How long.
        tokens: Tokens in and out, those that the prompt cache read and wrote included; 1 or more.
        us_dollars: List price by the price table, 0.0001 or more. Give this or ``tokens``.
        only: Names it is for: ARNs of sessions and users as the log has them, names of roles, names
            of projects, ids of foundation models. Default: each.
        warn_percent: Tell beforehand at this percentage, 1 to 99. Default: 80.
        whole_role: Over a limit per role, deny the role to everybody, instead of each session that
            goes on. One person can then lock out all others of a shared role. Default: no.
    """

    per: QuotaSubject
    period: QuotaPeriod
    tokens: int | None = None
    us_dollars: float | None = None
    only: Sequence[str] = ()
    warn_percent: int = 80
    whole_role: bool = False

    @property
    def id(self) -> str:
        """A name that stays when the amount changes, so that use is not forgotten then."""
        unit = "dollars" if self.tokens is None else "tokens"
        name = f"{self.per}-{unit}-{self.period}".lower()
        if not self.only:
            return name
        return f"{name}-{hashlib.sha256('|'.join(sorted(self.only)).encode()).hexdigest()[:8]}"

    def settings(self) -> dict[str, Any]:
        """What the function is told."""
        return {
            "id": self.id,
            "per": self.per.value,
            "unit": "US_DOLLARS" if self.tokens is None else "TOKENS",
            "most": str(self.us_dollars if self.tokens is None else self.tokens),
            "period": self.period.value,
            "only": list(self.only),
            "warn_percent": self.warn_percent,
            "whole_role": self.whole_role,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyOverQuota:
    """Deny who is over a limit until its period ends.

    The session that went over is denied, not the role, so nobody else of a shared role notices.

    Attributes:
        roles: 1 to 50 roles of this account whose sessions may be denied. The function may write
            inline policies on them, and on no other role. Roles of IAM Identity Center and of AWS
            services cannot be written to.
        dry_run: Say who would be denied, and deny nobody. Default: no.
    """

    roles: Sequence[iam.IRole]
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class NotifyOnly:
    """Tell the topic and deny nobody."""


OverQuota = DenyOverQuota | NotifyOnly


def limit_problems(limits: Sequence[QuotaLimit], projects: Sequence[str]) -> Iterator[str]:
    """Limits that could not be kept, or mean nothing."""
    if not 1 <= len(limits) <= _MOST_LIMITS:
        yield f"{len(limits)} limits given, a quota takes 1 to {_MOST_LIMITS}: split it into two"
    ids = [limit.id for limit in limits]
    for limit in limits:
        yield from _amount_problems(limit)
        if ids.count(limit.id) > 1:
            yield f"limit {limit.id} is given twice: keep one amount"
        if not 1 <= limit.warn_percent <= 99:  # noqa: PLR2004 - percent
            yield f"warn_percent {limit.warn_percent} is out of range: use 1 to 99"
        if limit.whole_role and limit.per is not QuotaSubject.ROLE:
            yield f"limit {limit.id} is not per role: leave whole_role out"
        if limit.per is QuotaSubject.PROJECT:
            missing = sorted(set(limit.only) - set(projects))
            if missing or not projects:
                yield f"limit {limit.id}: projects has no {', '.join(missing) or 'project'}: add it"
        if any(unresolved(name) for name in limit.only):
            yield f"limit {limit.id} is for a name known only at deployment: write it out"


def over_quota_problems(over: OverQuota, scope: Construct) -> Iterator[str]:
    """Roles that could not be denied."""
    if isinstance(over, NotifyOnly):
        return
    if not 1 <= len(over.roles) <= _MOST_ROLES:
        yield f"{len(over.roles)} roles given, a quota denies 1 to {_MOST_ROLES}: split it into two"
    paths = [role.node.path for role in over.roles]
    account = place_of(scope).account
    for role, path in zip(over.roles, paths, strict=True):
        if paths.count(path) > 1:
            yield f"role {path} is given twice: remove one"
        other = role.env.account
        if not unresolved(account) and not unresolved(other) and other != account:
            yield f"role {path} is in account {other}, the quota in {account}: use its own account"
        if any(part in role.role_arn for part in _OF_AWS):
            yield f"role {path} belongs to AWS and takes no inline policy: use NotifyOnly() for it"


def _amount_problems(limit: QuotaLimit) -> Iterator[str]:
    if (limit.tokens is None) is (limit.us_dollars is None):
        yield f"a limit per {limit.per.lower()} needs tokens or us_dollars: give one of them"
    if limit.tokens is not None and (Token.is_unresolved(limit.tokens) or limit.tokens < 1):
        yield f"tokens {limit.tokens} is no limit: use a number known now, 1 or more"
    dollars = limit.us_dollars
    if dollars is not None and (outside(dollars, _LEAST_DOLLARS) or unresolved(dollars)):
        yield f"us_dollars {dollars} is no limit: use a number known now, {_LEAST_DOLLARS} or more"
