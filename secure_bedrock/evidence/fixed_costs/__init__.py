"""What the resources of templates cost a month whether they are used or not."""

from secure_bedrock.evidence.fixed_costs.estimate import estimate as estimate
from secure_bedrock.evidence.fixed_costs.prices import FixedPrice as FixedPrice
from secure_bedrock.evidence.fixed_costs.prices import FixedPrices as FixedPrices
from secure_bedrock.evidence.fixed_costs.result import Estimate as Estimate
from secure_bedrock.evidence.fixed_costs.result import Line as Line
from secure_bedrock.evidence.fixed_costs.result import Others as Others
