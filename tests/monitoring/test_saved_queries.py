import json
import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs

from secure_bedrock import SavedQueries
from secure_bedrock.custom_resources.assets.handlers.guardrail_violations import lines
from secure_bedrock.monitoring.query_texts import INVOCATIONS, TRAIL, VIOLATIONS


def record(operation, body, **counts):
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-11-23T04:00:00Z",
        "accountId": "111122223333",
        "region": "eu-west-1",
        "requestId": "0a1b2c3d",
        "operation": operation,
        "modelId": "eu.anthropic.claude-sonnet-4-6",
        "identity": {"arn": "arn:aws:sts::111122223333:assumed-role/app/session"},
        "input": {"inputContentType": "application/json", "inputTokenCount": 3, **counts},
        "output": {"outputTokenCount": 13, "outputBodyJson": body},
    }


CLAUDE = {"input_tokens": 3, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 9}
CONVERSE = {"inputTokens": 3, "cacheReadInputTokens": 7, "cacheWriteInputTokens": 9}
RECORDS = [
    record("InvokeModel", {"usage": CLAUDE}),
    record("Converse", {"stopReason": "end_turn", "usage": CONVERSE}),
    record("InvokeModelWithResponseStream", [{"message": {"usage": CLAUDE}}, {"type": "delta"}]),
    record("ConverseStream", [], cacheReadInputTokenCount=7, cacheWriteInputTokenCount=9),
    record("Converse", None) | {"errorCode": "AccessDeniedException"},
]
EVENT = {
    "eventTime": "2026-11-23T04:00:00Z",
    "eventSource": "bedrock.amazonaws.com",
    "eventName": "UpdateGuardrail",
    "eventCategory": "NetworkActivity",
    "awsRegion": "eu-west-1",
    "readOnly": False,
    "errorCode": "VpceAccessDenied",
    "sourceIPAddress": "10.0.0.1",
    "vpcEndpointId": "vpce-0a1b2c3d",
    "userIdentity": {"arn": "arn:aws:sts::111122223333:assumed-role/app/session"},
}
VIOLATION = json.loads(
    lines(json.dumps(record("Converse", {"stopReason": "guardrail_intervened"})))[0]
)
WORDS = {"filter", "fields", "stats", "sort", "limit", "as", "by", "desc", "asc", "and", "or"} | {
    "like",
    "sum",
    "count",
    "count_distinct",
    "coalesce",
    "ispresent",
    "earliest",
    "latest",
    "bin",
}


def fields(value, prefix=""):
    """Names under which Logs Insights finds what is in an event."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in entries:
        name = f"{prefix}{key}"
        yield name
        if isinstance(each, dict | list):
            yield from fields(each, f"{name}.")


def used(query):
    """Names of fields in a query, without those it defines itself."""
    plain = re.sub(r'"[^"]*"|/(?:\\.|[^/])*/', " ", query)
    defined = set(re.findall(r"\bas (\w+)", plain))
    found = re.findall(r"@?(?<!\w)[A-Za-z][\w.]*", plain)
    return {n for n in found if n not in WORDS | defined and not n.startswith("@")}


ALL = [
    *((name, text, RECORDS) for name, text in INVOCATIONS.items()),
    *((name, text, [EVENT]) for name, text in TRAIL.items()),
    *((name, text, [VIOLATION]) for name, text in VIOLATIONS.items()),
]


@pytest.mark.parametrize(("name", "query", "events"), ALL, ids=[name for name, *_ in ALL])
def test_every_field_is_one_of_the_events(name, query, events):  # noqa: ARG001 - the test's id
    known = {field for event in events for field in fields(event)}
    assert used(query)
    assert used(query) <= known


def test_the_check_of_fields_would_find_a_wrong_one():
    known = set(fields(RECORDS[0]))
    assert used("stats sum(inputTokenCount) by identity.arn") - known == {"inputTokenCount"}


@pytest.mark.parametrize("kind", ["cacheRead", "cacheWrite"])
@pytest.mark.parametrize("index", range(4))
def test_cached_tokens_of_every_form_of_record_are_found(kind, index):
    text = INVOCATIONS["tokens by principal"]
    options = re.search(rf"coalesce\(([^)]*)\) as {kind}\b", text)[1].split(", ")
    known = set(fields(RECORDS[index]))
    assert len([option for option in options if option in known]) == 1


INTERVENED = [
    '{"output":{"outputBodyJson":{"stopReason":"guardrail_intervened"}}}',
    '{"output":{"outputBodyJson":[{"messageStop":{"stopReason": "guardrail_intervened"}}]}}',
    '{"output":{"outputBodyJson":{"amazon-bedrock-guardrailAction":"INTERVENED"}}}',
]


@pytest.mark.parametrize("message", INTERVENED)
def test_interventions_are_found_in_every_form(message):
    patterns = re.findall(r"like /((?:\\.|[^/])*)/", INVOCATIONS["a guardrail intervened"])
    assert any(re.search(pattern, message) for pattern in patterns)


def test_words_in_a_prompt_are_no_intervention():
    message = json.dumps({"input": {"text": '"stopReason":"guardrail_intervened"'}})
    patterns = re.findall(r"like /((?:\\.|[^/])*)/", INVOCATIONS["a guardrail intervened"])
    assert not any(re.search(pattern, message) for pattern in patterns)


def test_queries_are_saved_for_the_log_groups_that_are_given(stack, resources):
    group, trail = (logs.LogGroup(stack, name) for name in ("Invocations", "Trail"))
    saved = SavedQueries(stack, "Queries", invocations=group, trail=trail, folder="ai/bedrock")
    found = resources(stack, "AWS::Logs::QueryDefinition").values()
    assert sorted(each["Properties"]["Name"] for each in found) == sorted(saved.names)
    assert len(saved.names) == len(INVOCATIONS) + len(TRAIL)
    assert all(name.startswith("ai/bedrock/") for name in saved.names)
    assert all(len(each["Properties"]["LogGroupNames"]) == 1 for each in found)


def test_defaults(stack, snapshot):
    group = logs.LogGroup(stack, "Violations")
    SavedQueries(stack, "Queries", violations=group)
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_queries_need_a_log_group(stack):
    with pytest.raises(ValueError, match=r"^Test/Queries: no log group"):
        SavedQueries(stack, "Queries")


@pytest.mark.parametrize("folder", ["", "/bedrock", "a:b"])
def test_queries_need_a_folder(stack, folder):
    with pytest.raises(ValueError, match=r"^Test/Queries: folder is"):
        SavedQueries(stack, "Queries", trail=logs.LogGroup(stack, "T"), folder=folder)
