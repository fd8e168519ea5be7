"""A request's way through the gateway, against a Bedrock over loopback and moto's DynamoDB."""

import base64
import json
from dataclasses import replace
from datetime import datetime

import pytest

OK = (200, {"content-type": "application/json"})
THROTTLED = "ThrottlingException"


def test_the_answer_comes_back_as_amazon_bedrock_wrote_it(call, world):
    answer = call()
    assert (answer.status, answer.body) == (200, world.answer)


def test_the_call_is_signed_for_amazon_bedrock_with_the_role_of_the_function(call, bedrock):
    call()
    path, headers, _ = bedrock.requests[0]
    assert path == "/model/amazon.nova-lite-v1%3A0/converse"
    assert "/eu-west-1/bedrock/aws4_request" in headers["Authorization"]


def test_what_was_used_counts_with_the_prompt_cache(call, dynamodb, world):
    call()
    assert world.counters(dynamodb) == {"2026-11-23T12:00:00Z": 115}
    assert world.held(dynamodb) == []


def test_the_guardrail_is_the_gateways(call, bedrock):
    call()
    assert bedrock.sent["guardrailConfig"] == {
        "guardrailIdentifier": "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef123456",
        "guardrailVersion": "3",
    }


def test_the_verified_caller_is_stamped_beside_the_clients_own_metadata(call, bedrock, world):
    call(world.body(requestMetadata={"feature": "search"}))
    assert bedrock.sent["requestMetadata"] == {
        "feature": "search",
        "gateway-caller": "arn:aws:sts::111122223333:assumed-role/Search/ann",
        "gateway-client": "search",
        "gateway-request": "r-1",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"key": "key-2"},
        {"key": "unknown"},
        {"key": None},
        {"arn": None},
        {"arn": "arn:aws:iam::111122223333:user/Search"},
        {"arn": "arn:aws:sts::999999999999:assumed-role/Search/ann"},
        {"request": None},
    ],
)
def test_who_is_not_verified_is_refused_before_anything_is_counted(
    call, bedrock, dynamodb, world, change
):
    answer = call(change=change)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
    assert (bedrock.requests, world.counters(dynamodb)) == ([], {})


def test_a_request_over_the_limit_gets_429_and_the_seconds_until_the_minute_is_over(call, bedrock):
    call(limits=[limit_of(300)])
    answer = call(limits=[limit_of(300)], change={"request": "r-2"})
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (429, THROTTLED)
    assert answer.headers["retry-after"] == "30"
    assert len(bedrock.requests) == 1


def limit_of(most):
    return {
        "id": "l",
        "per": "ROLE",
        "unit": "TOKENS",
        "most": str(most),
        "period": "MINUTE",
        "only": [],
        "warn_percent": 80,
        "whole_role": False,
    }


def test_the_next_minute_has_room_again(call, world):
    call(limits=[limit_of(300)])
    found = world.gateway(limits=[limit_of(300)])
    refused = found.run(world.event(request="r-2"), _at("12:00:59"))
    assert (refused["statusCode"], refused["headers"]["retry-after"]) == (429, "1")
    assert found.run(world.event(request="r-3"), _at("12:01:00"))["statusCode"] == 200


def _at(time):
    return datetime.fromisoformat(f"2026-11-23T{time}+00:00")


def test_a_request_that_no_period_has_room_for_is_told_so_instead_of_to_wait(call):
    answer = call(limits=[limit_of(50)])
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert "lower maxTokens" in answer.body["message"]
    assert "retry-after" not in answer.headers


def test_a_full_counter_leaves_the_others_as_they_were(call, dynamodb, world):
    limits = [world.limit("ROLE", 5000), world.limit("MODEL", 300)]
    call(limits=limits)
    assert call(limits=limits, change={"request": "r-2"}).status == 429
    amounts = [
        i["amount"]["N"] for i in dynamodb.scan(TableName=world.table)["Items"] if "amount" in i
    ]
    assert amounts == ["115", "115"]


def test_a_limit_for_others_does_not_count(call, dynamodb, world):
    assert call(limits=[world.limit("ROLE", 5000, only=["Other"])]).status == 200
    assert world.counters(dynamodb) == {}


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_an_error_of_amazon_bedrock_is_passed_on_and_releases_all(
    call, bedrock, dynamodb, world, status
):
    headers = {"content-type": "application/json", "x-amzn-errortype": "SomeException"}
    bedrock.answer = (status, headers, b'{"message":"no"}')
    answer = call()
    assert (answer.status, answer.body) == (status, {"message": "no"})
    assert answer.headers["x-amzn-errortype"] == "SomeException"
    assert world.counters(dynamodb) == {"2026-11-23T12:00:00Z": 0}


