"""What a record adds to which counters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .quota_callers import Caller, caller_of
from .quota_periods import end, skewed, stamp, start
from .usage_prices import Prices
from .usage_record import Record

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of a quota, as the construct wrote it down.

    Attributes:
        id: Name that stays the same when the amount changes.
        per: ``PRINCIPAL``, ``ROLE``, ``PROJECT`` or ``MODEL``.
        unit: ``TOKENS`` or ``US_DOLLARS``.
        most: What may be used in a period.
        period: ``MINUTE``, ``DAY`` or ``MONTH``.
        only: Who or what it is for; empty: each.
        warn_percent: When to tell beforehand.
        whole_role: Whether a role over its limit is denied for everybody in it.
    """

    id: str
    per: str
    unit: str
    most: Decimal
    period: str
    only: tuple[str, ...]
    warn_percent: int
    whole_role: bool

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Limit":
        """Read one limit of the settings."""
        only = tuple(document["only"])
        return cls(**{**document, "most": Decimal(document["most"]), "only": only})


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """An amount on one counter, and the caller who used it.

    Attributes:
        limit: Whose counter it is.
        subject: The principal, role, project or model that is counted.
        caller: Who called.
        amount: Tokens or US dollars.
        begun: First moment of the period.
        ends: First moment of the next one.
    """

    limit: Limit
    subject: str
    caller: Caller
    amount: Decimal
    begun: datetime
    ends: datetime

    @property
    def counter(self) -> str:
        """Name of the counter."""
        return f"{self.limit.id}#{self.subject}#{stamp(self.begun)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """All that is needed to charge a record.

    Attributes:
        limits: The limits of the quota.
        prices: The price table.
        projects: Application inference profile id -> project.
    """

    limits: tuple[Limit, ...]
    prices: Prices
    projects: Mapping[str, str] = field(default_factory=dict)

    def charges(self, record: Record, now: datetime) -> tuple[list[Charge], list[str]]:
        """The charges of a record, and the names of what is doubtful about them.

        A record whose clock is wrong counts now: no use gets away into another period.
        """
        problems: list[str] = []
        time = record.time
        if skewed(time, now):
            problems.append("SkewedClock")
            time = now
        caller = caller_of(record.principal)
        if caller.is_masked:
            problems.append("MaskedIdentity")
        charges = []
        cost = self.prices.cost(record.model, record.region, record.usage)
        for limit, subject in self._subjects(record, caller):
            amount = Decimal(record.usage.total) if limit.unit == "TOKENS" else cost
            if amount is None:
                problems.append("NoPrice")
                continue
            begun = start(limit.period, time)
            charges.append(
                Charge(
                    limit=limit,
                    subject=subject,
                    caller=caller,
                    amount=amount,
                    begun=begun,
                    ends=end(limit.period, begun),
                )
            )
        return charges, list(dict.fromkeys(problems))

    def _subjects(self, record: Record, caller: Caller) -> Iterator[tuple[Limit, str]]:
        found = {
            "PRINCIPAL": caller.arn or UNKNOWN,
            "ROLE": caller.role,
            "PROJECT": self.project_of(record.model),
            "MODEL": self.prices.model_of(record.model),
        }
        for limit in self.limits:
            subject = found[limit.per]
            if subject and (not limit.only or subject in limit.only):
                yield limit, subject

    def project_of(self, model: str) -> str:
        """The project whose application inference profile was called, or an empty string."""
        return self.projects.get(model.rsplit("/", 1)[-1], "")
