import base64
import gzip
import json
import time
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.guardrail_assessments import (
    Violation,
    violations,
)
from secure_bedrock.custom_resources.assets.handlers.guardrail_violations import (
    NotWrittenError,
    handler,
    lines,
)

GUARDRAIL = "gr0a1b2c3d4e"
SECRET = "what somebody wrote"
ASSESSMENT = {
    "topicPolicy": {
        "topics": [
            {"name": "Legal advice", "type": "DENY", "action": "BLOCKED", "detected": True},
            {"name": "Politics", "type": "DENY", "action": "NONE", "detected": True},
        ]
    },
    "contentPolicy": {"filters": [{"type": "VIOLENCE", "confidence": "HIGH", "action": "BLOCKED"}]},
    "wordPolicy": {
        "customWords": [{"match": SECRET, "action": "BLOCKED"}],
        "managedWordLists": [{"match": SECRET, "type": "PROFANITY", "action": "BLOCKED"}],
    },
    "sensitiveInformationPolicy": {
        "piiEntities": [{"match": SECRET, "type": "EMAIL", "action": "ANONYMIZED"}],
        "regexes": [{"name": "ticket", "match": SECRET, "regex": SECRET, "action": "ANONYMIZED"}],
    },
    "contextualGroundingPolicy": {
        "filters": [{"type": "GROUNDING", "threshold": 0.7, "score": 0.1, "action": "BLOCKED"}]
    },
    "appliedGuardrailDetails": {"guardrailVersion": "3"},
}
EXPECTED = {
    ("ContentPolicy", "VIOLENCE", "BLOCKED"),
    ("ContextualGroundingPolicy", "GROUNDING", "BLOCKED"),
    ("SensitiveInformationPolicy", "EMAIL", "ANONYMIZED"),
    ("SensitiveInformationPolicy", "ticket", "ANONYMIZED"),
    ("TopicPolicy", "Legal advice", "BLOCKED"),
    ("WordPolicy", "PROFANITY", "BLOCKED"),
    ("WordPolicy", "custom word", "BLOCKED"),
}
CONVERSE_TRACE = {"guardrail": {"inputAssessment": {GUARDRAIL: ASSESSMENT}}}
INVOKE_TRACE = {"guardrail": {"input": {GUARDRAIL: ASSESSMENT}}}
BODIES = {
    "Converse": {
        "output": {"message": {"role": "assistant", "content": [{"text": SECRET}]}},
        "stopReason": "guardrail_intervened",
        "usage": {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0},
        "trace": CONVERSE_TRACE,
    },
    "ConverseStream": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"text": SECRET}, "contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "guardrail_intervened"}},
        {"metadata": {"usage": {"inputTokens": 0}, "trace": CONVERSE_TRACE}},
    ],
    "InvokeModel": {
        "type": "message",
        "content": [{"type": "text", "text": SECRET}],
        "amazon-bedrock-guardrailAction": "INTERVENED",
        "amazon-bedrock-trace": INVOKE_TRACE,
    },
    "InvokeModelWithResponseStream": [
        {"type": "content_block_delta", "delta": {"text": SECRET}},
        json.dumps(
            {
                "type": "message_stop",
                "amazon-bedrock-guardrailAction": "INTERVENED",
                "amazon-bedrock-trace": INVOKE_TRACE,
                "amazon-bedrock-invocationMetrics": {"inputTokenCount": 0},
            }
        ),
    ],
}


def record(operation="Converse", body=None):
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-11-23T04:00:00Z",
        "accountId": "111122223333",
        "region": "eu-west-1",
        "requestId": "0a1b2c3d-0000-1111-2222-333344445555",
        "operation": operation,
        "modelId": "eu.amazon.nova-lite-v1:0",
        "identity": {"arn": "arn:aws:sts::111122223333:assumed-role/app/session"},
        "input": {"inputContentType": "application/json", "inputBodyJson": {"text": SECRET}},
        "output": {"outputBodyJson": BODIES[operation] if body is None else body},
    }


@pytest.mark.parametrize("operation", BODIES)
def test_every_form_of_the_trace_is_understood(operation):
    found = violations(record(operation))
    assert {(each.policy, each.category, each.action) for each in found} == EXPECTED
    assert {(each.guardrail, each.version, each.source) for each in found} == {
        (GUARDRAIL, "3", "input")
    }


@pytest.mark.parametrize("operation", BODIES)
def test_nothing_that_anybody_wrote_is_kept(operation):
    written = lines(json.dumps(record(operation)))
    assert written
    assert SECRET not in "".join(written)


