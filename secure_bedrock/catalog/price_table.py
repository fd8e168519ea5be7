"""What a million tokens cost, by model: a dated table that users replace with their own.

A price that is not known stays unknown: nothing here answers zero for it. Prices are on-demand list
prices, without discounts, batch, long-context and latency-optimised rates, taxes and guardrails.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from secure_bedrock.catalog.foundation_models import GEOGRAPHIES
from secure_bedrock.catalog.price_table_problems import price_table_problems

MILLION = Decimal(1_000_000)
_PACKAGED = "data/model_prices.json"
_GEOGRAPHY = re.compile("^(?:" + "|".join(GEOGRAPHIES) + r")\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens of a call or of many. ``input`` excludes what the prompt cache read and wrote."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """US dollars per million tokens of one model.

    Attributes:
        model: Foundation model id, or a ``global.`` inference profile that is priced on its own.
            A geographic profile costs what its model costs.
        regions: Source Regions the price holds in. Empty: every Region.
        input: Input tokens, prompt cache excluded.
        output: Output tokens.
        cache_read: Tokens read from the prompt cache. None: no price is known.
        cache_write: Tokens written to it, for five minutes. None: no price is known.
        source: Address of the page the price was read from.
        date: Day it was read, as YYYY-MM-DD.
    """

    model: str
    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    regions: tuple[str, ...] = ()
    source: str
    date: str

    def cost(self, tokens: Tokens) -> Decimal | None:
        """US dollars, or None if tokens of a kind without a price were used."""
        total = tokens.input * self.input + tokens.output * self.output
        for count, price in (
            (tokens.cache_read, self.cache_read),
            (tokens.cache_write, self.cache_write),
        ):
            if count and price is None:
                return None
            total += count * (price or 0)
        return total / MILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """Prices of models, with the day they were put together.

    Attributes:
        version: Date of the table, as YYYY-MM-DD.
        currency: Always USD: AWS lists model prices in no other currency.
        prices: At most one for each model and Region.
        profiles: Application inference profile id or ARN -> model id, because an invocation through
            such a profile is logged without the model behind it.
    """

    version: str
    currency: str = "USD"
    prices: tuple[ModelPrice, ...]
    profiles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: str | Path | None = None) -> Self:
        """Read a table from a JSON file. The default is the one packaged with this release.

        Raises:
            ValueError: The file is no price table; the message has one line for each mistake.
        """
        where = "packaged price table" if path is None else str(path)
        source = files("secure_bedrock.catalog") / _PACKAGED if path is None else Path(path)
        try:
            document = json.loads(source.read_text(encoding="utf-8"), parse_float=Decimal)
        except (OSError, ValueError) as error:
            raise ValueError(f"{where}: no price table can be read: {error}") from error
        if problems := list(price_table_problems(document)):
            raise ValueError("\n".join(f"{where}: {problem}" for problem in problems))
        return cls(
            version=document["version"],
            currency=document["currency"],
            prices=tuple(_price(entry) for entry in document["prices"]),
            profiles=document.get("profiles", {}),
        )

    def with_profiles(self, profiles: Mapping[str, str]) -> Self:
        """The same table, knowing the models behind more application inference profiles."""
        return replace(self, profiles={**self.profiles, **profiles})

    def price_of(self, model: str, region: str) -> ModelPrice | None:
        """The price of a model, given by id, inference profile or ARN, called in a Region."""
        name = self.priced_as(model)
        return next(
            (p for p in self.prices if p.model == name and (not p.regions or region in p.regions)),
            None,
        )

    def cost(self, model: str, region: str, tokens: Tokens) -> Decimal | None:
        """US dollars of these tokens, or None: the model, or a kind of token, has no price."""
        price = self.price_of(model, region)
        return None if price is None else price.cost(tokens)

    def priced_as(self, model: str) -> str:
        """Under which name of the table a model, inference profile or ARN is looked up."""
        name = self.profiles.get(model) or self.profiles.get(model.rsplit("/", 1)[-1], model)
        return _GEOGRAPHY.sub("", name.rsplit("/", 1)[-1])


def _price(entry: Mapping[str, Any]) -> ModelPrice:
    amounts = {
        kind: Decimal(entry[kind])
        for kind in ("input", "output", "cache_read", "cache_write")
        if entry.get(kind) is not None
    }
    return ModelPrice(
        model=entry["model"],
        regions=tuple(entry.get("regions", ())),
        source=entry["source"],
        date=entry["date"],
        **amounts,
    )
