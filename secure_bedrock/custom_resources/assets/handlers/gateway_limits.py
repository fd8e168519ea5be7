"""Which counters a request needs room on."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from .gateway_callers import GatewayCaller
from .gateway_requests import Request
from .gateway_reservations import Hold
from .quota_charges import Limit
from .quota_periods import end, stamp, start


def holds(
    limits: Sequence[Limit], caller: GatewayCaller, request: Request, now: datetime
) -> Iterator[Hold]:
    """The counters of all limits that are for this caller and model, in the current period."""
    subjects = {"PRINCIPAL": caller.arn, "ROLE": caller.role, "MODEL": request.foundation_model}
    for limit in limits:
        subject = subjects[limit.per]
        if limit.only and subject not in limit.only:
            continue
        begun = start(limit.period, now)
        yield Hold(
            counter=f"gateway#{limit.id}#{subject}#{stamp(begun)}",
            most=int(limit.most),
            ends=int(end(limit.period, begun).timestamp()),
        )
