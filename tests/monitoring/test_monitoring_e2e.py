"""Trail, alarms, violations, dashboard and queries, deployed to the emulated AWS."""

import base64
import gzip
import json
import time

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

from secure_bedrock import (
    AlertTopic,
    AuditTrail,
    BedrockAlarms,
    BedrockDashboard,
    GuardrailViolations,
    MonitoredModel,
    SavedQueries,
)
from secure_bedrock.emulator import Emulator

pytestmark = pytest.mark.e2e

MODELS = [MonitoredModel(model="eu.amazon.nova-lite-v1:0", quota_tokens_per_minute=1_000)]
GROUP = "invocations-of-a-test"
SECRET = "what somebody wrote"


@pytest.fixture(scope="module")
def emulator(request, tmp_path_factory, feature_flags):
    folder = request.config.rootpath / ".demo" / "cdk-cli"
    with Emulator(cache_folder=folder) as running:
        running.cdk().bootstrap()
        assembly = tmp_path_factory.mktemp("monitoring") / "cdk.out"
        app = cdk.App(context=feature_flags, outdir=str(assembly))
        environment = cdk.Environment(account=running.account, region=running.region)
        build(cdk.Stack(app, "Monitoring", env=environment))
        app.synth()
        running.cdk().deploy(assembly)
        yield running


def build(stack):
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = AlertTopic(stack, "Alerts", encryption_key=key).topic
    group = logs.LogGroup(stack, "Invocations", log_group_name=GROUP)
    trail = AuditTrail(stack, "Audit")
    alarms = BedrockAlarms(stack, "Alarms", models=MODELS, topic=topic)
    violations = GuardrailViolations(
        stack, "Violations", log_group=group, encryption_key=key, topic=topic
    )
    BedrockDashboard(
        stack,
        "Dashboard",
        models=MODELS,
        alarms=alarms.told,
        log_group=group,
        violations=violations,
    )
    SavedQueries(stack, "Queries", invocations=group, trail=trail.log_group)
    cdk.CfnOutput(stack, "ViolationsLog", value=violations.log_group.log_group_name)


def test_the_trail_records_with_all_selectors(emulator):
    client = emulator.client("cloudtrail")
    (trail,) = client.describe_trails()["trailList"]
    selectors = client.get_event_selectors(TrailName=trail["Name"])
    assert len(selectors["AdvancedEventSelectors"]) == 46
    assert trail["LogFileValidationEnabled"] is True
    assert client.get_trail_status(Name=trail["Name"])["IsLogging"] is True


def test_the_alarms_of_the_dashboard_exist(emulator):
    client = emulator.client("cloudwatch")
    (name,) = (each["DashboardName"] for each in client.list_dashboards()["DashboardEntries"])
    body = json.loads(client.get_dashboard(DashboardName=name)["DashboardBody"])
    shown = next(w["properties"]["alarms"] for w in body["widgets"] if w["type"] == "alarm")
    found = client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    there = [a["AlarmArn"] for kind in ("MetricAlarms", "CompositeAlarms") for a in found[kind]]
    assert shown
    assert set(shown) <= set(there)


@pytest.fixture
def function(emulator):
    """The function that writes violations, which the invocation log's events go to."""
    filters = emulator.client("logs").describe_subscription_filters(logGroupName=GROUP)
    (subscribed,) = filters["subscriptionFilters"]
    return subscribed["destinationArn"].rsplit(":", 1)[-1]


def delivery(record):
    event = {"id": "1", "timestamp": int(time.time() * 1000), "message": json.dumps(record)}
    batch = json.dumps({"messageType": "DATA_MESSAGE", "logEvents": [event]})
    return {"awslogs": {"data": base64.b64encode(gzip.compress(batch.encode())).decode()}}


def test_a_violation_is_written_without_what_was_said(emulator, function):
    body = {"stopReason": "guardrail_intervened", "output": SECRET}
    record = {"identity": {"arn": "arn:aws:iam::1:role/r"}, "output": {"outputBodyJson": body}}
    emulator.invoke_function(function, delivery(record))
    outputs = emulator.client("cloudformation").describe_stacks(StackName="Monitoring")
    (log,) = (each["OutputValue"] for each in outputs["Stacks"][0]["Outputs"])
    (written,) = emulator.client("logs").filter_log_events(logGroupName=log)["events"]
    assert json.loads(written["message"])["principal"] == "arn:aws:iam::1:role/r"
    assert SECRET not in written["message"]


def test_the_function_calls_what_its_role_grants_and_no_more(emulator, function):
    configuration = emulator.client("lambda").get_function_configuration(FunctionName=function)
    calls = emulator.calls(configuration["Role"].rsplit("/", 1)[-1])
    assert set(calls) == {"logs:CreateLogStream", "logs:PutLogEvents"}
