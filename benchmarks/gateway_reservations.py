"""Reserving and settling on one busy counter: conditional writes against transactions.

200 requests arrive together, each sets 100 tokens aside and settles 60, against a table in this
process that takes five milliseconds for a write. As those of Amazon DynamoDB do, its single writes
to an item wait for each other, and its transactions refuse to meet another one. It shows what the
two ways cost each other, not how fast Amazon DynamoDB is. Both must end with the exact sum.

    .venv/bin/python -m benchmarks.gateway_reservations
"""

import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.gateway_reservations import (
    Hold,
    Reservation,
    Reservations,
)
from secure_bedrock.custom_resources.assets.handlers.quota_ledger import Entry, Ledger

_REQUESTS, _LATENCY, _RUNS = 200, 0.005, 5
_RESERVED, _USED = 100, 60
_TARGET = 0.8


class Table:
    """One counter, written by both ways."""

    def __init__(self) -> None:
        self.amount = Decimal(0)
        self.conflicts = 0
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def update_item(
        self,
        Key: dict[str, Any],  # noqa: N803 - boto3's names
        ExpressionAttributeValues: dict[str, Any],  # noqa: N803
        **_: object,
    ) -> None:
        """One conditional write; others of the item wait."""
        values = ExpressionAttributeValues
        with self._locks[Key["pk"]["S"]]:
            time.sleep(_LATENCY)
            self.amount += Decimal((values.get(":tokens") or values[":difference"])["N"])

    def put_item(self, **_: object) -> None:
        """A write of an item that nobody else has."""
        time.sleep(_LATENCY)

    delete_item = put_item

    def transact_write_items(self, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803
        """A receipt and the counter; refused while another one is under way."""
        update = TransactItems[-1]["Update"]
        lock = self._locks[update["Key"]["pk"]["S"]]
        if not lock.acquire(blocking=False):
            self.conflicts += 1
            reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
            code = {"Code": "TransactionCanceledException"}
            response: Any = {"Error": code, "CancellationReasons": reasons}
            raise ClientError(response, "TransactWriteItems")
        try:
            time.sleep(_LATENCY)
            self.amount += Decimal(update["ExpressionAttributeValues"][":amount"]["N"])
        finally:
            lock.release()


def _writes(table: Table) -> Callable[[int], object]:
    store = Reservations(dynamodb=table, table="t", kept=160)

    def request(number: int) -> object:
        hold = Hold(counter="c", most=10**9, ends=2_000_000_000)
        mine = Reservation(name=str(number), tokens=_RESERVED, holds=(hold,))
        return store.reserve(mine), store.settle(mine, _USED)

    return request


def _transactions(table: Table) -> Callable[[int], object]:
    ledger = Ledger(table, "t")

    def request(number: int) -> object:
        amounts = {"reserve": _RESERVED, "settle": _USED - _RESERVED}
        return [
            ledger.count_once([Entry(receipt=f"{what}#{number}", amounts={"c": Decimal(amount)})])
            for what, amount in amounts.items()
        ]

    return request


def _seconds(way: Callable[[Table], Callable[[int], object]]) -> tuple[float, int]:
    table = Table()
    begun = time.perf_counter()
    with ThreadPoolExecutor(max_workers=_REQUESTS) as pool:
        list(pool.map(way(table), range(_REQUESTS)))
    if table.amount != _REQUESTS * _USED:
        sys.exit(f"{table.amount} counted instead of {_REQUESTS * _USED}")
    return time.perf_counter() - begun, table.conflicts


def main() -> None:
    """Print medians of both, side by side, and their ratio."""
    ratios = []
    for _ in range(_RUNS):
        mine, _none = _seconds(_writes)
        other, conflicts = _seconds(_transactions)
        ratios.append(mine / other)
        print(f"writes {mine:.2f} s; transactions {other:.2f} s, {conflicts} refused")
    found = statistics.median(ratios)
    print(f"ratio writes / transactions: {found:.2f} (target: at most {_TARGET})")
    if found > _TARGET:
        sys.exit(1)


if __name__ == "__main__":
    main()
