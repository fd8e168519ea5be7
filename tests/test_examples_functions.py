"""The Lambda code of the examples, against the shapes of botocore."""

import importlib.util
from pathlib import Path

import pytest
from botocore.stub import ANY, Stubber

FUNCTIONS = Path(__file__).parent.parent / "examples/functions"
ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "On "}, {"text": "foot."}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
    "metrics": {"latencyMs": 1},
}
GUARDED = {"guardrailIdentifier": "gr1", "guardrailVersion": "3"}


@pytest.fixture
def load(monkeypatch):
    for name, value in {
        "MODEL_ID": "eu.amazon.nova-lite-v1:0",
        "GUARDRAIL_ID": "gr1",
        "GUARDRAIL_VERSION": "3",
        "KNOWLEDGE_BASE_ID": "KB12345678",
    }.items():
        monkeypatch.setenv(name, value)

    def module(name):
        spec = importlib.util.spec_from_file_location(name, FUNCTIONS / name / "index.py")
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return loaded

    return module


def test_the_chat_names_the_guardrail_in_every_call(load):
    chat = load("chat")
    with Stubber(chat.CLIENT) as stub:
        stub.add_response(
            "converse",
            ANSWER,
            {"modelId": "eu.amazon.nova-lite-v1:0", "messages": ANY, "guardrailConfig": GUARDED},
        )
        assert chat.handler({"question": "How?"}, None) == {"text": "On foot.", "blocked": False}


def test_the_chat_says_when_the_guardrail_stepped_in(load):
    chat = load("chat")
    with Stubber(chat.CLIENT) as stub:
        stub.add_response("converse", {**ANSWER, "stopReason": "guardrail_intervened"})
        assert chat.handler({"question": "How?"}, None)["blocked"]


def passage(text, name):
    location = {"type": "S3", "s3Location": {"uri": f"s3://documents/{name}"}}
    return {"content": {"text": text}, "location": location}


def test_the_guardrail_is_told_what_is_source_and_what_is_question(load):
    ask = load("ask")
    found = {"retrievalResults": [passage("We walk.", "b.txt"), passage("Always.", "a.txt")]}
    texts = [
        ask.guarded("We walk.\n\nAlways.", "grounding_source"),
        ask.guarded("How?", "query"),
    ]
    with Stubber(ask.SEARCH) as search, Stubber(ask.MODEL) as model:
        search.add_response("retrieve", found)
        model.add_response(
            "converse",
            ANSWER,
            {
                "modelId": ANY,
                "system": ANY,
                "messages": [{"role": "user", "content": texts}],
                "guardrailConfig": GUARDED,
            },
        )
        answer = ask.handler({"question": "How?"}, None)
    assert answer["sources"] == ["s3://documents/a.txt", "s3://documents/b.txt"]


def test_without_a_passage_no_model_is_asked(load):
    ask = load("ask")
    with Stubber(ask.SEARCH) as search, Stubber(ask.MODEL):
        search.add_response("retrieve", {"retrievalResults": []})
        assert ask.handler({"question": "How?"}, None)["sources"] == []


@pytest.mark.parametrize(
    ("function", "order", "said"),
    [
        ("look_up", "1001", "Order 1001 is shipped."),
        ("cancel", "1002", "Order 1002 is cancelled."),
        ("cancel", "7", "There is no such order."),
    ],
)
def test_the_agent_gets_its_answer_in_the_form_it_understands(load, function, order, said):
    event = {
        "actionGroup": "orders",
        "function": function,
        "parameters": [{"name": "order", "type": "string", "value": order}],
    }
    response = load("orders").handler(event, None)["response"]
    assert (response["actionGroup"], response["function"]) == ("orders", function)
    assert response["functionResponse"]["responseBody"]["TEXT"]["body"] == said
