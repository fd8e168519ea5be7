"""The monthly estimate of small templates."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from secure_bedrock.evidence.fixed_costs import FixedPrices, estimate
from secure_bedrock.rules import load_template


@pytest.fixture
def bill(tmp_path):
    def of(*resources, region="us-east-1", **options):
        file = tmp_path / "a.template.json"
        named = {f"R{number}": each for number, each in enumerate(resources)}
        parameters = {"Zones": {"Type": "List<AWS::EC2::Subnet::Id>"}}
        file.write_text(json.dumps({"Parameters": parameters, "Resources": named}))
        return estimate([replace(load_template(file), region=region)], **options)

    return of


def make(kind, **properties):
    return {"Type": kind, "Properties": properties}


def endpoint(subnets, kind="Interface"):
    return make("AWS::EC2::VPCEndpoint", VpcEndpointType=kind, SubnetIds=subnets)


def watched(*periods, **more):
    stats = [{"Id": f"m{n}", "MetricStat": {"Period": p}} for n, p in enumerate(periods)]
    return make("AWS::CloudWatch::Alarm", Metrics=[*stats, *more.get("and_also", [])])


def amounts(found):
    return {line.title: (line.quantity, line.monthly) for line in found.lines}


def test_an_endpoint_costs_in_each_zone(bill):
    found = bill(endpoint(["a", "b"]), endpoint(["a"]))
    assert [(each.quantity, each.monthly) for each in found.lines] == [(3, Decimal("21.90"))]
    assert found.total == Decimal("21.90")


def test_gateway_endpoints_are_free(bill):
    found = bill(endpoint([], kind="Gateway"), make("AWS::EC2::VPCEndpoint"))
    assert (found.lines, found.unpriced, found.free) == ((), (), 2)


def test_zones_of_a_parameter_are_not_guessed(bill):
    found = bill(endpoint({"Ref": "Zones"}))
    assert found.lines == ()
    assert found.unpriced[0].why == "how many there are is known at deployment only"


def test_a_region_without_a_price_is_unpriced_and_never_nothing(bill):
    found = bill(endpoint(["a", "b"]), region="eu-west-1")
    assert (found.total, found.lines) == (0, ())
    assert found.unpriced[0].quantity == 2
    assert "no price for eu-west-1" in found.unpriced[0].why
    assert "us-east-1 one is 7.30 USD" in found.unpriced[0].why


def test_a_price_for_every_region_is_not_one_for_other_partitions(bill):
    assert bill(make("AWS::KMS::Key"), region="eu-west-3").total == 1
    assert bill(make("AWS::KMS::Key"), region="us-gov-west-1").lines == ()


def test_an_unknown_region_is_said_to_be_priced_as_another(bill):
    found = bill(make("AWS::KMS::Key"), region=None)
    assert found.lines[0].region == "us-east-1"
    assert "names no Region" in found.notes[0]


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        (make("AWS::CloudWatch::Alarm", MetricName="m", Period=60), "0.10"),
        (make("AWS::CloudWatch::Alarm", MetricName="m", Period=10), "0.30"),
        (watched(60, 60), "0.20"),
        (watched(60, and_also=[{"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(m0)"}]), "0.30"),
        (watched(10, and_also=[{"Id": "e", "Expression": "m0*2"}]), "0.30"),
        (make("AWS::CloudWatch::CompositeAlarm"), "0.50"),
    ],
)
def test_alarms_cost_by_the_metrics_they_watch(bill, alarm, expected):
    assert bill(alarm).total == Decimal(expected)


def test_an_alarm_on_a_query_has_no_fixed_price(bill):
    found = bill(watched(and_also=[{"Id": "q", "Expression": "SELECT MAX(x) FROM y"}]))
    assert found.lines == ()
    assert "by the metrics it reads" in found.unpriced[0].why


def test_a_web_acl_costs_with_its_rules(bill):
    assert bill(make("AWS::WAFv2::WebACL", Rules=[{}, {}])).total == 7


@pytest.mark.parametrize(("replicas", "units"), [({}, 2), ({"StandbyReplicas": "DISABLED"}, 1)])
def test_a_collection_costs_without_any_use(bill, replicas, units):
    found = bill(make("AWS::OpenSearchServerless::Collection", **replicas))
    assert found.lines[0].monthly == units * Decimal("175.20")


def test_dedicated_capacity_is_unpriced(bill):
    found = bill(make("AWS::Bedrock::ProvisionedModelThroughput"))
    assert "commitment" in found.unpriced[0].why


def test_what_is_billed_by_use_is_listed_as_that(bill):
    found = bill(make("AWS::Bedrock::Guardrail"), make("AWS::S3::Bucket"))
    assert [each.title for each in found.by_use] == ["AWS::Bedrock::Guardrail", "AWS::S3::Bucket"]


def test_a_type_nobody_knows_is_said_to_be_unknown(bill):
    found = bill(make("Vendor::Thing::New"), make("Custom::Anything"))
    assert [each.title for each in found.unknown] == ["Custom::Anything", "Vendor::Thing::New"]


def test_users_bring_prices_of_their_own(bill, tmp_path):
    file = tmp_path / "prices.json"
    price = {"meter": "kms-key", "amount": 2, "per": "month"}
    price |= {"source": "https://example.com", "date": "2026-01-01"}
    table = {"version": "2026-01-01", "currency": "USD", "hours_per_month": 720}
    file.write_text(json.dumps(table | {"prices": [price]}))
    assert bill(make("AWS::KMS::Key"), prices=FixedPrices.load(file)).total == 2
