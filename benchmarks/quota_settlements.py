"""Settling invocation records: a transaction for each batch against one for each record.

Eight writers settle the same 4,000 records of one busy counter, half of them twice, against a table
in this process whose transactions take two milliseconds and refuse to run together on one item, as
those of Amazon DynamoDB do. It shows what batches save, not how fast Amazon DynamoDB is. Both ways
must end with the same, exact sum.

    .venv/bin/python -m benchmarks.quota_settlements
"""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.quota_charges import Limit, Tariff
from secure_bedrock.custom_resources.assets.handlers.quota_ledger import Entry, Ledger
from secure_bedrock.custom_resources.assets.handlers.usage_prices import Prices
from secure_bedrock.custom_resources.assets.handlers.usage_record import read

_RECORDS, _WRITERS, _BATCH = 4_000, 8, 80
_LATENCY = 0.002
_TARGET = 0.2
_READ = 20_000


class Table:
    """Transactions on items in memory."""

    def __init__(self) -> None:
        self.items: dict[str, Decimal] = {}
        self.transactions = self.conflicts = 0
        self._busy: set[str] = set()
        self._guard = threading.Lock()

    def transact_write_items(self, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803
        """What boto3's method does."""
        keys = [next(iter(t.values())) for t in TransactItems]
        names = {r.get("Item", r.get("Key"))["pk"]["S"] for r in keys}
        with self._guard:
            self.transactions += 1
            if names & self._busy:
                self.conflicts += 1
                raise _cancelled(["TransactionConflict"])
            self._busy |= names
        try:
            time.sleep(_LATENCY)
            self._apply(TransactItems)
        finally:
            with self._guard:
                self._busy -= names

    def _apply(self, items: list[dict[str, Any]]) -> None:
        puts = [t["Put"]["Item"]["pk"]["S"] for t in items if "Put" in t]
        repeated = ["ConditionalCheckFailed" if name in self.items else "None" for name in puts]
        if "ConditionalCheckFailed" in repeated:
            raise _cancelled(repeated + ["None"] * (len(items) - len(puts)))
        for name in puts:
            self.items[name] = Decimal(0)
        for update in (t["Update"] for t in items if "Update" in t):
            name = update["Key"]["pk"]["S"]
            added = Decimal(update["ExpressionAttributeValues"][":amount"]["N"])
            self.items[name] = self.items.get(name, Decimal(0)) + added


def _cancelled(codes: list[str]) -> ClientError:
    response: Any = {
        "Error": {"Code": "TransactionCanceledException"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(response, "TransactWriteItems")


def _settle(size: int) -> tuple[float, Table]:
    numbers = [n % _RECORDS for n in range(_RECORDS * 3 // 2)]
    entries = [Entry(receipt=str(n), amounts={"c": Decimal(n)}) for n in numbers]
    batches = [entries[start : start + size] for start in range(0, len(entries), size)]
    table = Table()
    ledger = Ledger(table, "t")
    begun = time.perf_counter()
    with ThreadPoolExecutor(max_workers=_WRITERS) as pool:
        list(pool.map(ledger.count_once, batches))
    seconds = time.perf_counter() - begun
    if table.items["count#c"] != sum(range(_RECORDS)):
        raise SystemExit("a settlement was lost or doubled")
    return seconds, table


def _reading() -> float:
    """Records a second that are read, priced and charged to two counters."""
    limits = [
        Limit(
            id=unit,
            per="PRINCIPAL",
            unit=unit,
            most=Decimal(1),
            period="DAY",
            only=(),
            warn_percent=80,
            whole_role=False,
        )
        for unit in ("TOKENS", "US_DOLLARS")
    ]
    entry = {"regions": [], "input": "0.06", "output": "0.24", "cache_read": "0.015"}
    tariff = Tariff(limits=tuple(limits), prices=Prices({"amazon.nova-lite-v1:0": [entry]}))
    record = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": datetime.now(UTC).isoformat(),
        "accountId": "111122223333",
        "region": "eu-west-1",
        "requestId": "r",
        "modelId": "amazon.nova-lite-v1:0",
        "identity": {"arn": "arn:aws:sts::111122223333:assumed-role/App/ann"},
        "input": {"inputTokenCount": 100, "inputBodyJson": {"messages": ["x" * 2_000]}},
        "output": {
            "outputTokenCount": 50,
            "outputBodyJson": {"usage": {"cacheReadInputTokens": 900}, "text": "y" * 2_000},
        },
    }
    message, now = json.dumps(record), datetime.now(UTC)
    begun = time.process_time()
    for _ in range(_READ):
        tariff.charges(read(message, lambda _: None), now)
    return _READ / (time.process_time() - begun)


def main() -> None:
    """Print both ways and say whether batches keep to the target."""
    alone, batched = _settle(1), _settle(_BATCH)
    for name, (seconds, table) in (("one by one", alone), ("in batches", batched)):
        print(
            f"{name}: {seconds:6.2f} s, {table.transactions:,} transactions, "
            f"{table.conflicts:,} of them refused because another one ran"
        )
    found = batched[0] / alone[0]
    print(f"ratio in batches / one by one: {found:.3f} (target: at most {_TARGET:.2f})")
    print(f"read, priced and charged: {_reading():,.0f} records a second on one core")
    if found > _TARGET:
        sys.exit(1)


if __name__ == "__main__":
    main()
