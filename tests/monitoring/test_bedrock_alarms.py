import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    AgentOperation,
    AlarmGroup,
    AlarmSeverity,
    AlarmThresholds,
    BedrockAlarms,
    GuardrailSet,
    InvocationLogging,
    MonitoredModel,
    MonitoredResources,
    Runbooks,
    parse_model,
)
from secure_bedrock.catalog.metrics import find_series
from secure_bedrock.guardrails import presets
from secure_bedrock.rules import Profile
from secure_bedrock.testing import assert_secure

NOVA = MonitoredModel(model=parse_model("eu.amazon.nova-lite-v1:0"))
ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
RUNBOOKS = Path(__file__).parents[2] / "docs/runbooks"


def new_stack(feature_flags):
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    return cdk.Stack(cdk.App(context=feature_flags), "Test", env=environment)


def topic(stack, id="Alerts"):
    return sns.Topic(stack, id, master_key=kms.Key(stack, f"{id}Key", enable_key_rotation=True))


@pytest.fixture(scope="module")
def everything(feature_flags):
    """Every kind of alarm there is."""
    stack = new_stack(feature_flags)
    guardrails = GuardrailSet(stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT})
    return BedrockAlarms(
        stack,
        "Alarms",
        models=[
            MonitoredModel(
                model=NOVA.model, quota_tokens_per_minute=200_000, tokens_per_minute=50_000
            )
        ],
        topic=topic(stack),
        resources=MonitoredResources(
            logging=InvocationLogging(stack, "Logging"),
            guardrails={"chat": guardrails["chat"]},
            knowledge_bases=["KB12345678"],
            agents=list(AgentOperation),
        ),
    )


@pytest.fixture(scope="module")
def alarms(everything):
    stack = cdk.Stack.of(everything)
    found = cdk.assertions.Template.from_stack(stack).find_resources(ALARM)
    return {name: each["Properties"] for name, each in found.items()}


def built(feature_flags, **options):
    stack = new_stack(feature_flags)
    BedrockAlarms(stack, "A", **{"models": [NOVA], "topic": topic(stack)} | options)
    resources = cdk.assertions.Template.from_stack(stack).to_json()["Resources"]
    return {
        kind: {n: r["Properties"] for n, r in resources.items() if r["Type"] == kind}
        for kind in (ALARM, COMPOSITE, "AWS::SNS::TopicPolicy")
    }


def named(alarms, part):
    (found,) = (each for name, each in alarms.items() if part in name)
    return found


def test_defaults(stack, snapshot):
    BedrockAlarms(stack, "Alarms", models=[NOVA], topic=topic(stack))
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_every_alarm_watches_a_series_that_is_known(alarms, series_of):
    watched = {name: list(series_of(each)) for name, each in alarms.items()}
    assert [name for name, found in watched.items() if not found] == []
    unknown = [each for found in watched.values() for each in found if not find_series(*each)]
    assert unknown == []


def test_the_check_of_series_would_find_a_wrong_dimension(series_of):
    wrong = {"Namespace": "AWS/Bedrock", "MetricName": "Invocations"}
    wrong["Dimensions"] = [{"Name": "Model", "Value": "x"}]
    assert [find_series(*each) for each in series_of(wrong)] == [None]


def test_no_alarm_needs_a_series_that_is_not_documented(alarms, series_of):
    found = [find_series(*each) for alarm in alarms.values() for each in series_of(alarm)]
    assert {each.evidence.value for each in found} == {"documented"}


def test_missing_data_never_raises_an_alarm(alarms):
    assert {each["TreatMissingData"] for each in alarms.values()} == {"notBreaching"}


def test_the_model_is_named_as_callers_name_it(alarms):
    dimensions = named(alarms, "Model0Latency")["Dimensions"]
    assert dimensions == [{"Name": "ModelId", "Value": "eu.amazon.nova-lite-v1:0"}]


