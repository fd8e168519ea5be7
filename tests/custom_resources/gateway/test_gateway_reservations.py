"""Reservations under concurrency, replay and faults.

moto is no database for many threads; ``Table`` is one: it does one write at a time to an item, as
Amazon DynamoDB does, checks conditions, and may lose an answer, which botocore then asks for again.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.gateway_reservations import (
    Hold,
    RepeatedError,
    Reservation,
    Reservations,
)

END = 2_000_000_000


class Table:
    """A table whose writes check conditions, and whose answers get lost."""

    def __init__(self, lost=0.0, seed=7):
        self.items, self.answers_lost, self.waited = {}, 0, 0
        self._locks, self._guard = {}, threading.Lock()
        self._lost, self._random = lost, random.Random(seed)  # noqa: S311 - when to fail

    def _write(self, key, change, condition=lambda _: True):
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
            self.waited += lock.locked()
        for last in (False, True):
            with lock:
                item = dict(self.items.get(key, {}))
                time.sleep(0)  # other threads run now
                if not condition(item):
                    raise refused("ConditionalCheckFailedException", item)
                change(item)
                self.items[key] = item
            if last or self._random.random() >= self._lost:
                return
            self.answers_lost += 1

    def put_item(self, TableName, Item, ConditionExpression=None, **_):  # noqa: ARG002, N803
        assert ConditionExpression in (None, "attribute_not_exists(pk)")
        new = not ConditionExpression
        self._write(_name(Item), lambda i: i.update(Item), lambda i: new or not i)

    def update_item(self, Key, UpdateExpression, **request):  # noqa: N803 - boto3's names
        mine = request["ExpressionAttributeNames"]["#mine"]
        values = {k: int(v["N"]) for k, v in request["ExpressionAttributeValues"].items()}
        if UpdateExpression == "REMOVE #mine ADD amount :difference":
            assert request["ConditionExpression"] == "attribute_exists(#mine)"
            self._write(
                _name(Key),
                lambda i: i.update(amount=i["amount"] + values[":difference"], gone=i.pop(mine)),
                lambda i: mine in i,
            )
            return
        assert "SET #mine = :tokens" in UpdateExpression
        assert request["ConditionExpression"].endswith(
            "(attribute_not_exists(amount) OR amount <= :room)"
        )
        self._write(
            _name(Key),
            lambda i: i.update({mine: 1, "amount": i.get("amount", 0) + values[":tokens"]}),
            lambda i: mine not in i and i.get("amount", values[":room"]) <= values[":room"],
        )

    def delete_item(self, TableName, Key):  # noqa: ARG002, N803 - boto3's names
        self.items.pop(_name(Key), None)

    def query(self, ExpressionAttributeValues, **_):  # noqa: N803 - boto3's name
        wanted = ExpressionAttributeValues[":pk"]["S"] + "|"
        return {"Items": [i for key, i in list(self.items.items()) if key.startswith(wanted)]}

    @property
    def used(self):
        return self.items.get("count#c|count", {}).get("amount", 0)

    @property
    def held(self):
        counters = [i for key, i in self.items.items() if key.startswith("count#")]
        left = [name for counter in counters for name in counter if name.startswith("held#")]
        return [key for key in self.items if key.startswith("held#")] + left


def _name(key):
    return f"{key['pk']['S']}|{key['sk']['S']}"


def refused(code, item=None):
    return ClientError({"Error": {"Code": code}, "Item": item or {}}, "UpdateItem")


def reservations(table, clock=time.time):
    return Reservations(dynamodb=table, table="t", kept=160, clock=clock)


def reservation(name, tokens, most=10**9):
    hold = Hold(counter="c", most=most, ends=END)
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
    assert table.waited > 0
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
    kept = {k: v for k, v in table.items.items() if k.startswith("held#")}
    store.settle(reservation("a", 100), 30)
    table.items.update(kept)
    now[0] += 1000
    assert (store.release_ended(), table.used, table.held) == (0, 30, [])


def test_a_name_is_reserved_once_and_a_lost_answer_is_no_second_time():
    table = Table(lost=1.0)
    store = reservations(table)
    assert store.reserve(reservation("a", 100)) == []
    with pytest.raises(RepeatedError):
        store.reserve(reservation("a", 100))
    assert table.used == 100
    store.settle(reservation("a", 100), 1)
    with pytest.raises(RepeatedError):
        store.reserve(reservation("a", 100))
    assert table.used == 1


def two(name, tokens, first=10**9, second=10**9):
    holds = (Hold(counter="c", most=first, ends=END), Hold(counter="d", most=second, ends=END))
    return Reservation(name=str(name), tokens=tokens, holds=holds)


def test_a_second_counter_without_room_gives_the_first_one_back():
    table = Table(0.3)
    store = reservations(table)
    full = at_once(100, lambda n: len(store.reserve(two(n, 100, second=1_000))))
    assert (full.count(0), table.used, len(table.held)) == (10, 1_000, 30)


def test_who_dies_between_two_counters_leaves_something_to_release():
    now = [1000.0]
    table = Table()
    store = reservations(table, clock=lambda: now[0])
    write = table.update_item

    def dies(Key, **request):  # noqa: N803 - boto3's name
        if Key["pk"]["S"] == "count#d":
            raise KeyboardInterrupt
        write(Key=Key, **request)

    table.update_item = dies
    with pytest.raises(KeyboardInterrupt):
        store.reserve(two("a", 100))
    table.update_item = write
    assert table.used == 100
    now[0] += 161
    assert (store.release_ended(), table.used, table.held) == (1, 0, [])


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


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ValidationException"])
def test_every_other_error_goes_on(code):
    table = Table()

    def broken(**_):
        raise refused(code)

    table.update_item = broken
    with pytest.raises(ClientError):
        reservations(table).reserve(reservation("a", 1))
    with pytest.raises(ClientError):
        reservations(table).settle(reservation("a", 1), 1)
