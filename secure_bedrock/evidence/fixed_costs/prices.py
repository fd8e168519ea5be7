"""Prices by the hour or month: a dated table that users replace with their own."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

REFERENCE_REGION = "us-east-1"
"""The Region whose prices stand in, and are said to, where a template's Region is not known."""

_OTHER_PARTITIONS = ("us-gov-", "cn-", "us-iso", "eusc-", "eu-isoe-")
_KEYS = {"meter", "amount", "per", "regions", "source", "date"}
_TOP = {"version", "currency", "hours_per_month", "prices"}
_DEAREST = 100_000
_LONGEST_MONTH = 744


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPrice:
    """What one thing costs.

    Attributes:
        meter: What is counted, such as ``interface-endpoint``.
        amount: US dollars.
        per: ``hour`` or ``month``.
        regions: Where the price holds. Empty: in every Region of the partition ``aws``.
        source: Address of the page it was read from.
        date: Day the page says, otherwise the day it was read, as YYYY-MM-DD.
    """

    meter: str
    amount: Decimal
    per: str
    regions: tuple[str, ...] = ()
    source: str
    date: str

    def holds_in(self, region: str) -> bool:
        """Whether the price is that of a Region."""
        if self.regions:
            return region in self.regions
        return not region.startswith(_OTHER_PARTITIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPrices:
    """A price table.

    Attributes:
        version: Its date.
        hours_per_month: Hours that a month is taken to have.
        prices: The prices.
    """

    version: str
    hours_per_month: Decimal
    prices: tuple[FixedPrice, ...]

    @classmethod
    def load(cls, path: str | Path | None = None) -> Self:
        """Read a table from a JSON file. The default is the one packaged with this release.

        Raises:
            ValueError: The file is no price table; the message has one line for each mistake.
        """
        where = "packaged fixed prices" if path is None else str(path)
        source = files(__package__) / "prices.json" if path is None else Path(path)
        try:
            document = json.loads(source.read_text(encoding="utf-8"), parse_float=Decimal)
        except (OSError, ValueError) as error:
            raise ValueError(f"{where}: no price table can be read: {error}") from error
        if problems := list(_problems(document)):
            raise ValueError("\n".join(f"{where}: {problem}" for problem in problems))
        return cls(
            version=document["version"],
            hours_per_month=Decimal(document["hours_per_month"]),
            prices=tuple(_price(entry) for entry in document["prices"]),
        )

    def price_of(self, meter: str, region: str) -> FixedPrice | None:
        """The price of a thing in a Region, if the table has it."""
        return next((p for p in self.prices if p.meter == meter and p.holds_in(region)), None)

    def monthly(self, price: FixedPrice, quantity: Decimal) -> Decimal:
        """What a quantity costs a month."""
        hours = self.hours_per_month if price.per == "hour" else Decimal(1)
        return quantity * price.amount * hours


def _price(entry: Mapping[str, Any]) -> FixedPrice:
    return FixedPrice(
        meter=entry["meter"],
        amount=Decimal(entry["amount"]),
        per=entry["per"],
        regions=tuple(entry.get("regions", ())),
        source=entry["source"],
        date=entry["date"],
    )


def _problems(document: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if not isinstance(document, dict) or not isinstance(document.get("prices"), list):
        yield "a price table is an object with version, currency, hours_per_month and prices"
        return
    for name in sorted(document.keys() - _TOP):
        yield f"unknown key {name!r}: remove it"
    if not _is_day(document.get("version")):
        yield f"version {document.get('version')!r} is no date: write it as YYYY-MM-DD"
    if document.get("currency") != "USD":
        yield f"currency {document.get('currency')!r} is not known: write USD"
    if not _is_number(document.get("hours_per_month"), _LONGEST_MONTH):
        yield f"hours_per_month {document.get('hours_per_month')!r} is no number up to 744"
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(document["prices"]):
        yield from _entry_problems(f"prices[{number}]", entry, seen)


def _entry_problems(where: str, entry: Any, seen: set[tuple[str, str]]) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if not isinstance(entry, dict) or not isinstance(entry.get("meter"), str):
        yield f"{where} is no object with meter, amount, per, source and date"
        return
    where = f"{where} ({entry['meter']})"
    for name in sorted(entry.keys() - _KEYS):
        yield f"{where}: unknown key {name!r}: remove it"
    if not _is_number(entry.get("amount"), _DEAREST):
        yield f"{where}: amount {entry.get('amount')!r} is no number from 0 to {_DEAREST}"
    if entry.get("per") not in ("hour", "month"):
        yield f"{where}: per {entry.get('per')!r} is not known: write hour or month"
    regions = entry.get("regions", [])
    if not isinstance(regions, list) or not all(isinstance(r, str) and r for r in regions):
        yield f"{where}: regions {regions!r} is no list of Regions: leave it out for every Region"
        regions = []
    if not str(entry.get("source") or "").startswith("https://"):
        yield f"{where}: source {entry.get('source')!r} is no https address: say where it was read"
    if not _is_day(entry.get("date")):
        yield f"{where}: date {entry.get('date')!r} is no date: write it as YYYY-MM-DD"
    for region in regions or ["every Region"]:
        if (entry["meter"], region) in seen:
            yield f"{where}: two prices for {region}: keep one"
        seen.add((entry["meter"], region))


def _is_number(value: object, most: int) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= most


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
