import json
from types import SimpleNamespace

import pytest

from secure_bedrock.catalog.security_behaviours import BEHAVIOURS
from secure_bedrock.custom_resources.assets.handlers.response_ledger import Ledger
from secure_bedrock.custom_resources.assets.handlers.signal_calls import Watch

NOW = 1_795_000_000
DAY = 86_400
ALICE = "arn:aws:iam::123456789012:user/alice"
APP = "arn:aws:iam::123456789012:role/app"


class Calls:
    """One account: what is told, and who is asked for a quarantine."""

    def __init__(self, world):
        self.world, self.asked, self.told = world, [], set()
        self.settings = {
            "table": "ledger",
            "account": "123456789012",
            "topic": world.settings["topic"],
            "learning_days": 0,
            "at_least": {"denied-calls": 3, "many-models": 3},
            "break_glass": ["arn:aws:iam::123456789012:role/BreakGlass"],
            "signals": {
                str(name): {"severity": str(each.severity), "summary": each.summary}
                for name, each in BEHAVIOURS.items()
            },
            "respond": "function",
            "respond_to": ["logging-scouted"],
        }
        ask = SimpleNamespace(invoke=lambda **asked: self.asked.append(asked))
        self.clients = world.clients | {"lambda": ask}

    def see(self, event, *, request="r1", now=NOW, told=None):
        ledger = Ledger(self.clients["dynamodb"], "ledger", request, now)
        remembered = self.told if told is None else told
        Watch(self.settings, self.clients, ledger, remembered).see(event)

    def signals(self):
        return [each["signal"] for each in self.world.messages]


@pytest.fixture
def calls(world):
    return Calls(world)


FIRSTS = ["first-model", "first-principal", "first-region"]


@pytest.mark.parametrize(
    ("name", "signals"),
    [
        ("invoke-model", FIRSTS),
        ("converse", FIRSTS),
        ("converse-stream", FIRSTS),
        ("invoke-model-with-response-stream", FIRSTS),
        ("invoke-with-access-key", ["access-key-invocation", *FIRSTS]),
        ("invoke-with-api-key", ["api-key-used", *FIRSTS]),
        ("mantle-inference", ["mantle-used"]),
        ("mantle-inference-with-api-key", ["api-key-used", "mantle-used"]),
        ("root-invoke", ["root-used", *FIRSTS]),
        ("root-lists-models", ["root-used"]),
        ("break-glass-used", ["break-glass-used"]),
        ("invoke-denied", []),
        ("invoke-throttled", []),
        ("models-listed", []),
        ("logging-looked-at", []),
        ("key-disabled", []),
        ("bucket-listed", []),
    ],
)
def test_what_one_call_tells(calls, event_of, name, signals):
    calls.see(event_of(name))
    assert calls.signals() == signals


def test_a_message_says_what_to_make_of_it(calls, event_of):
    calls.see(event_of("mantle-inference"))
    (message,) = calls.world.messages
    assert message["severity"] == "high"
    assert (message["by"], message["from"]) == (APP, "198.51.100.7")
    assert message["at"] == "2026-11-20T09:15:02+00:00"


@pytest.mark.parametrize("told", [None, "another process"])
def test_the_same_is_told_once(calls, event_of, told):
    for number in range(3):
        memory = None if told is None else set()
        calls.see(event_of("invoke-model", eventID=f"e{number}"), told=memory)
    assert calls.signals() == FIRSTS


def test_a_region_is_where_the_request_was_processed(calls, event_of):
    calls.see(event_of("converse"))
    assert calls.world.messages[-1]["about"] == "eu-central-1"


def test_a_key_in_use_is_told_again_the_next_day(calls, event_of):
    calls.see(event_of("mantle-inference"))
    calls.see(event_of("mantle-inference", eventTime="2026-11-20T23:59:59Z"))
    calls.see(event_of("mantle-inference", eventTime="2026-11-21T00:00:01Z"))
    assert calls.signals() == ["mantle-used"] * 2


def denied(calls, event_of, ids, **more):
    for number in ids:
        calls.see(event_of("invoke-denied", eventID=f"e{number}", **more), told=set())


def test_denied_calls_are_told_when_they_are_many(calls, event_of):
    denied(calls, event_of, [1, 2])
    assert calls.signals() == []
    denied(calls, event_of, [3, 4, 5])
    assert calls.signals() == ["denied-calls"]


def test_an_event_that_comes_twice_is_one_denied_call(calls, event_of):
    denied(calls, event_of, [1, 1, 2, 2, 1])
    assert calls.signals() == []


def test_denied_calls_of_hours_are_not_a_burst(calls, event_of):
    for hour in range(9):
        denied(calls, event_of, [hour], eventTime=f"2026-11-20T0{hour}:00:00Z")
    assert calls.signals() == []


def test_many_models_of_one_principal_count_whether_allowed_or_not(calls, event_of):
    for number, model in enumerate(("a", "b", "a", "c")):
        name = "invoke-denied" if number else "invoke-model"
        calls.see(event_of(name, eventID=f"e{number}", requestParameters={"modelId": model}))
    assert calls.signals().count("many-models") == 1


def looked(event_of, when):
    return event_of("logging-looked-at", eventTime=when)


def used(event_of, when, number=1):
    return event_of("invoke-with-access-key", eventTime=when, eventID=f"e{number}")


EARLY, LATE = "2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z"


@pytest.mark.parametrize("order", [1, -1])
def test_who_asks_about_logging_and_then_invokes_is_told_and_kept_away(calls, event_of, order):
    for event in [looked(event_of, EARLY), used(event_of, LATE)][::order]:
        calls.see(event, told=set())
    assert calls.signals().count("logging-scouted") == 1
    (asked,) = calls.asked
    payload = json.loads(asked["Payload"])
    assert (payload["action"], payload["identity"]["arn"]) == ("quarantine", ALICE)


@pytest.mark.parametrize("order", [1, -1])
def test_who_invoked_before_may_ask_about_logging(calls, event_of, order):
    for event in [used(event_of, EARLY), looked(event_of, LATE)][::order]:
        calls.see(event, told=set())
    assert "logging-scouted" not in calls.signals()
    assert calls.asked == []


def test_while_it_learns_first_uses_are_noted_and_not_told(calls, event_of):
    calls.settings["learning_days"] = 7
    calls.see(event_of("invoke-model"), told=set())
    calls.see(event_of("invoke-model", eventID="e2"), told=set(), now=NOW + 8 * DAY)
    assert calls.signals() == []
    calls.see(event_of("converse", eventID="e3"), told=set(), now=NOW + 8 * DAY)
    assert calls.signals() == ["first-model", "first-region"]


def test_a_signal_that_was_left_out_is_not_told(calls, event_of):
    del calls.settings["signals"]["mantle-used"]
    calls.see(event_of("mantle-inference"))
    assert calls.signals() == []


@pytest.mark.parametrize("change", [{"source": "example"}, {"account": "999999999999"}])
def test_forged_and_foreign_events_are_ignored(calls, event_of, change):
    calls.see(event_of("mantle-inference") | change)
    assert calls.world.calls == []


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("number", range(14))
def test_killed_at_a_call_nothing_is_lost(calls, event_of, number, how):
    """Three signals; the one being told may come twice, if nobody could note that it was told."""
    world = calls.world
    world.fail(number, how)
    for _ in range(2):
        try:
            calls.see(event_of("invoke-model"))
            break
        except world.Killed:
            continue
    assert sorted(set(calls.signals())) == FIRSTS
    assert len(calls.signals()) <= 4
