"""Reservations under concurrency, replay and faults.

moto is no database for many threads; ``Table`` is one: its transactions are all or nothing, refuse
to meet each other, check conditions, and may lose the answer after they took effect.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.gateway_reservations import (
    Hold,
    RepeatedError,
    Reservation,
    Reservations,
)
from secure_bedrock.custom_resources.assets.handlers.quota_ledger import BusyError, Ledger

END = 2_000_000_000


class Table:
    """A table whose transactions conflict, check conditions and lose answers."""

    def __init__(self, lost=0.0, seed=7):
        self.items, self.conflicts, self.answers_lost = {}, 0, 0
        self._locks, self._guard = {}, threading.Lock()
        self._lost, self._random = lost, random.Random(seed)  # noqa: S311 - when to fail

    def transact_write_items(self, TransactItems):  # noqa: N803 - boto3's name
        requests = [next(iter(each.values())) for each in TransactItems]
        keys = [_name(r.get("Item", r.get("Key"))) for r in requests]
        held = self._take(keys)
        try:
            time.sleep(0)
            refused = [not self._holds(k, r) for k, r in zip(keys, requests, strict=True)]
            if any(refused):
                raise cancelled(*("ConditionalCheckFailed" if r else "None" for r in refused))
            for key, request in zip(keys, requests, strict=True):
                time.sleep(0)
                self._write(key, request)
        finally:
            for lock in held:
                lock.release()
        if self._random.random() < self._lost:
            self.answers_lost += 1
            raise cancelled("TransactionConflict")

    def _holds(self, key, request):
        values = request.get("ExpressionAttributeValues", {})
        match request.get("ConditionExpression"):
            case "attribute_not_exists(pk)":
                return key not in self.items
            case "attribute_not_exists(amount) OR amount <= :room":
                return key not in self.items or self.items[key] <= Decimal(values[":room"]["N"])
            case None:
                return True
            case other:
                raise AssertionError(other)

    def _write(self, key, request):
        if "Item" in request:
            self.items[key] = request["Item"]
        else:
            added = Decimal(request["ExpressionAttributeValues"][":amount"]["N"])
            self.items[key] = self.items.get(key, Decimal(0)) + added

    def _take(self, keys):
        with self._guard:
            locks = [self._locks.setdefault(key, threading.Lock()) for key in keys]
        held = []
        for lock in locks:
            if not lock.acquire(blocking=False):
                for mine in held:
                    mine.release()
                self.conflicts += 1
                raise cancelled("TransactionConflict")
            held.append(lock)
        return held

    def get_item(self, TableName, Key, ConsistentRead):  # noqa: ARG002, N803 - boto3's names
        found = self.items.get(_name(Key))
        return {"Item": found} if found else {}

    def delete_item(self, TableName, Key):  # noqa: ARG002, N803 - boto3's names
        self.items.pop(_name(Key), None)

    def query(self, ExpressionAttributeValues, **_):  # noqa: N803 - boto3's name
        wanted = ExpressionAttributeValues[":pk"]["S"] + "|"
        return {"Items": [i for key, i in list(self.items.items()) if key.startswith(wanted)]}

    @property
    def used(self):
        return self.items.get("count#c|count", Decimal(0))

    @property
    def held(self):
        return [key for key in self.items if key.startswith("held#")]


def _name(key):
    return f"{key['pk']['S']}|{key['sk']['S']}"


def cancelled(*codes):
    reasons = [{"Code": code} for code in codes]
    response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


def reservations(table, clock=time.time, **changes):
    ledger = Ledger(table, "t", sleep=lambda _: time.sleep(0.0005), clock=clock)
    return Reservations(ledger=ledger, **{"kept": 160, "seconds": 60} | changes)


def reservation(name, tokens, most=10**9):
    hold = Hold(counter="c", most=Decimal(most), ends=END)
    return Reservation(name=str(name), tokens=tokens, holds=(hold,))


def at_once(number, action):
    with ThreadPoolExecutor(max_workers=32) as pool:
        return list(pool.map(action, range(number)))


@pytest.mark.parametrize("lost", [0.0, 0.2])
def test_200_concurrent_reservations_and_settlements_lose_and_double_nothing(lost):
    table = Table(lost)
    store = reservations(table)

    def one(number):
        mine = reservation(number, 100)
        assert store.reserve(mine) == []
        store.settle(mine, number)

    at_once(200, one)
    assert (table.used, table.held) == (sum(range(200)), [])
    assert table.conflicts > 0
    assert (table.answers_lost > 0) is (lost > 0)


def test_of_200_at_once_exactly_those_pass_that_there_is_room_for():
    table = Table(0.1)
    store = reservations(table)
    full = at_once(200, lambda n: bool(store.reserve(reservation(n, 100, most=5_050))))
    assert (full.count(False), table.used) == (50, 5_000)


def test_settlements_that_are_repeated_count_once():
    table = Table(0.1)
    store = reservations(table)
    at_once(20, lambda n: store.reserve(reservation(n, 100)))
    at_once(100, lambda n: store.settle(reservation(n % 20, 100), 7))
    assert table.used == 140


def test_settling_and_releasing_at_once_is_one_of_both_for_each():
    now = [1000.0]
    table = Table()
    store = reservations(table, clock=lambda: now[0])
    at_once(50, lambda n: store.reserve(reservation(n, 100)))
    now[0] += 161

    def either(number):
        if number % 5 == 0:
            return -store.release_ended()
        return store.settle(reservation(number, 100), 1)

    outcomes = at_once(50, either)
    settled = sum(each for each in outcomes if each > 0)
    assert (table.used, table.held) == (settled, [])
    assert settled + sum(-each for each in outcomes if each < 0) == 50


def test_a_reservation_under_way_is_not_released_and_one_that_ended_is():
    now = [1000.0]
    table = Table()
    store = reservations(table, clock=lambda: now[0])
    store.reserve(reservation("a", 100))
    now[0] += 159
    assert (store.release_ended(), table.used) == (0, 100)
    now[0] += 1
    assert (store.release_ended(), table.used, table.held) == (1, 0, [])
    assert (store.release_ended(), table.used) == (0, 0)


def test_a_settled_reservation_whose_item_stayed_is_not_released_again():
    now = [1000.0]
    table = Table()
    store = reservations(table, clock=lambda: now[0])
    store.reserve(reservation("a", 100))
    kept = dict(table.items)
    store.settle(reservation("a", 100), 30)
    table.items.update({k: v for k, v in kept.items() if k.startswith("held#")})
    now[0] += 1000
    assert (store.release_ended(), table.used, table.held) == (0, 30, [])


def test_a_name_is_reserved_once_and_a_lost_answer_is_no_second_time():
    table = Table(lost=1.0)
    store = reservations(table)
    assert store.reserve(reservation("a", 100)) == []
    with pytest.raises(RepeatedError):
        store.reserve(reservation("a", 100))
    assert table.used == 100


def test_more_than_a_whole_period_has_no_room_on_a_new_counter():
    table = Table()
    assert reservations(table).reserve(reservation("a", 101, most=100))
    assert table.items == {}


def test_the_last_token_of_a_period_has_room():
    table = Table()
    store = reservations(table)
    assert store.reserve(reservation("a", 60, most=100)) == []
    assert store.reserve(reservation("b", 41, most=100))
    assert store.reserve(reservation("c", 40, most=100)) == []


def test_a_table_that_stays_busy_is_given_up():
    class Busy:
        def transact_write_items(self, **_):
            raise cancelled("None", "TransactionConflict")

    with pytest.raises(BusyError, match="nothing set aside"):
        reservations(Busy(), seconds=0).reserve(reservation("a", 1))


@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
def test_an_error_that_does_not_pass_is_not_repeated(code):
    class Broken:
        def transact_write_items(self, **_):
            raise cancelled("None", code)

    with pytest.raises(ClientError):
        reservations(Broken()).reserve(reservation("a", 1))
