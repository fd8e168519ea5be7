import json
import re
from itertools import combinations
from pathlib import Path

import aws_cdk as cdk
import jsonschema
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    BedrockAlarms,
    BedrockDashboard,
    GuardrailViolations,
    InvocationLogging,
    MonitoredModel,
    MonitoredResources,
    parse_model,
)
from secure_bedrock.catalog.metrics import find_series
from secure_bedrock.catalog.price_table import ModelPrice, PriceTable
from secure_bedrock.monitoring.dashboard_widgets import laid_out, text
from secure_bedrock.rules import Profile
from secure_bedrock.testing import assert_secure

SCHEMA = json.loads((Path(__file__).parent / "schemas/dashboard-body.json").read_text())
NOVA = MonitoredModel(model=parse_model("eu.amazon.nova-lite-v1:0"))
UNPRICED = MonitoredModel(model="unpriced-model")
QUERY = re.compile(r'SELECT SUM\((\w+)\) FROM SCHEMA\("([^"]+)", (\w+)\)')
SEARCH = re.compile(r"SEARCH\('\{([^,]+),([^}]+)\} MetricName=\"(\w+)\"'")
PRICE = ModelPrice(
    model="amazon.nova-lite-v1:0",
    input="0.06",
    output="0.24",
    cache_read="0.015",
    source="https://aws.amazon.com/bedrock/pricing/",
    date="2026-11-01",
)


@pytest.fixture(scope="session")
def prices():
    from dataclasses import replace
    from decimal import Decimal

    amounts = {name: Decimal(getattr(PRICE, name)) for name in ("input", "output", "cache_read")}
    return PriceTable(version="2026-11-01", prices=(replace(PRICE, **amounts),))


def body_of(stack):
    (found,) = (
        cdk.assertions.Template.from_stack(stack)
        .find_resources("AWS::CloudWatch::Dashboard")
        .values()
    )
    return json.loads(filled_in(found["Properties"]["DashboardBody"]))


def filled_in(value):
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(map(filled_in, parts))
        case {"Fn::GetAtt": [name, _]}:
            return f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}"
        case {"Ref": name}:
            return name
    return value


def new_stack(feature_flags):
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    return cdk.Stack(cdk.App(context=feature_flags), "Test", env=environment)


@pytest.fixture(scope="module")
def everything(feature_flags, prices):
    stack = new_stack(feature_flags)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = sns.Topic(stack, "Alerts", master_key=key)
    logging = InvocationLogging(stack, "Logging", encryption_key=key)
    alarms = BedrockAlarms(
        stack,
        "Alarms",
        models=[NOVA, UNPRICED],
        topic=topic,
        resources=MonitoredResources(logging=logging),
    )
    violations = GuardrailViolations(
        stack, "Violations", log_group=logging.log_group, encryption_key=key, topic=topic
    )
    BedrockDashboard(
        stack,
        "Dashboard",
        models=[NOVA, UNPRICED],
        alarms=alarms.told,
        log_group=logging.log_group,
        violations=violations,
        prices=prices,
    )
    return stack


@pytest.fixture(scope="module")
def body(everything):
    return body_of(everything)


@pytest.fixture(scope="module")
def plain(feature_flags):
    stack = new_stack(feature_flags)
    BedrockDashboard(stack, "Dashboard", models=[NOVA])
    return body_of(stack)


def titled(body, title):
    (found,) = (w for w in body["widgets"] if w["properties"].get("title") == title)
    return found["properties"]


def test_defaults(stack, snapshot):
    BedrockDashboard(stack, "Dashboard", models=[NOVA])
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


@pytest.mark.parametrize("which", ["body", "plain"])
def test_the_body_is_what_cloudwatch_documents(request, which):
    jsonschema.validate(request.getfixturevalue(which), SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("x",), 24),
        (("properties", "view"), "lines"),
        (("properties", "metrics"), []),
        (("properties", "metrics"), [["AWS/Bedrock"]]),
        (("properties", "metrics"), [[{"expression": "x", "id": "Q"}]]),
        (("properties", "region"), ""),
        (("properties", "colour"), "red"),
    ],
)
def test_the_schema_would_find_a_mistake(plain, path, value):
    changed = json.loads(json.dumps(plain))
    place = next(w for w in changed["widgets"] if w["type"] == "metric")
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed, SCHEMA)


