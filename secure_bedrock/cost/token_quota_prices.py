"""The price table as the function of a quota reads it: a file of the deployment."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from secure_bedrock.catalog.foundation_models import GEOGRAPHIES
from secure_bedrock.catalog.price_table import ModelPrice, PriceTable

_KINDS = ("input", "output", "cache_read", "cache_write")


def price_document(table: PriceTable) -> dict[str, Any]:
    """The table in the form that ``usage_prices`` in the handlers reads."""
    prices: dict[str, list[dict[str, Any]]] = {}
    for price in table.prices:
        prices.setdefault(price.model, []).append(_entry(price))
    return {
        "version": table.version,
        "prices": prices,
        "profiles": dict(table.profiles),
        "geographies": list(GEOGRAPHIES),
    }


def price_asset(scope: Construct, id: str, table: PriceTable) -> s3_assets.Asset:
    """The document as a file asset; its name in the bucket follows from its content."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "prices.json"
        path.write_text(json.dumps(price_document(table), sort_keys=True), encoding="utf-8")
        return s3_assets.Asset(scope, id, path=str(path))


def _entry(price: ModelPrice) -> dict[str, Any]:
    amounts = {
        kind: f"{amount:f}" for kind in _KINDS if (amount := getattr(price, kind)) is not None
    }
    return {"regions": list(price.regions), **amounts}
