"""Counters in a DynamoDB table that count every entry once, whoever counts at the same time.

An entry's receipt and all its counters change in one transaction, on the condition that the receipt
is new: an entry is counted everywhere or nowhere, and never twice. Transactions that met another
one are repeated. Source: Amazon DynamoDB Developer Guide, "Managing complex workflows with DynamoDB
transactions".
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

_ITEMS = 90
_RECEIPT, _COUNTER = "receipt", "count"
_KEPT = timedelta(days=21)
_FIRST_WAIT, _LONGEST_WAIT = 0.02, 2.0
_REPEATED = "ConditionalCheckFailed"
_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_PASSING_ERRORS = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionInProgressException",
}


class BusyError(Exception):
    """The table was still busy when the time was up; nothing of the rest was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something to count once.

    Attributes:
        receipt: Name of the entry. The same name is the same entry.
        amounts: Counter -> what to add to it. May be less than nothing.
        ends: Counter -> when its period ends, in seconds since 1970.
    """

    receipt: str
    amounts: Mapping[str, Decimal]
    ends: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The counters of one table, whose key is ``pk`` and ``sk`` and whose TTL is ``expires``.

    Attributes:
        dynamodb: Client of Amazon DynamoDB.
        table: Name of the table.
        seconds: How long busy transactions are repeated, for each call of ``count_once``.
        sleep: How to wait.
        clock: Seconds since 1970.
    """

    dynamodb: Any
    table: str
    seconds: float = 120
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time

    def count_once(self, entries: Sequence[Entry]) -> int:
        """Count those entries that were not counted before, and say how many there were.

        Raises:
            BusyError: The table was busy for too long. Calling again with the same entries is safe.
        """
        unique = {entry.receipt: entry for entry in entries}
        return sum(self._count(part) for part in _parts(list(unique.values())))

    def amount(self, counter: str) -> Decimal:
        """What a counter says now."""
        found = self.dynamodb.get_item(
            TableName=self.table, Key=_key(_COUNTER, counter), ConsistentRead=True
        )
        return Decimal(found.get("Item", {}).get("amount", {"N": "0"})["N"])

    def _count(self, part: list[Entry]) -> int:
        deadline, wait = self.clock() + self.seconds, _FIRST_WAIT
        while part:
            try:
                self.dynamodb.transact_write_items(TransactItems=self._transaction(part))
            except ClientError as error:
                reasons = _reasons(error)
                repeated = {i for i, reason in enumerate(reasons) if reason == _REPEATED}
                part = [entry for i, entry in enumerate(part) if i not in repeated]
                if repeated:
                    continue
                if not _may_pass(error, reasons):
                    raise
                if self.clock() + wait > deadline:
                    raise BusyError(f"{len(part)} not counted: {error}") from error
                self.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - spreads repetitions
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                return len(part)
        return 0

    def _transaction(self, part: list[Entry]) -> list[dict[str, Any]]:
        """Receipts first, in the order of the entries; then each counter once."""
        amounts: dict[str, Decimal] = {}
        ends: dict[str, int] = {}
        for entry in part:
            ends |= entry.ends
            for counter, amount in entry.amounts.items():
                amounts[counter] = amounts.get(counter, Decimal(0)) + amount
        receipts = [self._receipt(entry) for entry in part]
        return receipts + [self._addition(c, a, ends.get(c)) for c, a in amounts.items()]

    def _receipt(self, entry: Entry) -> dict[str, Any]:
        item = _key(_RECEIPT, entry.receipt) | {"expires": _later(self.clock())}
        condition = "attribute_not_exists(pk)"
        return {"Put": {"TableName": self.table, "Item": item, "ConditionExpression": condition}}

    def _addition(self, counter: str, amount: Decimal, end: int | None) -> dict[str, Any]:
        update = {
            "TableName": self.table,
            "Key": _key(_COUNTER, counter),
            "UpdateExpression": "SET expires = :expires ADD amount :amount",
            "ExpressionAttributeValues": {
                ":amount": {"N": f"{amount:f}"},
                ":expires": _later(end or self.clock()),
            },
        }
        return {"Update": update}


def _parts(entries: list[Entry]) -> Iterator[list[Entry]]:
    """As many entries as one transaction takes, again and again."""
    part: list[Entry] = []
    counters: set[str] = set()
    for entry in entries:
        more = counters | entry.amounts.keys()
        if part and len(part) + 1 + len(more) > _ITEMS:
            yield part
            part, more = [], set(entry.amounts)
        part.append(entry)
        counters = more
    if part:
        yield part


def _key(kind: str, name: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"{kind}#{name}"}, "sk": {"S": kind}}


def _later(moment: float) -> dict[str, str]:
    return {"N": str(int(moment + _KEPT.total_seconds()))}


def _reasons(error: ClientError) -> list[str]:
    response: Mapping[str, Any] = error.response
    return [each.get("Code", "None") for each in response.get("CancellationReasons", ())]


def _may_pass(error: ClientError, reasons: list[str]) -> bool:
    found = {each for each in reasons if each != "None"}
    if found:
        return found <= _PASSING
    return error.response["Error"]["Code"] in _PASSING_ERRORS
