import json
from decimal import Decimal

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from secure_bedrock import CostAnomalyBand, PriceTable
from secure_bedrock.testing import assert_secure

SONNET = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
NOVA = "eu.amazon.nova-lite-v1:0"


@pytest.fixture(scope="module")
def stack(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "Band", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True)
    CostAnomalyBand(stack, "Cost", models=[SONNET, NOVA], topic=topic)
    return stack


@pytest.fixture(scope="module")
def alarms(stack):
    found = Template.from_stack(stack).to_json()["Resources"].values()
    return [r["Properties"] for r in found if r["Type"] == "AWS::CloudWatch::Alarm"]


def parts(alarm):
    return {part["Id"]: part for part in alarm["Metrics"]}


def cost_of(alarm):
    (cost,) = (p for p in alarm["Metrics"] if "FILL" in p.get("Expression", ""))
    return cost


def test_the_band_is_around_the_cost(alarms):
    found = parts(alarms[0])
    band = found[alarms[0]["ThresholdMetricId"]]
    assert band["Expression"] == f"ANOMALY_DETECTION_BAND({cost_of(alarms[0])['Id']}, 3)"
    assert alarms[0]["ComparisonOperator"] == "GreaterThanUpperThreshold"


def test_every_kind_of_token_is_counted_under_the_id_that_callers_pass(alarms):
    metrics = [p["MetricStat"] for p in alarms[0]["Metrics"] if "MetricStat" in p]
    assert sorted(m["Metric"]["MetricName"] for m in metrics) == [
        "CacheReadInputTokenCount",
        "CacheWriteInputTokenCount",
        "InputTokenCount",
        "OutputTokenCount",
    ]
    dimensions = [m["Metric"]["Dimensions"] for m in metrics]
    assert dimensions == [[{"Name": "ModelId", "Value": SONNET}]] * 4
    assert {(m["Stat"], m["Period"]) for m in metrics} == {("Sum", 3600)}


def test_the_expression_is_the_price_table(alarms):
    price = PriceTable.load().price_of(SONNET, "eu-west-1")
    factors = dict(part.split(" * ") for part in cost_of(alarms[0])["Expression"].split(" + "))
    assert Decimal(factors["FILL(input, 0)"]) == price.input / 1_000_000
    assert Decimal(factors["FILL(cache_write, 0)"]) == price.cache_write / 1_000_000


def test_no_factor_has_an_exponent(alarms):
    assert all("E-" not in cost_of(alarm)["Expression"].upper() for alarm in alarms)


def test_a_kind_without_a_price_is_left_out(alarms):
    assert "cache_read" not in cost_of(alarms[1])["Expression"]


def test_only_one_part_returns_besides_the_band(alarms):
    returned = [p["Id"] for p in alarms[0]["Metrics"] if p.get("ReturnData", True)]
    assert set(returned) == {cost_of(alarms[0])["Id"], alarms[0]["ThresholdMetricId"]}


def test_the_topic_is_told_and_admits_alarms(stack, alarms):
    assert all(alarm["AlarmActions"] == alarm["OKActions"] for alarm in alarms)
    assert "cloudwatch.amazonaws.com" in json.dumps(Template.from_stack(stack).to_json())


def test_it_is_clean_under_every_profile(stack):
    assert_secure(stack, profile=["baseline", "strict", "residency", "agentic"])


def test_defaults(stack, snapshot):
    assert Template.from_stack(stack).to_json()["Resources"] == snapshot


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"models": []}, "no model is given"),
        ({"models": [SONNET, SONNET]}, "is given twice"),
        ({"models": ["stability.sd3-large-v1:0"]}, "has no price for eu-west-1"),
        ({"models": [SONNET], "band": 0}, "band 0 is out of range"),
    ],
)
def test_what_cannot_work_is_refused(env_stack, given, says):
    with pytest.raises(ValueError, match=f"Cost: .*{says}"):
        CostAnomalyBand(env_stack, "Cost", topic=sns.Topic(env_stack, "Topic"), **given)


def test_a_stack_without_a_region_takes_prices_of_every_region_only():
    nowhere = cdk.Stack(cdk.App(), "Nowhere")
    with pytest.raises(ValueError, match="no price for every Region"):
        CostAnomalyBand(nowhere, "Cost", models=[NOVA], topic=sns.Topic(nowhere, "Topic"))
    CostAnomalyBand(nowhere, "Sonnet", models=[SONNET], topic=sns.Topic(nowhere, "Other"))
