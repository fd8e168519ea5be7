"""What dedicated capacity is bought for, and what the buyer says it costs.

Source: Amazon Bedrock User Guide, "Increase model invocation capacity with Provisioned Throughput".
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import aws_kms as kms

from secure_bedrock.catalog.foundation_models import FoundationModel
from secure_bedrock.catalog.owned_models import check_arn

_CUSTOM = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:custom-model/[^*?\s]+/[a-z0-9]{12}")
_HOURS_PER_MONTH = 730


class Commitment(StrEnum):
    """How long capacity is bought for, as the API spells it."""

    HOURLY = ""
    """No commitment: billed by the hour, can be ended at any time."""
    ONE_MONTH = "OneMonth"
    """Billed for a month, whatever happens to the stack."""
    SIX_MONTHS = "SixMonths"
    """Billed for six months, whatever happens to the stack."""

    @property
    def months(self) -> int:
        """Months that have to be paid in any case."""
        return {"": 0, "OneMonth": 1, "SixMonths": 6}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomModel:
    """A custom model, which is used through capacity only.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:custom-model/BASE/ID``.
        encryption_key: Its customer managed key, if it has one.
    """

    arn: str
    encryption_key: kms.IKey | None = None

    def __post_init__(self) -> None:
        if "${Token[" not in self.arn and not _CUSTOM.fullmatch(self.arn):
            check_arn(self.arn, "custom-model")


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyPrice:
    """What the buyer has read on AWS's price page and accepts to pay: an acknowledgement.

    Attributes:
        usd: US dollars an hour for all model units together.
        model_units: For how many model units; the number that is bought.
        commitment: For which commitment. Default: none, billed by the hour.
    """

    usd: float
    model_units: int
    commitment: Commitment = Commitment.HOURLY

    def __post_init__(self) -> None:
        if not math.isfinite(self.usd) or self.usd <= 0:
            raise ValueError(
                f"usd is {self.usd}: write the price of an hour in US dollars, as AWS's price page "
                "states it for this model, Region and commitment"
            )
        if self.model_units < 1:
            raise ValueError(f"model_units is {self.model_units}: buy 1 or more")

    @property
    def usd_per_month(self) -> float:
        """US dollars for a month of 730 hours."""
        return self.usd * _HOURS_PER_MONTH

    @property
    def committed_usd(self) -> float:
        """US dollars that have to be paid in any case; none without a commitment."""
        return self.usd_per_month * self.commitment.months


ProvisionableModel = FoundationModel | CustomModel
