"""What is wrong with the document of a price table: one line for each mistake."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

_AMOUNTS = {"input": True, "output": True, "cache_read": False, "cache_write": False}
_KNOWN = {*_AMOUNTS, "model", "regions", "source", "date"}
_DEAREST = 10_000


def price_table_problems(document: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Every mistake of a document."""
    if not isinstance(document, dict):
        yield "a price table is an object with version, currency, unit and prices"
        return
    for name in sorted(document.keys() - {"version", "currency", "unit", "prices", "profiles"}):
        yield f"unknown key {name!r}: remove it"
    if not _is_day(document.get("version")):
        yield f"version {document.get('version')!r} is no date: write it as YYYY-MM-DD"
    if document.get("currency") != "USD":
        yield f"currency {document.get('currency')!r} is not used by AWS for models: write USD"
    if document.get("unit") != "per million tokens":
        yield f"unit {document.get('unit')!r} is not known: write 'per million tokens'"
    profiles = document.get("profiles", {})
    if not isinstance(profiles, dict) or not all(isinstance(v, str) for v in profiles.values()):
        yield "profiles is no object of profile ids and model ids"
    prices = document.get("prices")
    if not isinstance(prices, list) or not prices:
        yield "prices is no list of prices: give at least one"
        return
    for number, entry in enumerate(prices):
        yield from _entry_problems(f"prices[{number}]", entry)
    yield from _repeated([entry for entry in prices if isinstance(entry, dict)])


def _entry_problems(where: str, entry: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if not isinstance(entry, dict):
        yield f"{where} is no object: give model, input, output, source and date"
        return
    model = entry.get("model")
    if not isinstance(model, str) or not model:
        yield f"{where} has no model: give its id, for example amazon.nova-lite-v1:0"
    else:
        where = f"{where} ({model})"
    for name in sorted(entry.keys() - _KNOWN):
        yield f"{where}: unknown key {name!r}: remove it"
    yield from _amount_problems(where, entry)
    regions = entry.get("regions", [])
    if not isinstance(regions, list) or not all(isinstance(r, str) and r for r in regions):
        yield f"{where}: regions {regions!r} is no list of Regions: leave it out for every Region"
    if not str(entry.get("source") or "").startswith("https://"):
        yield f"{where}: source {entry.get('source')!r} is no https address: say where it was read"
    if not _is_day(entry.get("date")):
        yield f"{where}: date {entry.get('date')!r} is no date: write it as YYYY-MM-DD"


def _amount_problems(where: str, entry: dict[str, Any]) -> Iterator[str]:
    for kind, needed in _AMOUNTS.items():
        amount = entry.get(kind)
        if amount is None and not needed:
            continue
        if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
            yield f"{where}: {kind} {amount!r} is no number: give US dollars per million tokens"
        elif not 0 <= amount <= _DEAREST:
            yield f"{where}: {kind} {amount} is out of range: use 0 to {_DEAREST} US dollars"


def _repeated(prices: list[dict[str, Any]]) -> Iterator[str]:
    seen: dict[str, set[str]] = {}
    for entry in prices:
        model, regions = entry.get("model"), entry.get("regions", [])
        if not isinstance(model, str) or not isinstance(regions, list):
            continue
        known = seen.setdefault(model, set())
        here = {str(region) for region in regions} or {"*"}
        if known & here or (known and "*" in known | here):
            yield f"{model} has two prices in one Region: keep one"
        known |= here


def _is_day(text: Any) -> bool:  # noqa: ANN401 - any JSON value
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
