import threading

import pytest
from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.guardrail_asking import Asker, Pace, ask_all


class Clock:
    def __init__(self):
        self.now, self.slept = 0.0, []

    def sleep(self, seconds):
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


class Runtime:
    """Refuses some calls, then answers."""

    def __init__(self, *codes):
        self.codes, self.requests = list(codes), []
        self.lock = threading.Lock()

    def apply_guardrail(self, **request):
        with self.lock:
            self.requests.append(request)
            code = self.codes.pop(0) if self.codes else ""
        if code:
            error = {"Error": {"Code": code, "Message": "no"}}
            raise ClientError(error, "ApplyGuardrail")
        return {"action": "NONE", "assessments": [], "usage": {}}


@pytest.fixture
def asker():
    def make(runtime, *, requests=10.0, units=1000.0, **options):
        clock = Clock()
        pace = Pace(requests=requests, units=units, now=lambda: clock.now)
        made = Asker(
            client=runtime, guardrail="g", version="1", pace=pace, sleep=clock.sleep,
            now=lambda: clock.now, jitter=lambda: 1.0, **options,
        )  # fmt: skip
        return made, clock

    return make


def test_requests_keep_the_pace(asker, new_case):
    made, clock = asker(Runtime(), requests=10)
    for _ in range(5):
        made.ask(new_case())
    assert clock.now == pytest.approx(0.4)


def test_text_units_keep_the_pace_too(asker, new_case):
    made, clock = asker(Runtime(), units=2)
    long = new_case(texts=("x" * 3_001,))
    for _ in range(2):
        made.ask(long)
    assert clock.now == pytest.approx(2.0)


def test_throttling_is_waited_out_longer_each_time_and_slower(asker, new_case):
    made, clock = asker(Runtime(*["ThrottlingException"] * 3), requests=1000)
    assert made.ask(new_case())["action"] == "NONE"
    assert [each for each in clock.slept if each >= 0.5] == [0.5, 1.0, 2.0]
    assert made.pace.wait(1) > 2 / 1000


def test_endless_throttling_ends_without_an_answer(asker, new_case):
    runtime = Runtime(*["ThrottlingException"] * 99)
    made, _ = asker(runtime, attempts=4)
    assert "ThrottlingException" in made.ask(new_case())
    assert len(runtime.requests) == 4


def test_a_case_that_aws_refuses_leaves_the_others(asker, new_case):
    made, _ = asker(Runtime("ValidationException"))
    assert "ValidationException" in made.ask(new_case())
    assert made.ask(new_case())["action"] == "NONE"


def test_what_concerns_every_case_stops_the_run(asker, new_case):
    runtime = Runtime("AccessDeniedException")
    made, _ = asker(runtime)
    assert "AccessDeniedException" in made.ask(new_case())
    assert "AccessDeniedException" in made.ask(new_case())
    assert len(runtime.requests) == 1


def test_nothing_is_asked_after_the_time(asker, new_case):
    runtime = Runtime()
    made, _ = asker(runtime, until=-1.0)
    assert made.ask(new_case()) == "the time is up"
    assert runtime.requests == []


def test_every_case_is_asked_once_whatever_the_threads(asker, new_case):
    runtime = Runtime()
    made, _ = asker(runtime)
    cases = [new_case(id=str(each), texts=(str(each),)) for each in range(20)]
    answered = [case.id for case, _ in ask_all(made, cases, threads=4)]
    assert sorted(answered, key=int) == [str(each) for each in range(20)]
    assert len(runtime.requests) == 20


def test_who_stops_early_does_not_pay_for_the_rest(asker, new_case):
    runtime = Runtime()
    made, _ = asker(runtime)
    answers = ask_all(made, [new_case(id=str(each)) for each in range(5_000)], threads=1)
    next(answers)
    answers.close()
    assert len(runtime.requests) < 5_000


def test_the_key_of_a_case_changes_with_what_is_asked_and_of_whom(new_case):
    case = new_case()
    keys = {
        case.key("g", "1"),
        case.key("g", "2"),
        case.key("h", "1"),
        new_case(source="OUTPUT").key("g", "1"),
        new_case(texts=("other",)).key("g", "1"),
        new_case(query="q").key("g", "1"),
    }
    assert len(keys) == 6
    assert new_case(note="n", id="b").key("g", "1") == case.key("g", "1")