def test_a_bedrock_that_cannot_be_reached_releases_all(call, dynamodb, world, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:9")
    answer = call()
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert world.counters(dynamodb) == {"2026-11-23T12:00:00Z": 0}


def reserved(body):
    return body["inferenceConfig"]["maxTokens"] + len(json.dumps(body, separators=(",", ":")))


@pytest.mark.parametrize("answer", [None, (*OK, b"{}"), (*OK, b'{"usage":{"inputTokens":3}}')])
def test_a_call_whose_use_is_unknown_counts_as_reserved(call, bedrock, dynamodb, world, answer):
    bedrock.answer = answer
    assert call().status == (503 if answer is None else 200)
    assert world.counters(dynamodb) == {"2026-11-23T12:00:00Z": reserved(world.body())}


def test_without_its_table_the_gateway_calls_nobody(bedrock, dynamodb, world):
    dynamodb.delete_table(TableName=world.table)
    try:
        answer = world.gateway().run(world.event(), _at("12:00:00"))
    finally:
        world.create_table(dynamodb)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "1")
    assert bedrock.requests == []


def test_a_request_that_arrives_twice_is_sent_once(call, bedrock, monkeypatch):
    monkeypatch.setattr(
        "secure_bedrock.custom_resources.assets.handlers.gateway_reservations.Reservations.settle",
        lambda *_: True,
    )
    assert call().status == 200
    assert call().status == 409
    assert len(bedrock.requests) == 1


def test_a_stream_comes_back_in_bytes_and_its_use_counts(call, bedrock, dynamodb, world, stream):
    bedrock.answer = (200, {"content-type": "application/vnd.amazon.eventstream"}, stream)
    answer = call(change={"stream": True})
    assert base64.b64decode(answer.raw) == stream
    assert bedrock.requests[0][0].endswith("/converse-stream")
    assert bedrock.sent["guardrailConfig"]["streamProcessingMode"] == "sync"
    assert world.counters(dynamodb) == {"2026-11-23T12:00:00Z": 115}


def test_a_stream_that_broke_off_counts_as_reserved(call, bedrock, dynamodb, world, stream):
    bedrock.answer = (200, {"content-type": "application/vnd.amazon.eventstream"}, stream[:-9])
    call(change={"stream": True})
    assert world.counters(dynamodb) == {"2026-11-23T12:00:00Z": reserved(world.body())}


def test_a_stream_that_goes_on_and_on_is_given_up_while_it_can_be_counted(
    bedrock, dynamodb, world, stream, monkeypatch
):
    bedrock.answer = (200, {"content-type": "application/vnd.amazon.eventstream"}, stream)
    found, time = world.gateway(), iter(range(0, 1000, 3))
    monkeypatch.setattr(found, "_upstream", replace(found._upstream, now=lambda: next(time)))
    answer = found.run(world.event(stream=True), world.now)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "1")
    assert list(world.counters(dynamodb).values()) == [reserved(world.body())]


def test_a_body_that_ends_early_counts_as_reserved(call, bedrock, dynamodb, world):
    bedrock.answer = (200, {"content-type": "application/json", "content-length": "9"}, b"{}")
    assert call().status == 503
    assert list(world.counters(dynamodb).values()) == [reserved(world.body())]


@pytest.mark.usefixtures("bedrock")
def test_the_clock_releases_what_nobody_settled(dynamodb, world, monkeypatch, capsys):
    where = "secure_bedrock.custom_resources.assets.handlers.gateway_reservations.Reservations"
    with monkeypatch.context() as dying:
        dying.setattr(f"{where}.settle", lambda *_: True)
        world.gateway().run(world.event(), _at("12:00:00"))
    assert world.gateway().run({"sweep": True}, _at("12:00:01")) is None
    assert len(world.held(dynamodb)) == 1
    found = world.gateway(kept_seconds=0)
    dynamodb.update_item(
        TableName=world.table,
        Key={name: world.held(dynamodb)[0][name] for name in ("pk", "sk")},
        UpdateExpression="SET #u = :u",
        ExpressionAttributeNames={"#u": "until"},
        ExpressionAttributeValues={":u": {"N": "1"}},
    )
    found.run({"sweep": True}, _at("12:00:02"))
    assert (world.held(dynamodb), list(world.counters(dynamodb).values())) == ([], [0])
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["Expired"] == 1


def test_metrics_say_what_happened_and_nothing_of_the_request(call, capsys):
    call()
    line = json.loads(capsys.readouterr().out)
    assert (line["Gateway"], line["Requests"], line["Tokens"]) == ("G", 1, 115)
    assert "Hi" not in json.dumps(line)
