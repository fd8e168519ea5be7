"""What evaluating text with guardrails costs: US dollars for 1,000 text units of each policy.

List prices for text. They were read in descriptions of the Amazon Bedrock pricing page, not on the
page itself; a policy without a price here has an unknown one.
"""

from collections.abc import Mapping
from decimal import Decimal

DATE = "2026-11-23"
SOURCE = "https://aws.amazon.com/bedrock/pricing/"
UNITS = 1_000

PRICES: Mapping[str, Decimal | None] = {
    "contentPolicy": Decimal("0.15"),
    "topicPolicy": Decimal("0.15"),
    "piiEntities": Decimal("0.10"),
    "contextualGroundingPolicy": Decimal("0.10"),
    "wordPolicy": Decimal(0),
    "regexes": Decimal(0),
    "automatedReasoningPolicy": None,
}
"""By the member of GetGuardrail that configures what is charged."""
