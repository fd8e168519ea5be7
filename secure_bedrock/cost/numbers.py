"""Numbers that may be tokens."""

import math

from aws_cdk import Token


def outside(value: float, least: float, most: float = math.inf) -> bool:
    """Whether a number is known and out of range. ``least`` and ``most`` are in range.

    Infinity and NaN are sorted out first: asking the CDK whether they are tokens ends its process.
    """
    if not math.isfinite(value):
        return True
    return not least <= value <= most and not Token.is_unresolved(value)
