"""What passes the gateway and what does not; nothing is called."""

import base64
import json

import pytest

from secure_bedrock.custom_resources.assets.handlers.gateway_callers import GatewayCaller
from secure_bedrock.custom_resources.assets.handlers.gateway_refusals import Refusal
from secure_bedrock.custom_resources.assets.handlers.gateway_requests import Rules, admitted

CALLER = GatewayCaller(
    arn="arn:aws:sts::111122223333:assumed-role/Search/ann",
    role="Search",
    client="search",
    request="r-1",
)
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"
IMAGE = {"image": {"format": "png", "source": {"bytes": "A" * 4000}}}
DOCUMENT = {"document": {"name": "d", "source": {"s3Location": {"uri": "s3://b/k"}}}}


@pytest.fixture
def admit(world):
    def look(content=None, *, change=None, **rules):
        event = world.event(content) | (change or {})
        return admitted(event, Rules.of(world.settings(**rules)["rules"]), CALLER)

    return look


def user(*blocks):
    return {"messages": [{"role": "user", "content": list(blocks)}]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"messages": []}, "messages is empty"),
        ({}, "messages is no list"),
        ({"messages": ["Hi"]}, "a message is no object"),
        ({"messages": [{"role": "system", "content": []}]}, "the role user or assistant"),
        (user({"text": "a", "image": {}}), "not of one kind"),
        (user({"guardContent": {"text": {"text": "harmless"}}}, {"text": "attack"}), "a kind that"),
        (user({"text": "Hi"}) | {"system": [{"guardContent": {}}]}, "a kind that does not pass"),
        (user({"toolAddition": {}}), "a kind that does not pass"),
        (user({"toolResult": {"content": [{"guardContent": {}}]}}), "a kind that does not pass"),
        (user({"toolResult": {"content": [IMAGE]}}), "do not pass this gateway: send text"),
        (user(IMAGE), "do not pass this gateway: send text"),
        (user(DOCUMENT), "in Amazon S3: send the bytes"),
        (user({"text": "x"}) | {"toolConfig": {"tools": [{"systemTool": {}}]}}, "a kind that"),
        (user({"text": "x"}) | {"serviceTier": {"type": "priority"}}, "serviceTier does not pass"),
        (user({"text": "x"}) | {"promptVariables": {}}, "promptVariables does not pass"),
        (user({"text": "x"}) | {"inferenceConfig": {"maxTokens": 1001}}, "1 to 1,000"),
        (user({"text": "x"}) | {"inferenceConfig": {"maxTokens": 0}}, "1 to 1,000"),
        (user({"text": "x"}) | {"inferenceConfig": {"maxTokens": True}}, "1 to 1,000"),
        (user({"text": "x"}) | {"inferenceConfig": {"max_tokens": 9}}, "inferenceConfig takes"),
        (user({"text": "x"}) | {"additionalModelRequestFields": {"max_tokens": 9}}, "nothing"),
        (user({"text": "x"}) | {"guardrailConfig": {"guardrailVersion": "2"}}, "is this gateway's"),
        (user({"text": "x"}) | {"guardrailConfig": {"trace": "enabled"}}, "is this gateway's"),
        (user({"text": "x"}) | {"requestMetadata": {"gateway-caller": "me"}}, "the gateway's"),
        (user({"text": "x"}) | {"requestMetadata": {"Gateway-Client": "me"}}, "the gateway's"),
        (user({"text": "x"}) | {"requestMetadata": {"a": "ä"}}, "Amazon Bedrock refuses"),
        (user({"text": "x"}) | {"requestMetadata": {str(n): "" for n in range(14)}}, "13 pairs"),
        (user({"text": "x" * 10_000}), "this gateway takes 10,000"),
        ([], "no JSON object"),
    ],
)
def test_what_does_not_pass_is_refused_with_a_reason(admit, content, message):
    with pytest.raises(Refusal, match=message) as refused:
        admit(content)
    assert refused.value.kind == "ValidationException"


@pytest.mark.parametrize("raw", ["", "{", "[" * 9000, '{"messages": NaN}', "\x00"])
def test_what_is_no_json_is_refused(admit, raw):
    with pytest.raises(Refusal, match="no JSON"):
        admit(change={"body": raw})


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("amazon.nova-lite-v1:0", True),
        ("amazon.nova-lite-v1%3A0", True),
        (PROFILE, True),
        (PROFILE.replace(":", "%3A").replace("/", "%2F"), True),
        ("amazon.nova-pro-v1:0", False),
        ("amazon.nova-lite-v1%253A0", False),
        ("", False),
    ],
)
def test_only_the_models_of_the_gateway_pass_however_their_name_is_encoded(admit, name, known):
    change = {"pathParameters": {"modelId": name}}
    if known:
        assert admit(change=change).foundation_model == "amazon.nova-lite-v1:0"
    else:
        with pytest.raises(Refusal, match="no model of that name"):
            admit(change=change)


@pytest.mark.parametrize(
    "change", [{"resource": "/model/{modelId}/invoke"}, {"httpMethod": "GET"}, {"resource": None}]
)
def test_there_is_converse_and_converse_stream_and_nothing_else(admit, change):
    with pytest.raises(Refusal, match="has Converse and ConverseStream"):
        admit(change=change)


def test_a_body_in_base64_is_the_same_request(admit, world):
    encoded = base64.b64encode(json.dumps(world.body()).encode()).decode()
    assert admit(change={"body": encoded, "isBase64Encoded": True}) == admit()


def test_the_guardrail_named_as_it_is_passes(admit, world):
    same = {"guardrailIdentifier": world.settings()["rules"]["guardrail"]["id"]}
    assert admit(world.body(guardrailConfig=same)).body == admit().body


def test_a_request_without_max_tokens_gets_the_most(admit):
    request = admit(user({"text": "x"}))
    assert json.loads(request.body)["inferenceConfig"] == {"maxTokens": 1000}


def test_fields_that_were_named_pass(admit, world):
    fields = {"thinking": {"type": "enabled", "budget_tokens": 50}}
    content = world.body(additionalModelRequestFields=fields)
    request = admit(content, additional_fields=["thinking"])
    assert json.loads(request.body)["additionalModelRequestFields"] == fields


def test_every_byte_of_text_is_reserved_as_a_token_and_the_answer_on_top(admit, world):
    more = world.body(system=[{"text": "ä" * 100}])
    added = len(',"system":[{"text":""}]')
    assert admit(more).tokens - admit().tokens == 200 + added
    assert admit(world.body(inferenceConfig={"maxTokens": 101})).tokens - admit().tokens == 1


def test_media_are_reserved_by_number_not_by_size(admit):
    one, two = (admit(user(*[IMAGE] * n), media_tokens=3000).tokens for n in (1, 2))
    assert 3000 < two - one < 3100


def test_tools_reserve_what_models_are_told_about_them(admit, world):
    tools = {"toolConfig": {"tools": [{"toolSpec": {"name": "t"}}]}}
    size = len(json.dumps(tools, separators=(",", ":"))) - 1
    assert admit(world.body(**tools)).tokens - admit().tokens == 1000 + size


def test_the_same_member_twice_is_judged_as_it_is_sent(admit, world):
    raw = json.dumps(world.body())[:-1] + ',"guardrailConfig":{},"guardrailConfig":{}}'
    assert (
        json.loads(admit(change={"body": raw}).body)["guardrailConfig"]["guardrailVersion"] == "3"
    )
