"""A price table as rows of a query."""

from decimal import Decimal

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.usage.records import quoted

_KINDS = ("input", "output", "cache_read", "cache_write")


def price_rows(table: PriceTable) -> str:
    """``VALUES`` of model, Region or ``*``, and US dollars per million tokens of each kind."""
    rows = [
        f"({quoted(price.model)}, {quoted(region)}, "
        + ", ".join(_amount(getattr(price, kind)) for kind in _KINDS)
        + ")"
        for price in table.prices
        for region in price.regions or ("*",)
    ]
    return "VALUES\n    " + ",\n    ".join(rows)


def profile_rows(table: PriceTable) -> str:
    """``VALUES`` of the last part of an application inference profile's ARN, and its model."""
    rows = [
        f"({quoted(profile.rsplit('/', 1)[-1])}, {quoted(table.priced_as(profile))})"
        for profile in sorted(table.profiles)
    ]
    return "VALUES\n    " + ",\n    ".join(rows or ["('', '')"])


def _amount(price: Decimal | None) -> str:
    return "CAST(NULL AS DOUBLE)" if price is None else f"CAST({price:f} AS DOUBLE)"
