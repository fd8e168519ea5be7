"""Counters under concurrency, replay and faults.

Two tables stand in for Amazon DynamoDB. moto's shows that requests are well formed and mean what
they should; it is no database for many threads. ``Table`` is: its transactions lock their items,
refuse when another transaction holds one, and may lose the answer after they took effect.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.quota_ledger import BusyError, Entry, Ledger
from secure_bedrock.custom_resources.assets.handlers.quota_notices import Once

TABLE = "quota"


def create_table(client):
    client.create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


class Table:
    """Transactions, each all or nothing, that meet each other in many threads."""

    def __init__(self, lost=0.0, seed=1):
        self.items, self.conflicts, self.answers_lost = {}, 0, 0
        self._locks, self._guard = {}, threading.Lock()
        self._lost, self._random = lost, random.Random(seed)  # noqa: S311 - when to fail

    def transact_write_items(self, TransactItems):  # noqa: N803 - boto3's name
        keys = [_key_of(each) for each in TransactItems]
        assert len(keys) == len(set(keys)) <= 100
        held = self._take(keys)
        try:
            time.sleep(0)  # other threads run now
            repeated = [
                k in self.items and "Put" in t for k, t in zip(keys, TransactItems, strict=True)
            ]
            if any(repeated):
                raise cancelled(*("ConditionalCheckFailed" if r else "None" for r in repeated))
            for key, each in zip(keys, TransactItems, strict=True):
                time.sleep(0)
                added = each.get("Update", {}).get("ExpressionAttributeValues", {}).get(":amount")
                self.items[key] = self.items.get(key, Decimal(0)) + Decimal(
                    (added or {"N": 0})["N"]
                )
        finally:
            for lock in held:
                lock.release()
        if self._random.random() < self._lost:
            self.answers_lost += 1
            raise ClientError({"Error": {"Code": "InternalServerError"}}, "TransactWriteItems")

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


def _key_of(item):
    (request,) = item.values()
    assert (
        request.get("ConditionExpression", "attribute_not_exists(pk)") == "attribute_not_exists(pk)"
    )
    return request.get("Item", request.get("Key"))["pk"]["S"]


def cancelled(*codes):
    reasons = [{"Code": code} for code in codes]
    response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


@pytest.fixture(scope="module")
def emulated():
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        create_table(client)
        yield client


@pytest.fixture
def dynamodb(emulated):
    yield emulated
    for item in emulated.scan(TableName=TABLE)["Items"]:
        emulated.delete_item(TableName=TABLE, Key={name: item[name] for name in ("pk", "sk")})


@pytest.fixture
def ledger(dynamodb):
    return Ledger(dynamodb, TABLE, sleep=lambda _: None)


def entry(name, amount=1, counters=("c",)):
    return Entry(receipt=str(name), amounts={c: Decimal(amount) for c in counters})


def at_once(number, action):
    with ThreadPoolExecutor(max_workers=32) as pool:
        return list(pool.map(action, range(number)))


def concurrent(table):
    return Ledger(table, TABLE, sleep=lambda _: time.sleep(0.0005))


@pytest.mark.parametrize("lost", [0.0, 0.2])
def test_200_concurrent_settlements_lose_and_double_nothing(lost):
    table = Table(lost)
    ledger = concurrent(table)
    counted = at_once(200, lambda n: ledger.count_once([entry(n, n)]))
    assert table.items["count#c"] == sum(range(200))
    assert table.conflicts > 0
    assert sum(counted) + table.answers_lost == 200
    assert (table.answers_lost > 0) is (lost > 0)


def test_each_of_200_settlements_replayed_three_times_counts_once():
    table = Table(0.1)
    ledger = concurrent(table)
    at_once(600, lambda n: ledger.count_once([entry(n % 200, 5)]))
    assert table.items["count#c"] == 1000


def test_overlapping_batches_count_each_entry_once():
    table = Table(0.1)
    ledger = concurrent(table)
    at_once(20, lambda n: ledger.count_once([entry(i) for i in range(n, n + 120)]))
    assert table.items["count#c"] == 139


def test_more_entries_than_a_transaction_takes_are_split():
    table = Table()
    entries = [entry(n, 2, counters=("all", f"of-{n % 120}")) for n in range(240)]
    assert Ledger(table, TABLE).count_once(entries) == 240
    assert (table.items["count#all"], table.items["count#of-119"]) == (480, 4)


def test_it_says_how_many_were_new(ledger):
    assert ledger.count_once([entry("a"), entry("b"), entry("b")]) == 2
    assert ledger.count_once([entry("b"), entry("c")]) == 1


def test_no_digit_of_a_sum_is_lost(ledger):
    ledger.count_once([entry(n, "0.0000001") for n in range(3)] + [entry("x", "123456789")])
    assert ledger.amount("c") == Decimal("123456789.0000003")


def test_an_amount_may_be_taken_back(ledger):
    ledger.count_once([entry("reserved", 100)])
    ledger.count_once([entry("settled", -60)])
    assert ledger.amount("c") == 40


def test_a_table_that_stays_busy_is_given_up_and_nothing_is_counted(dynamodb):
    class Busy:
        def transact_write_items(self, **_):
            raise cancelled("None", "TransactionConflict")

    now = [0.0]
    busy = Ledger(
        Busy(), TABLE, seconds=5, sleep=lambda s: now.append(now.pop() + s), clock=lambda: now[0]
    )
    with pytest.raises(BusyError, match="1 not counted"):
        busy.count_once([entry("a")])
    assert Ledger(dynamodb, TABLE).amount("c") == 0


def test_an_error_that_does_not_pass_is_not_repeated():
    class Broken:
        calls = 0

        def transact_write_items(self, **_):
            self.calls += 1
            raise cancelled("None", "ValidationError")

    broken = Broken()
    with pytest.raises(ClientError):
        Ledger(broken, TABLE, sleep=lambda _: None).count_once([entry("a")])
    assert broken.calls == 1


def test_counters_and_receipts_outlive_every_replay_and_then_go(dynamodb):
    Ledger(dynamodb, TABLE, clock=lambda: 1_000_000).count_once(
        [Entry(receipt="r", amounts={"c": Decimal(1)}, ends={"c": 2_000_000})]
    )
    items = {i["sk"]["S"]: int(i["expires"]["N"]) for i in dynamodb.scan(TableName=TABLE)["Items"]}
    days = 21 * 86_400
    assert items == {"receipt": 1_000_000 + days, "count": 2_000_000 + days}


def test_of_many_one_does_it(dynamodb):
    done = []
    for number in range(3):
        Once(dynamodb, TABLE).do("tell", lambda number=number: done.append(number))
    assert done == [0]


def test_who_died_before_doing_it_is_relieved_after_a_while(dynamodb):
    now, done = [1000.0], []
    once = Once(dynamodb, TABLE, clock=lambda: now[0])

    def die():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once.do("tell", die)
    assert once.do("tell", lambda: done.append(1)) is False
    now[0] += 31
    assert once.do("tell", lambda: done.append(2)) is True
    now[0] += 31
    assert once.do("tell", lambda: done.append(3)) is False
    assert done == [2]
