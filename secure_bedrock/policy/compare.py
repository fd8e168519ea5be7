"""Comparisons of a policy's value with a request's value that are not about text.

What IAM makes of a value that does not parse is not documented: the answer is open.
"""

from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address, ip_network
from typing import Any

from secure_bedrock.policy.truth import Truth


def ordered(
    parse: Callable[[str], Any], relation: Callable[[Any, Any], bool]
) -> Callable[[str, str], Truth]:
    """A comparison ``request value <relation> policy value`` of parsed values."""

    def compares(wanted: str, found: str) -> Truth:
        left, right = parse(found), parse(wanted)
        return None if left is None or right is None else bool(relation(left, right))

    return compares


def number(text: str) -> Decimal | None:
    """A whole or decimal number; None for anything else."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def instant(text: str) -> datetime | None:
    """An ISO 8601 date or time, or seconds since 1970; UTC where no zone is given."""
    try:
        seconds = number(text)
        if seconds is not None:
            return datetime.fromtimestamp(float(seconds), tz=UTC)
        value = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def same_bool(wanted: str, found: str) -> bool:
    """Whether both say true or both say false."""
    return wanted.lower() == found.lower()


def same_bytes(wanted: str, found: str) -> Truth:
    """Whether two base64 texts hold the same bytes."""
    try:
        return b64decode(wanted, validate=True) == b64decode(found, validate=True)
    except ValueError:
        return None


def inside_network(network: str, address: str) -> Truth:
    """Whether an address lies in a CIDR range of the same IP version."""
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        return None
