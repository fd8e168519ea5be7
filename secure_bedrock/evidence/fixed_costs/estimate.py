"""The monthly estimate of what is billed by time, whether it is used or not."""

from collections.abc import Sequence
from decimal import Decimal

from secure_bedrock.evidence.fixed_costs.meters import BY_TIME, METERS, Metered
from secure_bedrock.evidence.fixed_costs.others import BY_TIME_UNPRICED, BY_USE, is_free
from secure_bedrock.evidence.fixed_costs.prices import REFERENCE_REGION, FixedPrice, FixedPrices
from secure_bedrock.evidence.fixed_costs.result import Estimate, Line, Others, ResourceKey
from secure_bedrock.findings.located import shown
from secure_bedrock.rules import Source
from secure_bedrock.rules._template import Resource, Template
from secure_bedrock.rules._worlds import worlds

Counted = dict[ResourceKey, Decimal]


def estimate(
    sources: Sequence[Source], prices: FixedPrices | None = None, *, region: str | None = None
) -> Estimate:
    """Estimate what templates cost a month before anything is used.

    Args:
        sources: The templates.
        prices: The price table. Default: the packaged one.
        region: Region of templates that name none. Default: prices of us-east-1 stand in.
    """
    bill = _Bill(prices or FixedPrices.load())
    for source in sources:
        own = source.region or region
        name = shown(source.path)
        if own is None:
            bill.note(f"{name} names no Region: prices of {REFERENCE_REGION} stand in")
        world = worlds(source.template, {"AWS::Region": own} if own else {})
        if len(world) > 1:
            bill.note(f"{name}: conditions are decided by the defaults of parameters")
        template = Template(source.template, world=world[0], region=own, account=source.account)
        for resource in template.resources.values():
            bill.add(resource, (name, resource.logical_id), own or REFERENCE_REGION)
    return bill.total()


class _Bill:
    def __init__(self, prices: FixedPrices) -> None:
        self._prices = prices
        self._priced: dict[tuple[str, str, FixedPrice], Counted] = {}
        self._others: dict[str, dict[tuple[str, str], Counted]] = {}
        self._counted: set[tuple[str, str]] = set()
        self._notes: dict[str, None] = {}
        self._free = 0

    def note(self, text: str) -> None:
        self._notes[text] = None

    def add(self, resource: Resource, key: ResourceKey, region: str) -> None:
        kind = resource.type
        if kind in BY_TIME:
            found = list(BY_TIME[kind](resource))
            for each in found:
                self._add_metered(each, key, region)
            self._free += not found
        elif kind in BY_TIME_UNPRICED:
            self._other("unpriced", kind, BY_TIME_UNPRICED[kind], key)
        elif kind in BY_USE:
            self._other("by_use", kind, BY_USE[kind], key)
        elif is_free(kind):
            self._free += 1
        else:
            self._other("unknown", kind or "no type", "nothing is known of its price", key)

    def _add_metered(self, each: Metered, key: ResourceKey, region: str) -> None:
        title = METERS[each.meter].title
        if each.quantity is None:
            self._other("unpriced", title, each.why, key)
            return
        price = self._prices.price_of(each.meter, region)
        if price is not None:
            _count(self._priced.setdefault((each.meter, region, price), {}), key, each.quantity)
            return
        why = f"the price table has no price for {region}"
        reference = self._prices.price_of(each.meter, REFERENCE_REGION)
        if reference is not None:
            one = self._prices.monthly(reference, Decimal(1))
            why += f"; in {REFERENCE_REGION} one is {one:.2f} USD a month"
        self._counted.add((title, why))
        self._other("unpriced", title, why, key, each.quantity)

    def _other(
        self, group: str, title: str, why: str, key: ResourceKey, quantity: Decimal = Decimal(0)
    ) -> None:
        _count(self._others.setdefault(group, {}).setdefault((title, why), {}), key, quantity)

    def total(self) -> Estimate:
        lines = [
            Line(
                title=METERS[meter].title,
                region=region,
                quantity=sum(counted.values(), Decimal(0)),
                price=price,
                monthly=self._prices.monthly(price, sum(counted.values(), Decimal(0))),
                note=METERS[meter].note,
                resources=tuple(counted),
            )
            for (meter, region, price), counted in self._priced.items()
        ]
        return Estimate(
            version=self._prices.version,
            hours=self._prices.hours_per_month,
            lines=tuple(sorted(lines, key=lambda line: (-line.monthly, line.title, line.region))),
            unpriced=self._group("unpriced"),
            by_use=self._group("by_use"),
            unknown=self._group("unknown"),
            free=self._free,
            notes=tuple(self._notes),
        )

    def _group(self, name: str) -> tuple[Others, ...]:
        return tuple(
            Others(
                title=title,
                why=why,
                resources=tuple(counted),
                quantity=sum(counted.values(), Decimal(0))
                if (title, why) in self._counted
                else None,
            )
            for (title, why), counted in sorted(self._others.get(name, {}).items())
        )


def _count(counted: Counted, key: ResourceKey, quantity: Decimal) -> None:
    counted[key] = counted.get(key, Decimal(0)) + quantity
