import json
from decimal import Decimal

import pytest

from secure_bedrock.catalog.price_table import PriceTable, Tokens

NOVA = "amazon.nova-lite-v1:0"
SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0"
ENTRY = {
    "model": NOVA,
    "input": 0.06,
    "output": 0.24,
    "source": "https://example.com",
    "date": "2026-01-01",
}
DOCUMENT = {
    "version": "2026-01-01",
    "currency": "USD",
    "unit": "per million tokens",
    "prices": [ENTRY],
}


@pytest.fixture(scope="module")
def packaged():
    return PriceTable.load()


def written(tmp_path, **changes):
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(DOCUMENT | changes))
    return path


def test_every_packaged_price_says_where_and_when_it_was_read(packaged):
    assert all(
        p.source.startswith("https://") and p.date <= packaged.version for p in packaged.prices
    )


def test_all_four_kinds_of_tokens_are_priced(packaged):
    tokens = Tokens(input=1_000_000, output=1_000_000, cache_read=1_000_000, cache_write=1_000_000)
    assert packaged.cost(f"global.{SONNET}", "eu-west-1", tokens) == Decimal("22.05")


@pytest.mark.parametrize(
    "model",
    [
        NOVA,
        f"us.{NOVA}",
        f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}",
        f"arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.{NOVA}",
    ],
)
def test_a_model_is_found_by_every_name_it_is_called(packaged, model):
    assert packaged.price_of(model, "us-east-1").model == NOVA


def test_a_model_without_a_price_is_unpriced_and_not_free(packaged):
    assert packaged.cost("stability.sd3-large-v1:0", "us-east-1", Tokens(input=1)) is None


def test_a_price_holds_in_its_regions_only(packaged):
    assert packaged.price_of(NOVA, "sa-east-1") is None


def test_a_global_profile_is_not_priced_as_its_model(packaged):
    assert packaged.price_of(f"global.{SONNET}", "eu-west-1").input == 3
    assert packaged.price_of(f"eu.{SONNET}", "eu-west-1").input == Decimal("3.3")


def test_tokens_of_a_kind_without_a_price_make_the_cost_unknown(packaged):
    assert packaged.cost(NOVA, "us-east-1", Tokens(input=1)) is not None
    assert packaged.cost(NOVA, "us-east-1", Tokens(input=1, cache_write=1)) is None


def test_an_application_inference_profile_is_priced_by_its_model(packaged):
    arn = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc"
    table = packaged.with_profiles({arn: f"us.{NOVA}"})
    assert (packaged.price_of(arn, "us-east-1"), table.price_of(arn, "us-east-1").model) == (
        None,
        NOVA,
    )


def test_prices_are_decimal_to_the_last_digit(tmp_path):
    table = PriceTable.load(written(tmp_path, prices=[ENTRY | {"input": 0.1}]))
    assert table.prices[0].input == Decimal("0.1")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"version": "soon"}, "version 'soon' is no date"),
        ({"currency": "EUR"}, "currency 'EUR'"),
        ({"unit": "per token"}, "unit 'per token'"),
        ({"prices": []}, "prices is no list"),
        ({"more": 1}, "unknown key 'more'"),
        ({"prices": [ENTRY, ENTRY]}, "has two prices in one Region"),
        ({"prices": [ENTRY, ENTRY | {"regions": ["us-east-1"]}]}, "has two prices in one Region"),
        ({"prices": [ENTRY | {"input": -1}]}, "input -1 is out of range"),
        ({"prices": [ENTRY | {"input": None}]}, "input None is no number"),
        ({"prices": [ENTRY | {"cache_read": "x"}]}, "cache_read 'x' is no number"),
        ({"prices": [ENTRY | {"source": "a friend"}]}, "source 'a friend' is no https address"),
        ({"prices": [ENTRY | {"date": "2026-13-01"}]}, "date '2026-13-01' is no date"),
        ({"prices": [ENTRY | {"regions": "us-east-1"}]}, "is no list of Regions"),
    ],
)
def test_a_mistake_ends_in_one_line(tmp_path, changes, line):
    with pytest.raises(ValueError) as refusal:
        PriceTable.load(written(tmp_path, **changes))
    assert line in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_every_mistake_has_its_line(tmp_path):
    with pytest.raises(ValueError) as refusal:
        PriceTable.load(written(tmp_path, version="x", prices=[ENTRY | {"input": -1}]))
    assert len(str(refusal.value).splitlines()) == 2


def test_a_file_that_is_no_json_ends_in_one_line(tmp_path):
    (tmp_path / "prices.json").write_text("{")
    with pytest.raises(ValueError, match=r"prices\.json: no price table can be read"):
        PriceTable.load(tmp_path / "prices.json")
