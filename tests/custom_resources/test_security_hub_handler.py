"""What topics are told, as findings in the emulated AWS Security Hub."""

import json
import re

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.security_hub import run

ACCOUNT = "111122223333"
PRODUCT = f"arn:aws:securityhub:eu-west-1:{ACCOUNT}:product/{ACCOUNT}/default"
SETTINGS = {"product": PRODUCT, "account": ACCOUNT, "region": "eu-west-1", "partition": "aws"}
NOW = "2026-11-23T06:00:00.000Z"
CALL = "0a1b2c3d-1111-2222-3333-444455556666"
CHANGE = (
    '"critical: logging-off"\n"Invocation logging was turned off"\n'
    '"DeleteModelInvocationLoggingConfiguration by arn:x from 192.0.2.1 at t in r. Error: "\n'
    f'"Event {CALL}. Runbook: docs/runbooks/signal-logging.md"'
)
BEHAVIOUR = {"signal": "many-models", "severity": "high", "about": "someone", "event": CALL}
ALARM = {
    "AlarmName": "Throttled",
    "AlarmArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:Throttled",
    "AlarmDescription": "Calls are throttled. Severity: high. Runbook: docs/runbooks/throttling.md",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed",
}


@pytest.fixture(scope="module")
def client():
    return boto3.client("securityhub")


@pytest.fixture
def findings(client):
    """Deliver messages; the findings that Security Hub has then."""

    def deliver(*messages, id="m-1"):
        run(event(*messages, id=id), SETTINGS, client, Patience(-1))
        return client.get_findings()["Findings"]

    with mock_aws():
        client.enable_security_hub()
        yield deliver


def event(*messages, id="m-1"):
    texts = [m if isinstance(m, str) else json.dumps(m) for m in messages]
    return {"Records": [{"Sns": {"MessageId": id, "Timestamp": NOW, "Message": t}} for t in texts]}


@pytest.mark.parametrize(
    ("message", "id", "label", "title"),
    [
        (CHANGE, f"{PRODUCT}/logging-off/{CALL}", "CRITICAL", "Amazon Bedrock: logging-off"),
        (BEHAVIOUR, f"{PRODUCT}/many-models/{CALL}", "HIGH", "Amazon Bedrock: many-models"),
        (ALARM, ALARM["AlarmArn"], "HIGH", "Throttled"),
        ("Quotas changed", f"{PRODUCT}/message/m-1", "INFORMATIONAL", "Quotas changed"),
    ],
    ids=["change", "behaviour", "alarm", "anything else"],
)
def test_every_kind_of_message_is_a_finding(findings, message, id, label, title):
    (found,) = findings(message)
    assert (found["Id"], found["Severity"]["Label"], found["Title"]) == (id, label, title)


@pytest.mark.parametrize(
    "message", [CHANGE, BEHAVIOUR, ALARM], ids=["change", "behaviour", "alarm"]
)
def test_what_is_told_twice_is_one_finding(findings, message):
    findings(message, id="m-1")
    assert len(findings(message, id="m-2")) == 1


def test_two_messages_are_two_findings(findings):
    findings("one", id="m-1")
    assert len(findings("two", id="m-2")) == 2


def test_an_alarm_that_is_over_is_archived(findings):
    findings(ALARM)
    (found,) = findings(ALARM | {"NewStateValue": "OK"})
    assert found["RecordState"] == "ARCHIVED"


def test_an_alarm_without_data_is_no_finding(findings):
    assert findings(ALARM | {"NewStateValue": "INSUFFICIENT_DATA"}) == []


def test_an_alarm_without_a_severity_is_of_medium_severity(findings):
    (found,) = findings(ALARM | {"AlarmDescription": None})
    assert found["Severity"]["Label"] == "MEDIUM"


def test_messages_in_one_delivery_are_imported_together(findings):
    assert len(findings(CHANGE, BEHAVIOUR, ALARM)) == 3


def test_long_texts_are_shortened_to_what_the_format_takes(findings):
    (found,) = findings("x" * 5000)
    assert (len(found["Title"]), len(found["Description"])) == (256, 1024)


def test_a_finding_has_what_the_format_asks_for(findings, client):
    (found,) = findings(CHANGE)
    shape = client.meta.service_model.shape_for("AwsSecurityFinding")
    assert set(shape.required_members) <= set(found)
    assert re.fullmatch(r"AWS::::Account:\d{12}", found["Resources"][0]["Id"])
    assert found["CreatedAt"] == NOW


def test_findings_that_are_not_taken_fail_the_run_so_that_they_are_kept(client):
    failed = {"Id": "i", "ErrorCode": "InvalidInput", "ErrorMessage": "no"}
    answer = {"FailedCount": 1, "SuccessCount": 0, "FailedFindings": [failed]}
    with Stubber(client) as stub:
        stub.add_response("batch_import_findings", answer, {"Findings": ANY})
        with pytest.raises(RuntimeError, match="did not take findings"):
            run(event(CHANGE), SETTINGS, client, Patience(-1))
