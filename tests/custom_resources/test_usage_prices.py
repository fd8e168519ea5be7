"""Prices in the handler are those of the price table."""

from decimal import Decimal

import pytest

from secure_bedrock.catalog.foundation_models import GEOGRAPHIES
from secure_bedrock.catalog.price_table import PriceTable, Tokens
from secure_bedrock.cost.token_quota_prices import price_document
from secure_bedrock.custom_resources.assets.handlers.usage_prices import Prices
from secure_bedrock.custom_resources.assets.handlers.usage_record import Usage

TABLE = PriceTable.load()
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abc"
MODELS = sorted({price.model for price in TABLE.prices})


@pytest.fixture(scope="module")
def prices():
    model = MODELS[0]
    return Prices.of(price_document(TABLE.with_profiles({PROFILE: model})))


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-northeast-1"])
@pytest.mark.parametrize("model", [*MODELS, "nobody.knows-it-v1:0"])
def test_every_model_costs_what_the_table_says(prices, model, region):
    counts = {"input": 7, "output": 11, "cache_read": 13, "cache_write": 0}
    for name in (model, f"us.{model}", f"arn:aws:bedrock:us-east-1::foundation-model/{model}"):
        expected = TABLE.cost(name, region, Tokens(**counts))
        assert prices.cost(name, region, Usage(**counts)) == expected


@pytest.mark.parametrize("called", [PROFILE, "abc"])
def test_an_application_inference_profile_costs_what_its_model_costs(prices, called):
    assert prices.priced_as(called) == MODELS[0]


def test_no_digit_is_lost():
    entry = {"regions": [], "input": "0.1", "output": "0.2"}
    cost = Prices({"m": [entry]}).cost("m", "eu-west-1", Usage(input=3))
    assert cost == Decimal("0.0000003")


def test_a_kind_of_tokens_without_a_price_makes_the_cost_unknown():
    entry = {"regions": [], "input": "1", "output": "1"}
    prices = Prices({"m": [entry]})
    assert prices.cost("m", "eu-west-1", Usage(input=1, cache_read=1)) is None
    assert prices.cost("m", "eu-west-1", Usage(input=1)) == Decimal("0.000001")


@pytest.mark.parametrize("geography", GEOGRAPHIES)
def test_every_geography_is_known_to_the_handler(prices, geography):
    assert prices.priced_as(f"{geography}.amazon.nova-lite-v1:0") == "amazon.nova-lite-v1:0"