def test_what_was_found_in_answers_says_so():
    trace = {"guardrail": {"outputAssessments": {GUARDRAIL: [ASSESSMENT, ASSESSMENT]}}}
    found = violations(record(body={"trace": trace}))
    assert {each.source for each in found} == {"output"}
    assert len(found) == len(EXPECTED)


def test_outputs_of_invoke_model_are_a_list_of_guardrails():
    trace = {"guardrail": {"outputs": [{GUARDRAIL: ASSESSMENT}]}}
    found = violations(record("InvokeModel", {"amazon-bedrock-trace": trace}))
    assert {(each.guardrail, each.source) for each in found} == {(GUARDRAIL, "output")}


@pytest.mark.parametrize(
    "body",
    [
        {"stopReason": "guardrail_intervened"},
        [{"messageStop": {"stopReason": "guardrail_intervened"}}],
        {"amazon-bedrock-guardrailAction": "INTERVENED"},
        ['{"amazon-bedrock-guardrailAction": "INTERVENED"}'],
    ],
)
def test_without_a_trace_it_is_known_that_a_guardrail_intervened(body):
    assert violations(record(body=body)) == [Violation()]


@pytest.mark.parametrize(
    "body",
    [
        {"stopReason": "end_turn", "output": {"text": '"stopReason":"guardrail_intervened"'}},
        {"amazon-bedrock-guardrailAction": "NONE"},
        {"trace": {"guardrail": {"inputAssessment": {GUARDRAIL: {"topicPolicy": {}}}}}},
        [1, None, "no JSON", ["x"]],
        {"trace": {"guardrail": "x"}, "metadata": "y"},
        "INTERVENED",
    ],
)
def test_what_merely_looks_like_it_is_no_violation(body):
    assert violations(record(body=body)) == []


@pytest.mark.parametrize("odd", [{}, {"output": None}, {"output": {"outputBodyS3Path": "s3://b"}}])
def test_a_record_without_a_body_has_no_violation(odd):
    assert violations(odd) == []


def test_a_line_says_who_and_what():
    told = json.loads(lines(json.dumps(record()))[0])
    assert told["principal"].endswith(":assumed-role/app/session")
    assert (told["modelId"], told["operation"]) == ("eu.amazon.nova-lite-v1:0", "Converse")
    assert (told["schema"], told["guardrail"]) == ("GuardrailViolation", GUARDRAIL)


@pytest.mark.parametrize("message", ['{"output": {"INTERVENED', '["INTERVENED"]'])
def test_a_record_that_cannot_be_read_counts(message):
    (line,) = lines(message)
    assert json.loads(line)["action"] == "unreadable record"
    assert json.loads(line)["principal"] == "Unknown"


GROUP, CONTEXT = "violations", SimpleNamespace(aws_request_id="request-1")
NOW = int(time.time() * 1000)
DAY = 86_400_000


def delivery(*messages, kind="DATA_MESSAGE", now=NOW):
    events = [
        {"id": str(number), "timestamp": now - number, "message": message}
        for number, message in enumerate(messages)
    ]
    data = json.dumps({"messageType": kind, "logEvents": events}).encode()
    return {"awslogs": {"data": base64.b64encode(gzip.compress(data)).decode()}}


@pytest.fixture
def written(monkeypatch):
    monkeypatch.setenv("LOG_GROUP", GROUP)
    with mock_aws():
        client = boto3.client("logs")
        client.create_log_group(logGroupName=GROUP)

        def events():
            found = client.filter_log_events(logGroupName=GROUP)["events"]
            return [json.loads(each["message"]) for each in found]

        yield events


def test_all_violations_of_a_delivery_are_written(written):
    messages = [json.dumps(record(operation)) for operation in BODIES]
    assert handler(delivery(*messages), CONTEXT) == 4 * len(EXPECTED)
    assert len(written()) == 4 * len(EXPECTED)


def test_a_delivery_without_violations_writes_nothing(written):
    harmless = json.dumps(record(body={"stopReason": "end_turn"}))
    assert handler(delivery(harmless), CONTEXT) == 0
    assert written() == []


def test_the_test_message_of_a_subscription_is_no_record(written):
    assert handler(delivery("CWL CONTROL MESSAGE", kind="CONTROL_MESSAGE"), CONTEXT) == 0
    assert written() == []


def test_a_repeated_delivery_is_written_again_rather_than_lost(written):
    event = delivery(json.dumps(record(body={"stopReason": "guardrail_intervened"})))
    handler(event, CONTEXT)
    handler(event, CONTEXT)
    assert len(written()) == 2


def test_refused_events_fail_the_delivery_so_that_it_is_kept(written):
    event = delivery(json.dumps(record()), now=NOW - 15 * DAY)
    with pytest.raises(NotWrittenError, match="7 violations, of which some were refused"):
        handler(event, CONTEXT)
    assert written() == []
