"""What is read from a record of a model invocation log."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_bedrock.custom_resources.assets.handlers.usage_body import used_in
from secure_bedrock.custom_resources.assets.handlers.usage_record import (
    UnreadableError,
    Usage,
    read,
)

RECORD = {
    "schemaType": "ModelInvocationLog",
    "schemaVersion": "1.0",
    "timestamp": "2026-11-23T06:00:00Z",
    "accountId": "111122223333",
    "region": "eu-west-1",
    "requestId": "r-1",
    "operation": "Converse",
    "modelId": "eu.amazon.nova-lite-v1:0",
    "identity": {"arn": "arn:aws:sts::111122223333:assumed-role/App/ann"},
    "input": {"inputTokenCount": 10},
    "output": {"outputTokenCount": 5, "outputBodyJson": {}},
}
CONVERSE = {
    "inputTokens": 10,
    "outputTokens": 5,
    "cacheReadInputTokens": 700,
    "cacheWriteInputTokens": 30,
}
CLAUDE = {
    "input_tokens": 10,
    "output_tokens": 5,
    "cache_read_input_tokens": 700,
    "cache_creation_input_tokens": 30,
}
STREAM_METRICS = {
    "inputTokenCount": 10,
    "outputTokenCount": 5,
    "cacheReadInputTokenCount": 700,
    "cacheWriteInputTokenCount": 30,
}
CLAUDE_STREAM = [
    {"type": "message_start", "message": {"usage": {**CLAUDE, "output_tokens": 1}}},
    {"type": "content_block_delta", "delta": {"text": "x"}},
    {"type": "message_delta", "usage": {"output_tokens": 5}},
]


def never(path):
    raise AssertionError(path)


def a_record(body=None, **changes):
    output = RECORD["output"] | ({} if body is None else {"outputBodyJson": body})
    return json.dumps(RECORD | {"output": output} | changes)


@pytest.mark.parametrize(
    "body",
    [
        {"output": {}, "usage": CONVERSE},
        {"usage": CLAUDE},
        {"usage": {"inputTokens": 10, "outputTokens": 5} | {
            "cacheReadInputTokenCount": 700, "cacheWriteInputTokenCount": 30
        }},
        [{"contentBlockDelta": {}}, {"metadata": {"usage": CONVERSE}}],
        CLAUDE_STREAM,
        [json.dumps(each) for each in CLAUDE_STREAM],
        [{"chunk": 1}, {"amazon-bedrock-invocationMetrics": STREAM_METRICS}],
    ],
    ids=["converse", "claude", "nova", "converse-stream", "claude-stream", "text", "metrics"],
)  # fmt: skip
def test_what_the_prompt_cache_read_and_wrote_counts(body):
    record = read(a_record(body), never)
    assert record.usage == Usage(input=10, output=5, cache_read=700, cache_write=30)
    assert (record.usage.total, record.problems) == (745, ())


def test_newer_records_say_it_at_the_top_and_need_no_body():
    asked = {"inputTokenCount": 4, "cacheReadInputTokenCount": 8, "cacheWriteInputTokenCount": 2}
    answer = {"outputTokenCount": 5, "outputBodyS3Path": "s3://b/k"}
    record = read(a_record(input=asked, output=answer), never)
    assert record.usage == Usage(input=4, output=5, cache_read=8, cache_write=2)
    assert record.problems == ()


def test_the_openai_form_contains_the_cache_in_its_input():
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 80},
    }
    record = read(a_record({"usage": usage}, input={"inputTokenCount": 100}), never)
    assert record.usage == Usage(input=20, output=5, cache_read=80)


def test_without_counts_at_the_top_those_of_the_body_hold():
    body = {"prompt_token_count": 7, "generation_token_count": 3}
    record = read(a_record(input={}, output={"outputBodyJson": body}), never)
    assert record.usage == Usage(input=7, output=3)


def test_a_body_in_the_bucket_is_fetched():
    output = {"outputTokenCount": 5, "outputBodyS3Path": "s3://large/body.json"}
    asked = []
    record = read(a_record(output=output), lambda path: asked.append(path) or {"usage": CONVERSE})
    assert (record.usage.cache_read, asked) == (700, ["s3://large/body.json"])


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"schemaVersion": "2.0"}, ("UnknownSchema",)),
        ({"schemaType": "Other"}, ("UnknownSchema",)),
        ({"identity": None}, ("NoIdentity",)),
        ({"output": {"outputTokenCount": 5}}, ("CacheUnknown",)),
        (
            {"output": {"outputTokenCount": 5, "outputBodyS3Path": "s3://gone/x"}},
            ("BodyNotRead", "CacheUnknown"),
        ),
        ({"input": {}, "output": {}}, ("NoTokenCounts",)),
        ({"input": {}, "output": None}, ("NoTokenCounts",)),
    ],
)
def test_what_is_doubtful_is_named_and_the_record_still_counts(changes, problems):
    record = read(a_record(**changes), lambda _path: None)
    assert record.problems == problems
    assert record.id == "111122223333/eu-west-1/r-1"


def test_a_failed_call_without_tokens_is_no_problem():
    message = a_record(input={}, output={}, errorCode="ThrottlingException")
    assert read(message, never).problems == ()


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (a_record()[:-20], "no JSON"),
        ("", "no JSON"),
        ("[1]", "a list instead of an object"),
        (a_record(requestId=None), "no requestId"),
        (a_record(modelId=7), "no modelId"),
        (a_record(timestamp="yesterday"), "timestamp is no time"),
        (a_record(input={"inputTokenCount": -1}), "inputTokenCount is no number"),
        (a_record(input={"inputTokenCount": "7"}), "inputTokenCount is no number"),
        (a_record(input={"inputTokenCount": True}), "inputTokenCount is no number"),
    ],
)
def test_what_is_no_whole_record_says_why_without_its_content(message, why):
    with pytest.raises(UnreadableError, match=why):
        read(message, never)


def test_times_are_in_utc_whatever_zone_they_are_written_in():
    record = read(a_record(timestamp="2026-11-23T08:00:00+02:00"), never)
    assert record.time == datetime(2026, 11, 23, 6, tzinfo=UTC)


@given(body=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda c:
    st.lists(c, max_size=3) | st.dictionaries(
        st.sampled_from(["usage", "message", "inputTokens", "prompt_tokens", "x"]), c, max_size=3
    ), max_leaves=8))  # fmt: skip
def test_no_body_makes_reading_fail_or_gives_a_negative_count(body):
    assert all(count >= 0 for count in used_in(body).values())


def test_of_counts_that_chunks_repeat_the_highest_holds():
    chunks = [{"usage": {"output_tokens": n}} for n in (1, 9, 4)]
    assert used_in(chunks) == {"output": 9}
