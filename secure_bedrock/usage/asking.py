"""Which questions make a report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.usage.fields import PROJECT_KEY
from secure_bedrock.usage.questions import (
    Dimension,
    Percentile,
    Question,
    guardrail_interventions,
    largest_prompts,
    latency,
    quality,
    usage_by,
)
from secure_bedrock.usage.report import Answer, UsageReport

DEFAULT_DIMENSIONS = (Dimension.PRINCIPAL, Dimension.MODEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is asked.

    Attributes:
        by: Dimensions of usage.
        since: First day to count. Default: all there is.
        prices: What tokens cost. Default: the packaged table.
        project_key: Key of ``requestMetadata`` that names the project.
    """

    by: Sequence[Dimension] = DEFAULT_DIMENSIONS
    since: date | None = None
    prices: PriceTable = field(default_factory=PriceTable.load)
    project_key: str = PROJECT_KEY


def answered(
    inquiry: Inquiry, percentile: Percentile, ask: Callable[[Question], Answer]
) -> UsageReport:
    """The report, with each question put to an engine."""
    since = inquiry.since.isoformat() if inquiry.since else None
    more = (
        usage_by((Dimension.DAY, Dimension.MODEL), since=since, name="days"),
        latency(percentile, since=since),
        guardrail_interventions(since=since),
        largest_prompts(since=since),
    )
    return UsageReport(
        usage=ask(usage_by(inquiry.by, since=since)),
        more=tuple(ask(question) for question in more),
        quality=ask(quality(since=since)),
        price_version=inquiry.prices.version,
    )