@pytest.mark.parametrize(
    ("part", "metric"),
    [
        ("Model0Invocations", "Invocations"),
        ("Model0InputTokens", "InputTokenCount"),
        ("Model0OutputTokens", "OutputTokenCount"),
    ],
)
def test_unusual_use_is_above_a_band(alarms, part, metric):
    alarm = named(alarms, part)
    band = next(each for each in alarm["Metrics"] if each["Id"] == alarm["ThresholdMetricId"])
    watched = next(each for each in alarm["Metrics"] if "MetricStat" in each)
    assert band["Expression"] == f"ANOMALY_DETECTION_BAND({watched['Id']}, 3)"
    assert watched["MetricStat"]["Metric"]["MetricName"] == metric
    assert alarm["ComparisonOperator"] == "GreaterThanUpperThreshold"


def test_errors_of_every_model_count(alarms):
    (query,) = named(alarms, "AlarmsServerErrors")["Metrics"]
    wanted = 'SELECT SUM(InvocationServerErrors) FROM SCHEMA("AWS/Bedrock", ModelId)'
    assert query["Expression"] == wanted


def test_models_that_nobody_named_raise_an_alarm(alarms):
    (query,) = named(alarms, "OtherModels")["Metrics"]
    assert query["Expression"].endswith(" WHERE ModelId != 'eu.amazon.nova-lite-v1:0'")


def test_the_quota_is_reached_at_a_percentage(alarms):
    alarm = named(alarms, "Model0Quota")
    assert (alarm["Threshold"], alarm["Period"], alarm["Statistic"]) == (160_000, 60, "Sum")


def test_tokens_in_both_directions_count(alarms):
    alarm = named(alarms, "Model0TokenRate")
    assert alarm["Metrics"][0]["Expression"] == "FILL(sent, 0) + FILL(made, 0)"
    assert alarm["Threshold"] == 50_000


def test_calls_without_a_record_raise_an_alarm(alarms):
    metrics = named(alarms, "AlarmsUnrecorded")["Metrics"]
    assert metrics[0]["Expression"] == "IF(FILL(recorded, 0) == 0, FILL(called0, 0), 0)"


def test_ten_metrics_are_the_most_an_alarm_takes(feature_flags):
    models = [MonitoredModel(model=f"model-{number}") for number in range(10)]
    stack = new_stack(feature_flags)
    resources = MonitoredResources(logging=InvocationLogging(stack, "Logging"))
    found = BedrockAlarms(
        stack, "A", models=models, topic=topic(stack), resources=resources
    ).alarms[AlarmGroup.DELIVERY]
    names = [each.node.id for each in found]
    assert names[:2] == ["Unrecorded", "Unrecorded1"]


def test_a_managed_knowledge_base_is_named_with_its_type(alarms):
    watched = named(alarms, "RetrievalKB")["Metrics"][1]["MetricStat"]["Metric"]
    assert {each["Name"]: each["Value"] for each in watched["Dimensions"]} == {
        "KnowledgeBaseId": "knowledge-base/KB12345678",
        "Operation": "Retrieve",
    }


def test_the_alarms_of_logging_and_guardrails_are_used_not_repeated(everything, alarms):
    assert len(everything.alarms[AlarmGroup.DELIVERY]) == 4
    assert len(everything.alarms[AlarmGroup.GUARDRAILS]) == 1
    failures = [each for each in alarms.values() if "Failure" in each.get("MetricName", "")]
    assert len(failures) == 3
    assert all(each["AlarmActions"] for each in failures)


def test_a_group_tells_its_topic_once(feature_flags):
    found = built(feature_flags)
    silent = [n for n, each in found[ALARM].items() if "AlarmActions" not in each]
    assert len(silent) == 8
    assert {len(each["AlarmActions"]) for each in found[COMPOSITE].values()} == {1}
    assert {len(each["OKActions"]) for each in found[COMPOSITE].values()} == {1}


def test_every_alarm_reaches_a_topic_itself_or_through_a_composite(feature_flags):
    found = built(feature_flags)
    telling = [each for each in found[COMPOSITE].values() if each.get("AlarmActions")]
    rules = "".join(json.dumps(each["AlarmRule"]).partition("NOT")[0] for each in telling)
    unheard = [
        name
        for name, each in found[ALARM].items()
        if "AlarmActions" not in each and name not in rules
    ]
    assert unheard == []


def test_slow_answers_are_not_reported_while_errors_or_throttling_explain_them(feature_flags):
    found = built(feature_flags)[COMPOSITE]
    rule = json.dumps(named(found, "latency")["AlarmRule"])
    after = rule.partition("NOT")[2]
    assert all(f"A{part}" in after for part in ("ServerErrors", "ClientErrors", "Throttles"))


