"""Tokens set aside before a call, and settled after it: no limit is passed by calls in flight.

A counter is one item: its amount, and an attribute for each reservation on it. Reserving adds both
in one write, on condition that there is room; settling corrects the amount and takes the attribute
away in one write, on condition that it is there. So each happens once, whoever repeats it, and
requests that meet on a counter wait for each other instead of failing, as transactions would.

Who dies in between leaves a reservation that ends by itself: it is kept longer than a function may
run, so a call that is under way never loses its reservation. Source: Amazon DynamoDB Developer
Guide, "Condition expressions".
"""

import json
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

SHARDS = 8

_COUNTERS_KEPT = 21 * 86_400
_REQUESTS_KEPT = 86_400
_NO = "ConditionalCheckFailedException"


class RepeatedError(Exception):
    """There was a reservation of that name, made by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What is set aside on one counter.

    Attributes:
        counter: Name of the counter, its period included.
        most: What the counter may reach.
        ends: When its period ends, in seconds since 1970.
    """

    counter: str
    most: int
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
    """The reservations of one table, whose key is ``pk`` and ``sk`` and whose TTL is ``expires``.

    Attributes:
        dynamodb: Client of Amazon DynamoDB.
        table: Name of the table.
        kept: Seconds until a reservation ends that nobody settled.
        clock: Seconds since 1970.
    """

    dynamodb: Any
    table: str
    kept: int
    clock: Callable[[], float] = time.time

    def reserve(self, reservation: Reservation) -> list[Hold]:
        """Set tokens aside on every counter or on none; returns counters without room.

        Raises:
            RepeatedError: There was a reservation of that name.
        """
        if never := [hold for hold in reservation.holds if reservation.tokens > hold.most]:
            return never
        self._claim(reservation.name)
        # Before the counters: whoever dies between them leaves something to find.
        self.dynamodb.put_item(TableName=self.table, Item=self._held(reservation))
        for hold in reservation.holds:
            if not self._take(hold, reservation):
                self.settle(reservation, 0)
                return [hold]
        return []

    def settle(self, reservation: Reservation, used: int) -> bool:
        """Count what was used instead of what was set aside; says whether that happened here.

        Settling again changes nothing. Nothing used releases all.
        """
        difference = used - reservation.tokens
        settled = [self._correct(hold, reservation, difference) for hold in reservation.holds]
        key = _held_key(reservation.name)
        self.dynamodb.delete_item(TableName=self.table, Key=key)
        return any(settled)

    def release_ended(self) -> int:
        """Release all reservations that ended without being settled; says how many those were."""
        now, released = int(self.clock()), 0
        for shard in range(SHARDS):
            for item in self._items(shard):
                if int(item["until"]["N"]) <= now:
                    released += self.settle(_read(item), 0)
        return released

    def _claim(self, name: str) -> None:
        """A request is reserved for once. A repetition of the SDK's own brings the same nonce."""
        nonce = {"S": uuid4().hex}
        key = {"pk": {"S": f"request#{name}"}, "sk": {"S": "request"}}
        expires = {"N": str(int(self.clock()) + _REQUESTS_KEPT)}
        try:
            self.dynamodb.put_item(
                TableName=self.table,
                Item=key | {"nonce": nonce, "expires": expires},
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if _found(error).get("nonce") != nonce:
                raise RepeatedError(name) from error

    def _take(self, hold: Hold, reservation: Reservation) -> bool:
        """Whether the counter has room; its own reservation, made by a repetition, is room."""
        mine = _attribute(reservation)
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=_counter_key(hold),
                UpdateExpression="SET #mine = :tokens, expires = :expires ADD amount :tokens",
                ConditionExpression=(
                    "attribute_not_exists(#mine)"
                    " AND (attribute_not_exists(amount) OR amount <= :room)"
                ),
                ExpressionAttributeNames={"#mine": mine},
                ExpressionAttributeValues={
                    ":tokens": {"N": str(reservation.tokens)},
                    ":room": {"N": str(hold.most - reservation.tokens)},
                    ":expires": {"N": str(hold.ends + _COUNTERS_KEPT)},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            return mine in _found(error)
        return True

    def _correct(self, hold: Hold, reservation: Reservation, difference: int) -> bool:
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=_counter_key(hold),
                UpdateExpression="REMOVE #mine ADD amount :difference",
                ConditionExpression="attribute_exists(#mine)",
                ExpressionAttributeNames={"#mine": _attribute(reservation)},
                ExpressionAttributeValues={":difference": {"N": str(difference)}},
            )
        except ClientError as error:
            _found(error)
            return False
        return True

    def _held(self, reservation: Reservation) -> dict[str, Any]:
        until = int(self.clock()) + self.kept
        holds = [[hold.counter, hold.most, hold.ends] for hold in reservation.holds]
        return _held_key(reservation.name) | {
            "tokens": {"N": str(reservation.tokens)},
            "holds": {"S": json.dumps(holds)},
            "until": {"N": str(until)},
        }

    def _items(self, shard: int) -> Iterator[Mapping[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            page = self.dynamodb.query(
                TableName=self.table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"held#{shard}"}},
                ConsistentRead=True,
                **more,
            )
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _read(item: Mapping[str, Any]) -> Reservation:
    holds = json.loads(item["holds"]["S"])
    return Reservation(
        name=item["sk"]["S"],
        tokens=int(item["tokens"]["N"]),
        holds=tuple(Hold(counter=c, most=m, ends=e) for c, m, e in holds),
    )


def _attribute(reservation: Reservation) -> str:
    return f"held#{reservation.name}"


def _counter_key(hold: Hold) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"count#{hold.counter}"}, "sk": {"S": "count"}}


def _held_key(name: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"held#{zlib.crc32(name.encode()) % SHARDS}"}, "sk": {"S": name}}


def _found(error: ClientError) -> Mapping[str, Any]:
    """What was there instead, if a condition did not hold; every other error goes on."""
    response: Mapping[str, Any] = error.response
    if response["Error"]["Code"] != _NO:
        raise error
    item: Mapping[str, Any] = response.get("Item", {})
    return item
