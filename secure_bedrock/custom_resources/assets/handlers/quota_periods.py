"""When a minute, day or month of a quota begins and ends, in UTC."""

from datetime import UTC, datetime, timedelta

_FUTURE = timedelta(minutes=15)
_PAST = timedelta(days=14)
_DECEMBER = 12


def start(period: str, time: datetime) -> datetime:
    """The first moment of the period that the time is in."""
    time = time.astimezone(UTC).replace(second=0, microsecond=0)
    if period == "MINUTE":
        return time
    time = time.replace(hour=0, minute=0)
    return time if period == "DAY" else time.replace(day=1)


def end(period: str, begun: datetime) -> datetime:
    """The first moment of the next period."""
    if period == "MINUTE":
        return begun + timedelta(minutes=1)
    if period == "DAY":
        return begun + timedelta(days=1)
    if begun.month == _DECEMBER:
        return begun.replace(year=begun.year + 1, month=1)
    return begun.replace(month=begun.month + 1)


def skewed(time: datetime, now: datetime) -> bool:
    """Whether a record's clock cannot be right.

    CloudWatch Logs takes no event older than 14 days, so an older record has a wrong clock.
    """
    return time > now + _FUTURE or time < now - _PAST


def stamp(time: datetime) -> str:
    """The time as policies and counters spell it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
