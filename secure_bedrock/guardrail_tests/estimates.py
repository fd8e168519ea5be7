"""What a run will cost, before it starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from secure_bedrock.catalog.guardrail_prices import DATE, PRICES, SOURCE, UNITS
from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run asks for.

    Attributes:
        requests: Calls of ApplyGuardrail.
        units: Text units by what is charged.
        unpriced: What is charged at a price that is not known.
    """

    requests: int
    units: Mapping[str, int]
    unpriced: tuple[str, ...]

    @property
    def usd(self) -> Decimal | None:
        """US dollars; None if something has no known price."""
        if self.unpriced:
            return None
        return sum(
            (count * (PRICES[name] or Decimal(0)) / UNITS for name, count in self.units.items()),
            Decimal(0),
        )

    def __str__(self) -> str:
        charged = {n: c for n, c in self.units.items() if PRICES.get(n) != 0}
        units = ", ".join(f"{name} {count:,}" for name, count in charged.items()) or "none charged"
        unknown = f"unknown: no price of {', '.join(self.unpriced)}"
        cost = unknown if self.usd is None else f"about ${self.usd:.4f}"
        return f"{self.requests:,} requests, text units: {units}; {cost} ({SOURCE}, {DATE})"

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "requests": self.requests,
            "textUnits": dict(self.units),
            "usd": None if self.usd is None else str(self.usd),
            "unpriced": list(self.unpriced),
            "priceSource": SOURCE,
            "priceDate": DATE,
        }


def estimate(cases: Iterable[Case], guardrails: Iterable[Mapping[str, Any]]) -> Estimate:
    """What evaluating all cases with each of these guardrails (of GetGuardrail) takes."""
    every, documents = list(cases), list(guardrails)
    units: dict[str, int] = {}
    for document in documents:
        for case in every:
            for name in charged(document, case.source):
                units[name] = units.get(name, 0) + case.units
    return Estimate(
        requests=len(every) * len(documents),
        units=dict(sorted(units.items())),
        unpriced=tuple(name for name in sorted(units) if PRICES.get(name) is None),
    )


def charged(guardrail: Mapping[str, Any], source: str) -> list[str]:
    """What a guardrail evaluates of a prompt (INPUT) or a response (OUTPUT)."""
    sensitive = guardrail.get("sensitiveInformationPolicy", {})
    words = guardrail.get("wordPolicy", {})
    lists = {
        "contentPolicy": guardrail.get("contentPolicy", {}).get("filters", []),
        "topicPolicy": guardrail.get("topicPolicy", {}).get("topics", []),
        "wordPolicy": [*words.get("words", []), *words.get("managedWordLists", [])],
        "piiEntities": sensitive.get("piiEntities", []),
        "regexes": sensitive.get("regexes", []),
    }
    enabled = f"{source.lower()}Enabled"
    names = [name for name, each in lists.items() if any(e.get(enabled, True) for e in each)]
    if source == "OUTPUT":
        grounding = guardrail.get("contextualGroundingPolicy", {}).get("filters", [])
        names += ["contextualGroundingPolicy"] * any(e.get("enabled", True) for e in grounding)
        names += ["automatedReasoningPolicy"] * ("automatedReasoningPolicy" in guardrail)
    return names
