"""What an estimate says."""

from dataclasses import dataclass
from decimal import Decimal

from secure_bedrock.evidence.fixed_costs.prices import FixedPrice

ResourceKey = tuple[str, str]
"""File, as people name it, and logical id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Things of one kind in one Region with a price.

    Attributes:
        title: What is counted.
        region: Whose price it is.
        quantity: How many.
        price: What one costs.
        monthly: What all cost a month.
        note: What a reader must know.
        resources: Which resources.
    """

    title: str
    region: str
    quantity: Decimal
    price: FixedPrice
    monthly: Decimal
    note: str
    resources: tuple[ResourceKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Resources of one kind without an amount.

    Attributes:
        title: The resource type, or what is counted.
        why: What it is billed by, or why there is no amount.
        resources: Which resources.
        quantity: How many are counted; None where only resources are.
    """

    title: str
    why: str
    resources: tuple[ResourceKey, ...]
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What templates cost a month before anything is used.

    Attributes:
        version: Date of the price table.
        hours: Hours that a month is taken to have.
        lines: What has a price.
        unpriced: What is billed by time but has no price here. Never counted as nothing.
        by_use: What is billed by use.
        unknown: Types of which nothing is known.
        free: Number of resources that cost nothing as such.
        notes: What was assumed.
    """

    version: str
    hours: Decimal
    lines: tuple[Line, ...]
    unpriced: tuple[Others, ...]
    by_use: tuple[Others, ...]
    unknown: tuple[Others, ...]
    free: int
    notes: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        """US dollars a month of what has a price."""
        return sum((line.monthly for line in self.lines), Decimal(0))
