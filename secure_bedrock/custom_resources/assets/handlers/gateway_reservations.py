"""Tokens set aside before a call, and settled after it: no limit is passed by calls in flight.

A reservation and all of its counters change in one DynamoDB transaction, on condition that every
counter has room. Settling goes through the ledger with a receipt of its own, so it happens once.
Who dies in between leaves a reservation that ends by itself: it is kept longer than a function may
run, so a call that is under way never loses its reservation. Source: Amazon DynamoDB Developer
Guide, "Managing complex workflows with DynamoDB transactions".
"""

import json
import random
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from .quota_ledger import BusyError, Entry, Ledger

SHARDS = 8

_HELD, _COUNTER = "held", "count"
_CONFLICT = "TransactionConflict"
_NO_ROOM = "ConditionalCheckFailed"
_PASSING = {_CONFLICT, "ThrottlingError", "ProvisionedThroughputExceeded"}
_FIRST_WAIT, _LONGEST_WAIT = 0.02, 0.5
_COUNTERS_KEPT = 21 * 86_400
_ITEMS_KEPT = 86_400


class RepeatedError(Exception):
    """There is a reservation of that name, made by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What is set aside on one counter.

    Attributes:
        counter: Name of the counter, its period included.
        most: What the counter may reach.
        ends: When its period ends, in seconds since 1970.
    """

    counter: str
    most: Decimal
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Tokens that are set aside.

    Attributes:
        name: Id of the request.
        tokens: How many.
        holds: On which counters.
    """

    name: str
    tokens: int
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservations:
    """The reservations in the table of a ledger.

    Attributes:
        ledger: The counters.
        kept: Seconds until a reservation ends that nobody settled.
        seconds: How long a busy table is asked again.
        nonce: Tells this run's reservations from those of others with the same name.
    """

    ledger: Ledger
    kept: int
    seconds: float = 3
    nonce: Callable[[], str] = field(default=lambda: uuid4().hex)

    def reserve(self, reservation: Reservation) -> list[Hold]:
        """Set tokens aside on every counter or on none; returns the counters without room.

        Raises:
            BusyError: The table was busy for too long; nothing is set aside.
            RepeatedError: There is a reservation of that name.
        """
        if never := [hold for hold in reservation.holds if reservation.tokens > hold.most]:
            return never
        mine, ledger = self.nonce(), self.ledger
        until, wait = int(ledger.clock()) + self.kept, _FIRST_WAIT
        deadline = time.monotonic() + self.seconds
        rooms = [self._room(hold, reservation.tokens) for hold in reservation.holds]
        items = [self._held(reservation, until, mine), *rooms]
        while True:
            try:
                ledger.dynamodb.transact_write_items(TransactItems=items)
            except ClientError as error:
                reasons = _reasons(error)
                if reasons[:1] == [_NO_ROOM]:
                    self._same(reservation, mine)
                    return []
                asked = zip(reservation.holds, reasons[1:], strict=False)
                if full := [hold for hold, reason in asked if reason == _NO_ROOM]:
                    return full
                if not set(reasons) - {"None"} <= _PASSING or not reasons:
                    raise
                if time.monotonic() + wait > deadline:
                    raise BusyError(f"nothing set aside: {error}") from error
                ledger.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - spreads repetitions
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                return []

    def settle(self, reservation: Reservation, used: int) -> bool:
        """Count what was used instead of what was set aside; says whether that happened here.

        Settling again changes nothing. Nothing used releases all.
        """
        difference = Decimal(used - reservation.tokens)
        settled = self.ledger.count_once(
            [
                Entry(
                    receipt=f"settled#{reservation.name}",
                    amounts={hold.counter: difference for hold in reservation.holds},
                    ends={hold.counter: hold.ends for hold in reservation.holds},
                )
            ]
        )
        self._forget(_shard(reservation.name), reservation.name)
        return bool(settled)

    def release_ended(self) -> int:
        """Release all reservations that ended without being settled; says how many those were."""
        now, released = int(self.ledger.clock()), 0
        for shard in range(SHARDS):
            for item in self._items(shard):
                if int(item["until"]["N"]) <= now:
                    released += self.settle(_read(item), 0)
        return released

    def _items(self, shard: int) -> Iterator[Mapping[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            page = self.ledger.dynamodb.query(
                TableName=self.ledger.table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"{_HELD}#{shard}"}},
                ConsistentRead=True,
                **more,
            )
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _held(self, reservation: Reservation, until: int, nonce: str) -> dict[str, Any]:
        holds = [[hold.counter, str(hold.most), hold.ends] for hold in reservation.holds]
        item = _key(_shard(reservation.name), reservation.name) | {
            "nonce": {"S": nonce},
            "tokens": {"N": str(reservation.tokens)},
            "holds": {"S": json.dumps(holds)},
            "until": {"N": str(until)},
            "expires": {"N": str(until + _ITEMS_KEPT)},
        }
        return {
            "Put": {
                "TableName": self.ledger.table,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }

    def _room(self, hold: Hold, tokens: int) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self.ledger.table,
                "Key": {"pk": {"S": f"{_COUNTER}#{hold.counter}"}, "sk": {"S": _COUNTER}},
                "UpdateExpression": "SET expires = :expires ADD amount :amount",
                "ConditionExpression": "attribute_not_exists(amount) OR amount <= :room",
                "ExpressionAttributeValues": {
                    ":amount": {"N": str(tokens)},
                    ":room": {"N": f"{hold.most - tokens:f}"},
                    ":expires": {"N": str(hold.ends + _COUNTERS_KEPT)},
                },
            }
        }

    def _same(self, reservation: Reservation, nonce: str) -> None:
        """A transaction whose answer was lost took effect; anything else is somebody else's."""
        key = _key(_shard(reservation.name), reservation.name)
        found = self.ledger.dynamodb.get_item(
            TableName=self.ledger.table, Key=key, ConsistentRead=True
        )
        if found.get("Item", {}).get("nonce") != {"S": nonce}:
            raise RepeatedError(reservation.name)

    def _forget(self, shard: int, name: str) -> None:
        self.ledger.dynamodb.delete_item(TableName=self.ledger.table, Key=_key(shard, name))


def _read(item: Mapping[str, Any]) -> Reservation:
    holds = json.loads(item["holds"]["S"])
    return Reservation(
        name=item["sk"]["S"],
        tokens=int(item["tokens"]["N"]),
        holds=tuple(Hold(counter=c, most=Decimal(m), ends=e) for c, m, e in holds),
    )


def _shard(name: str) -> int:
    return zlib.crc32(name.encode()) % SHARDS


def _key(shard: int, name: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"{_HELD}#{shard}"}, "sk": {"S": name}}


def _reasons(error: ClientError) -> list[str]:
    response: Mapping[str, Any] = error.response
    return [each.get("Code", "None") for each in response.get("CancellationReasons", ())]
