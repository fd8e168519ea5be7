import random
from functools import partial

import pytest
from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.response_ledger import (
    LEASE_SECONDS,
    BusyError,
    Ledger,
)

NOW = 1_795_000_000


@pytest.fixture
def ledger(world):
    def of(owner="a", now=NOW):
        return Ledger(world.clients["dynamodb"], "ledger", owner, now)

    return of


def test_who_claims_first_may_claim_again(ledger):
    assert ledger("a").claim("e") is not None
    assert ledger("a").claim("e") is not None


def test_nobody_else_may_while_the_claim_lasts(ledger):
    ledger("a").claim("e")
    with pytest.raises(BusyError, match="e is being worked on"):
        ledger("b", NOW + LEASE_SECONDS).claim("e")


def test_somebody_else_may_when_the_function_must_have_ended(ledger):
    ledger("a").claim("e")
    assert ledger("b", NOW + LEASE_SECONDS + 1).claim("e") is not None


def test_who_lost_the_claim_can_neither_note_nor_finish(ledger):
    ledger("a").claim("e")
    ledger("b", NOW + LEASE_SECONDS + 1).claim("e")
    for late in (lambda: ledger("a").finish("e"), lambda: ledger("a").note("e", {})):
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            late()


@pytest.mark.parametrize("owner", ["a", "b"])
def test_what_is_finished_is_claimed_by_nobody(ledger, owner):
    ledger("a").claim("e")
    ledger("a").finish("e")
    assert ledger(owner, NOW + 10_000).claim("e") is None


def test_the_first_note_stays(ledger):
    ledger("a").claim("e")
    assert ledger("a").note("e", {"x": 1}) == {"x": 1}
    assert ledger("a").note("e", {"x": 2}) == {"x": 1}


def test_the_earliest_time_stays(ledger):
    assert [ledger().since("n", when) for when in (50, 70, 20, 60)] == [50, 50, 20, 20]
    assert ledger().seen_at("n") == 20
    assert ledger().seen_at("never") is None


def test_a_member_counts_once(ledger):
    assert [ledger().count("n", each, 60) for each in ("a", "b", "a", "c")] == [1, 2, 2, 3]


def outcome(call):
    try:
        return call()
    except BusyError:
        return "busy"
    except ClientError as error:
        return error.response["Error"]["Code"]


def test_the_fake_for_the_replay_does_what_moto_does(world, fake_dynamo):
    chance = random.Random(7)  # noqa: S311 - repeatable
    for _ in range(250):
        owner, now = chance.choice("ab"), NOW + chance.randrange(0, 200)
        verb, name = (
            chance.choice(["claim", "note", "finish", "since", "count"]),
            chance.choice("xyz"),
        )
        more = {"note": ({"n": now},), "since": (now,), "count": (str(now % 5), 60)}.get(verb, ())
        got = []
        for client in (world.clients["dynamodb"], fake_dynamo):
            ledger = Ledger(client, "ledger", owner, now)
            got.append(outcome(partial(getattr(ledger, verb), name, *more)))
        if verb == "claim" and all(isinstance(each, dict) for each in got):
            got = [{k: v for k, v in each.items() if k != "seen"} for each in got]
        assert got[0] == got[1], (verb, name, owner, now)
