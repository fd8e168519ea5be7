"""The price table: the packaged one, and mistakes in one's own."""

import json

import pytest

from secure_bedrock.evidence.fixed_costs import FixedPrices
from secure_bedrock.evidence.fixed_costs.meters import BY_TIME, METERS
from secure_bedrock.evidence.fixed_costs.others import BY_TIME_UNPRICED, BY_USE, is_free

GOOD = {"meter": "kms-key", "amount": 1, "per": "month"}
GOOD |= {"source": "https://example.com", "date": "2026-01-01"}


@pytest.fixture
def load(tmp_path):
    def of(*prices, **changed):
        file = tmp_path / "prices.json"
        table = {"version": "2026-01-01", "currency": "USD", "hours_per_month": 730}
        file.write_text(json.dumps(table | {"prices": prices} | changed))
        return FixedPrices.load(file)

    return of


def test_every_packaged_price_is_of_a_known_meter():
    assert {each.meter for each in FixedPrices.load().prices} <= METERS.keys()


def test_no_type_is_in_two_groups():
    groups = [set(BY_TIME), set(BY_TIME_UNPRICED), set(BY_USE)]
    everything = [kind for group in groups for kind in group]
    assert len(everything) == len(set(everything))
    assert [kind for kind in everything if is_free(kind)] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": -1}, "amount -1 is no number"),
        ({"amount": True}, "amount True is no number"),
        ({"amount": "1"}, "amount '1' is no number"),
        ({"per": "day"}, "per 'day' is not known"),
        ({"regions": "us-east-1"}, "is no list of Regions"),
        ({"source": "http://example.com"}, "is no https address"),
        ({"date": "today"}, "date 'today' is no date"),
        ({"colour": 1}, "unknown key 'colour'"),
    ],
)
def test_a_mistake_in_a_price_is_named(load, change, words):
    with pytest.raises(ValueError, match=words):
        load(GOOD | change)


def test_two_prices_for_one_place_are_refused(load):
    with pytest.raises(ValueError, match="two prices for every Region: keep one"):
        load(GOOD, GOOD | {"amount": 2})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": "1"}, "version '1' is no date"),
        ({"currency": "EUR"}, "write USD"),
        ({"hours_per_month": 1000}, "no number up to 744"),
        ({"prices": {}}, "a price table is an object"),
        ({"more": 1}, "unknown key 'more'"),
    ],
)
def test_a_mistake_in_the_table_is_named(load, change, words):
    with pytest.raises(ValueError, match=words):
        load(GOOD, **change)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ValueError, match="no price table can be read"):
        FixedPrices.load(tmp_path / "none.json")