@pytest.mark.parametrize("which", ["body", "plain"])
def test_widgets_do_not_overlap_and_fill_24_columns(request, which):
    widgets = request.getfixturevalue(which)["widgets"]
    for a, b in combinations(widgets, 2):
        beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
        below = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
        assert beside or below, (a, b)
    rows = {w["y"]: sum(v["width"] for v in widgets if v["y"] == w["y"]) for w in widgets}
    assert set(rows.values()) == {24}


def test_a_row_that_is_too_wide_is_refused():
    with pytest.raises(ValueError, match="a row of 26 columns"):
        list(laid_out([(2, [(13, text("a")), (13, text("b"))])]))


def test_every_graph_shows_series_that_are_known(body):
    unknown = []
    for properties in (w["properties"] for w in body["widgets"]):
        for entry in properties.get("metrics", []):
            shown = series(entry)
            unknown += [each for each in shown if not find_series(*each)]
            assert shown or "cost" in str(entry)
    assert unknown == []


def series(entry):
    if isinstance(entry[0], str):
        names = [each for each in entry if isinstance(each, str)]
        return [(names[0], names[1], frozenset(names[2::2]))]
    text = entry[0]["expression"]
    found = [(space, metric, frozenset([key])) for metric, space, key in QUERY.findall(text)]
    for space, keys, metric in SEARCH.findall(text):
        found.append((space, metric, frozenset(keys.split(","))))
    return found


def test_cost_is_tokens_times_prices(body):
    total, *hidden = titled(body, "Estimated cost, USD")["metrics"]
    assert total[0]["expression"] == (
        "FILL(m0_input, 0) * 0.00000006 + FILL(m0_output, 0) * 0.00000024"
        " + FILL(m0_cache_read, 0) * 0.000000015"
    )
    assert [entry[1] for entry in hidden] == [
        "InputTokenCount",
        "OutputTokenCount",
        "CacheReadInputTokenCount",
    ]
    assert all(entry[-1]["visible"] is False for entry in hidden)


def test_models_without_a_price_are_named(body):
    markdown = body["widgets"][0]["properties"]["markdown"]
    assert "Without a price, and left out: unpriced-model." in markdown
    assert "list prices of 2026-11-01" in markdown


def test_without_prices_there_is_no_estimate(plain):
    assert "cost" not in json.dumps(plain).lower()


def test_the_alarms_that_tell_somebody_are_shown(body):
    shown = titled(body, "Alarms")["alarms"]
    names = [arn.rsplit(":", 1)[-1] for arn in shown]
    assert len(names) == len(set(names)) == 8
    assert sum(name.startswith("AlarmsGroup") for name in names) == 3


def test_principals_and_models_are_ranked_over_the_invocation_log(everything):
    found = cdk.assertions.Template.from_stack(everything).find_resources(
        "AWS::CloudWatch::InsightRule"
    )
    rules = [json.loads(filled_in(r["Properties"]["RuleBody"])) for r in found.values()]
    contributions = [rule["Contribution"] for rule in rules]
    assert {
        "Keys": ["$.identity.arn"],
        "Filters": [],
        "ValueOf": "$.input.inputTokenCount",
    } in contributions
    assert {"Keys": ["$.modelId", "$.operation"], "Filters": []} in contributions


def test_every_ranking_is_a_rule_of_the_stack(everything, body):
    found = cdk.assertions.Template.from_stack(everything).find_resources(
        "AWS::CloudWatch::InsightRule"
    )
    names = {each["Properties"]["RuleName"] for each in found.values()}
    shown = {
        w["properties"]["insightRule"]["ruleName"]
        for w in body["widgets"]
        if "insightRule" in w["properties"]
    }
    assert shown == names


def test_every_widget_has_a_title_of_its_own(body):
    titles = [w["properties"]["title"] for w in body["widgets"] if w["type"] != "text"]
    assert len(titles) == len(set(titles)) == 20


@pytest.mark.parametrize("profile", Profile)
def test_everything_keeps_every_rule(everything, profile):
    assert_secure(everything, profile=profile)


def test_no_model_is_refused(stack):
    with pytest.raises(ValueError, match=r"^Test/Dashboard: models is empty"):
        BedrockDashboard(stack, "Dashboard", models=[])


def test_more_alarms_than_a_widget_shows_are_refused(stack):
    alarm = cdk.aws_cloudwatch.Alarm.from_alarm_arn(stack, "A", "arn:aws:cloudwatch:r:a:alarm:x")
    with pytest.raises(ValueError, match=r"^Test/Dashboard: alarms has 101: show up to 100"):
        BedrockDashboard(stack, "Dashboard", models=[NOVA], alarms=[alarm] * 101)