def test_many_alarms_are_told_in_parts(feature_flags):
    models = [MonitoredModel(model=f"model-{number}") for number in range(13)]
    found = built(feature_flags, models=models)[COMPOSITE]
    parts = [name for name in found if "Part" in name]
    assert len(parts) == 2
    rule = json.dumps(named(found, "Groupunusual")["AlarmRule"])
    assert all(name in rule for name in parts)


def test_each_severity_may_have_a_topic_of_its_own(feature_flags):
    stack = new_stack(feature_flags)
    urgent = topic(stack, "Urgent")
    BedrockAlarms(
        stack,
        "A",
        models=[NOVA],
        topic=topic(stack),
        topics={AlarmSeverity.HIGH: urgent},
    )
    found = cdk.assertions.Template.from_stack(stack).find_resources(COMPOSITE)
    told = {n: each["Properties"]["AlarmActions"] for n, each in found.items()}
    assert named(told, "unusual") == [{"Ref": stack.get_logical_id(urgent.node.default_child)}]
    assert named(told, "errors") != named(told, "unusual")


def test_cloudwatch_may_publish_to_the_topic(feature_flags):
    (policy,) = built(feature_flags)["AWS::SNS::TopicPolicy"].values()
    services = [each["Principal"] for each in policy["PolicyDocument"]["Statement"]]
    assert {"Service": "cloudwatch.amazonaws.com"} in services


def test_every_description_says_how_urgent_it_is_and_what_to_do(alarms):
    ours = [each["AlarmDescription"] for name, each in alarms.items() if "Alarms" in name[:6]]
    assert len(ours) == 16
    assert all("Severity: " in each and "Runbook: " in each for each in ours)


@pytest.mark.parametrize("group", AlarmGroup)
def test_every_group_has_a_runbook(group):
    page = RUNBOOKS / Path(Runbooks().page(group)).name
    assert len(page.read_text().split()) > 60


def test_runbooks_may_be_elsewhere(feature_flags):
    runbooks = Runbooks(base="https://wiki.example.com/bedrock")
    found = built(feature_flags, runbooks=runbooks)[ALARM]
    description = named(found, "Throttles")["AlarmDescription"]
    assert description.endswith("Runbook: https://wiki.example.com/bedrock/throttling.md")


def test_what_an_account_does_on_purpose_can_be_left_out(feature_flags):
    thresholds = AlarmThresholds(mantle_inferences=None, other_models=None)
    found = built(feature_flags, thresholds=thresholds)[ALARM]
    assert not [name for name in found if "Mantle" in name or "OtherModels" in name]


@pytest.mark.parametrize("profile", Profile)
def test_defaults_keep_every_rule(feature_flags, profile):
    stack = new_stack(feature_flags)
    BedrockAlarms(stack, "A", models=[NOVA], topic=topic(stack))
    assert_secure(stack, profile=profile)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"models": []}, "models is empty"),
        ({"models": [NOVA, NOVA]}, "models has eu.amazon.nova-lite-v1:0 twice"),
        ({"models": [MonitoredModel(model="")]}, "model is an empty text"),
        (
            {"models": [MonitoredModel(model="m", tokens_per_minute=0)]},
            "tokens_per_minute of m is 0: use 1 or more",
        ),
        ({"thresholds": AlarmThresholds(throttles=0)}, "thresholds.throttles is 0"),
        ({"thresholds": AlarmThresholds(band=1)}, "thresholds.band is 1: choose 2 to 10"),
        (
            {"thresholds": AlarmThresholds(quota_percent=101)},
            "thresholds.quota_percent is 101: choose 1 to 100",
        ),
        (
            {"resources": MonitoredResources(knowledge_bases=["K", "K"])},
            "resources.knowledge_bases has an entry twice",
        ),
        ({"resources": MonitoredResources(agents=["Invoke"])}, "resources.agents has 'Invoke'"),
    ],
)
def test_values_outside_their_limits_are_refused(feature_flags, options, message):
    with pytest.raises(ValueError, match=f"^Test/A: {message}"):
        built(feature_flags, **options)
