"""What tokens cost, by the price table that the deployment brought along.

The document holds ``prices``, ``profiles`` and ``geographies`` of a ``PriceTable``, amounts as text
so that no digit is lost. A price that is not known stays unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .usage_record import Usage

_MILLION = Decimal(1_000_000)
_KINDS = ("input", "output", "cache_read", "cache_write")


@dataclass(frozen=True, slots=True)
class Prices:
    """A price table.

    Attributes:
        entries: Model -> its prices, each with ``regions`` (empty: every Region) and amounts.
        profiles: Application inference profile, by ARN or id -> the model behind it.
        geographies: What inference profile ids begin with, without the dot.
    """

    entries: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
    geographies: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Prices":
        """Read the document. A profile named by ARN is known by its id as well."""
        profiles = document["profiles"]
        by_id = {name.rsplit("/", 1)[-1]: model for name, model in profiles.items()}
        return cls(document["prices"], by_id | profiles, tuple(document["geographies"]))

    def cost(self, model: str, region: str, usage: Usage) -> Decimal | None:
        """US dollars, or None: the model, or a kind of token that was used, has no price."""
        for entry in self.entries.get(self.priced_as(model), ()):
            if not entry["regions"] or region in entry["regions"]:
                return _cost(entry, usage)
        return None

    def priced_as(self, model: str) -> str:
        """Under which name a model, inference profile or ARN is looked up."""
        name = self.profiles.get(model) or self.profiles.get(model.rsplit("/", 1)[-1], model)
        name = name.rsplit("/", 1)[-1]
        prefix, _, rest = name.partition(".")
        return rest if prefix in self.geographies and "." in rest else name

    def model_of(self, model: str) -> str:
        """The foundation model behind a name, through whichever profile it was called."""
        return self.priced_as(model).removeprefix("global.")


def _cost(entry: Mapping[str, Any], usage: Usage) -> Decimal | None:
    total = Decimal(0)
    for kind in _KINDS:
        count, price = getattr(usage, kind), entry.get(kind)
        if count and price is None:
            return None
        total += count * Decimal(price or 0)
    return total / _MILLION
