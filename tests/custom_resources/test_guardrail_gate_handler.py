import io
import json

import pytest
from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers.guardrail_gate import Operations
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError

ARN = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef"
SUITE = {
    "name": "S",
    "thresholds": {"false_blocks": 0, "misses": 0.5},
    "cases": [
        {"id": each, "texts": [each], "expect": "block", "category": "c"}
        for each in ("one", "two", "three")
    ],
}


class Guardrail:
    """Blocks what each version is told to, and counts what it is asked."""

    def __init__(self, **blocked):
        self.blocked = blocked
        self.asked = []
        self.header = ""
        self.refusals = []

    def apply_guardrail(self, **request):
        if self.refusals:
            raise ClientError({"Error": {"Code": self.refusals.pop()}}, "ApplyGuardrail")
        version, text = request["guardrailVersion"], request["content"][0]["text"]["text"]
        self.asked.append((version, text))
        headers = {"HTTPHeaders": {"x-emulated-not-evaluated": self.header}}
        blocked = text in self.blocked[f"v{version}"]
        word = {"customWords": [{"match": text, "action": "BLOCKED"}]}
        return {
            "action": "GUARDRAIL_INTERVENED" if blocked else "NONE",
            "assessments": [{"wordPolicy": word}] if blocked else [],
            "ResponseMetadata": headers,
        }


class Bucket:
    def get_object(self, **_):
        return {"Body": io.BytesIO(json.dumps([SUITE]).encode())}


@pytest.fixture
def gate():
    def make(runtime, **options):
        patience = Patience(60, sleep=lambda _: None, now=lambda: 0.0)
        return Operations(
            runtime=runtime, s3=Bucket(), patience=patience, sleep=lambda _: None, **options
        )

    return make


def event(version, *, old=None, physical_id=None, content="c1"):
    def properties(number):
        return {
            "Guardrail": ARN,
            "Version": number,
            "Bucket": "b",
            "Key": "k",
            "Content": content,
            "RequestsPerSecond": "1000",
            "UnitsPerSecond": "1000",
        }

    found = {"ResourceProperties": properties(version)}
    if old:
        found |= {"OldResourceProperties": properties(old), "PhysicalResourceId": physical_id}
    return found


ALL = {"one", "two", "three"}


def test_a_version_that_passes_is_handed_on(gate):
    answer = gate(Guardrail(v1=ALL)).check(event("1"))
    assert answer.data == {"Version": "1"}
    assert answer.physical_id == "guardrail-gate:abcdef:1:c1"


def test_a_version_over_a_threshold_fails(gate):
    with pytest.raises(RefusedError, match=r"misses: 2 of 3 \(66.7%\), at most 50.0%"):
        gate(Guardrail(v1={"one"})).check(event("1"))


def test_within_the_thresholds_a_case_may_fail_at_first(gate):
    assert gate(Guardrail(v1={"one", "two"})).check(event("1")).data == {"Version": "1"}


def test_what_the_deployed_version_gets_right_may_not_go_wrong(gate):
    runtime = Guardrail(v1=ALL, v2={"one", "two"})
    first = gate(runtime).check(event("1"))
    with pytest.raises(RefusedError, match="version 1 gets right what goes wrong now: three"):
        gate(runtime).check(event("2", old="1", physical_id=first.physical_id))


def test_only_what_goes_wrong_is_asked_of_the_deployed_version(gate):
    runtime = Guardrail(v1=set(), v2={"one", "two"})
    gate(runtime).check(event("2", old="1", physical_id="guardrail-gate:abcdef:1:c1"))
    assert [each for each in runtime.asked if each[0] == "1"] == [("1", "three")]


def test_a_rollback_to_what_was_accepted_asks_nothing(gate):
    runtime = Guardrail(v1=set(), v2=ALL)
    accepted = gate(runtime).check(event("2", old="1", physical_id="guardrail-gate:abcdef:1:c1"))
    runtime.asked.clear()
    back = gate(runtime).check(event("1", old="2", physical_id=accepted.physical_id))
    assert (back.data, back.physical_id) == ({"Version": "1"}, accepted.physical_id)
    assert runtime.asked == []


def test_other_cases_test_an_accepted_version_again(gate):
    runtime = Guardrail(v1=set())
    known = "guardrail-gate:abcdef:1:c1"
    with pytest.raises(RefusedError):
        gate(runtime).check(event("1", old="1", physical_id=known, content="c2"))


def test_what_is_not_decided_is_not_accepted(gate):
    runtime = Guardrail(v1={"one", "two"})
    runtime.header = "contentPolicy/HATE"
    with pytest.raises(RefusedError, match="1 cases were not decided: not emulated"):
        gate(runtime).check(event("1"))


def test_a_test_that_runs_out_of_time_is_not_accepted(gate):
    with pytest.raises(RefusedError, match="3 cases were not decided: the time is up"):
        gate(Guardrail(v1=ALL), seconds=-1).check(event("1"))


def test_permissions_may_come_a_little_later(gate):
    runtime = Guardrail(v1=ALL)
    runtime.refusals = ["AccessDeniedException"] * 2
    assert gate(runtime).check(event("1")).data == {"Version": "1"}


def test_the_id_remembers_three_acceptances(gate):
    runtime, known = Guardrail(v1=ALL, v2=ALL, v3=ALL, v4=ALL), None
    for number in "1234":
        old = str(int(number) - 1) if known else None
        known = gate(runtime).check(event(number, old=old, physical_id=known)).physical_id
    assert known == "guardrail-gate:abcdef:2:c1|abcdef:3:c1|abcdef:4:c1"


def test_a_delete_changes_nothing(gate):
    runtime = Guardrail()
    assert gate(runtime).forget({"PhysicalResourceId": "x"}).physical_id == "x"
    assert runtime.asked == []
