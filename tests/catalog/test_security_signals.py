import json
import re
from pathlib import Path

import botocore.session
import pytest
from moto.events.models import EventPattern

from secure_bedrock.catalog.security_behaviours import BEHAVIOURS, calls_pattern
from secure_bedrock.catalog.security_log_signals import LOG_SIGNALS
from secure_bedrock.catalog.security_signals import (
    CHANGES,
    INVOCATIONS,
    KEY_RUNBOOK,
    LOGGING_LOOK,
    Signal,
)
from secure_bedrock.catalog.service_authorization import action
from secure_bedrock.emulator.event_patterns import check, matches
from secure_bedrock.emulator.filter_patterns import matches as counts

ROOT = Path(__file__).parents[2]
EVENTS = {
    path.stem: json.loads(path.read_text())
    for path in sorted((ROOT / "tests/monitoring/events/cloudtrail").glob("*.json"))
}
RECORDS = {
    path.stem: path.read_text()
    for path in sorted((ROOT / "tests/monitoring/events/records").glob("*.json"))
}
LOGGING_DELETED = {
    "logging-deleted",
    "logging-deleted-by-user",
    "logging-deleted-by-root",
    "logging-deleted-by-deployment",
    "logging-deleted-claiming-cloudformation",
    "logging-delete-denied",
}
TELLS = {
    Signal.API_KEY_CREATED: {"api-key-created", "api-key-reset"},
    Signal.ENDPOINT_CHANGED: {"endpoint-modified", "endpoints-deleted"},
    Signal.ENFORCED_GUARDRAIL_CHANGED: {
        "enforced-guardrail-deleted",
        "enforced-guardrail-deleted-by-cloudformation",
        "enforced-guardrail-put",
    },
    Signal.GUARDRAIL_CHANGED: {"guardrail-updated", "guardrail-policy-put"},
    Signal.GUARDRAIL_DELETED: {"guardrail-deleted"},
    Signal.GUARDRAIL_VERSION_REMOVED: {"guardrail-version-deleted"},
    Signal.LOGGING_CHANGED: {"logging-put", "logging-put-by-response"},
    Signal.LOGGING_OFF: LOGGING_DELETED,
    Signal.MODEL_ACCESS_GRANTED: {
        "model-agreement-created",
        "model-entitlement-put",
        "use-case-put",
    },
}
LOOKED_AT = {
    "break-glass-used",
    "converse",
    "converse-stream",
    "invoke-denied",
    "invoke-model",
    "invoke-model-with-response-stream",
    "invoke-throttled",
    "invoke-with-access-key",
    "invoke-with-api-key",
    "logging-delete-denied",
    "logging-deleted-by-root",
    "logging-looked-at",
    "mantle-inference",
    "mantle-inference-with-api-key",
    "root-invoke",
    "root-lists-models",
}
COUNTED = {
    Signal.BODIES_ELSEWHERE: {"bodies-in-the-bucket"},
    Signal.GUARDRAIL_PROBED: {
        "converse-intervened",
        "converse-stream-intervened",
        "invoke-model-intervened",
        "invoke-model-with-response-stream-intervened",
    },
    Signal.INJECTION_PHRASES: {
        "injection-in-the-third-message",
        "injection-to-invoke-model",
        "injection-to-stream",
    },
    Signal.LIMIT_PROBES: {
        "limit-probe-of-converse",
        "limit-probe-of-invoke-model",
        "limit-probe-of-messages",
    },
    Signal.USER_INVOCATIONS: {"invoked-by-root", "invoked-by-user"},
}
PATTERNS = {each.signal: each.pattern() for each in CHANGES}


def test_every_signal_is_told_by_something():
    told = {*PATTERNS, *BEHAVIOURS, *(each.signal for each in LOG_SIGNALS), Signal.KEY_CHANGED}
    assert told == set(Signal)


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.signal)
def test_the_event_names_are_operations_of_the_service(change):
    prefix = change.source.split(".")[0]
    operations = botocore.session.get_session().get_service_model(prefix).operation_names
    without_api = {"PutFoundationModelEntitlement"}  # of the console; IAM knows it
    assert set(change.calls) - without_api <= set(operations)
    assert all(action(f"{prefix}:{call}") for call in change.calls)


def test_the_calls_looked_at_are_operations_too():
    session = botocore.session.get_session()
    assert set(INVOCATIONS) <= set(session.get_service_model("bedrock-runtime").operation_names)
    assert LOGGING_LOOK in session.get_service_model("bedrock").operation_names


@pytest.mark.parametrize("signal", PATTERNS)
def test_a_change_matches_its_events_and_no_other(signal):
    found = {name for name, event in EVENTS.items() if matches(PATTERNS[signal], event)}
    assert found == TELLS[signal]


@pytest.mark.parametrize("signal", PATTERNS)
def test_moto_matches_the_same(signal):
    pattern = EventPattern.load(json.dumps(PATTERNS[signal]))
    found = {name for name, event in EVENTS.items() if pattern.matches_event(event)}
    assert found == TELLS[signal]


def test_the_function_gets_the_calls_it_judges_and_no_other():
    pattern = calls_pattern(["arn:aws:iam::111122223333:role/BreakGlass"])
    assert {name for name, event in EVENTS.items() if matches(pattern, event)} == LOOKED_AT


@pytest.mark.parametrize("signal", [*PATTERNS, None])
def test_forged_events_match_nothing(signal):
    pattern = PATTERNS[signal] if signal else calls_pattern()
    forged = {name: event | {"source": "bedrock"} for name, event in EVENTS.items()}
    assert not [name for name, event in forged.items() if matches(pattern, event)]


@pytest.mark.parametrize("signal", PATTERNS)
def test_patterns_are_short_enough(signal):
    check(PATTERNS[signal])


@pytest.mark.parametrize("each", LOG_SIGNALS, ids=lambda each: each.signal)
def test_a_filter_counts_its_records_and_no_other(each):
    found = {name for name, record in RECORDS.items() if counts(each.pattern, record)}
    assert found == COUNTED[each.signal]


def test_recorded_events_have_the_ids_of_no_other():
    ids = [event["detail"]["eventID"] for event in EVENTS.values()]
    assert len(set(ids)) == len(ids)


RUNBOOKS = [
    *(each.runbook for each in (*CHANGES, *LOG_SIGNALS, *BEHAVIOURS.values())),
    KEY_RUNBOOK,
]


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_every_signal_has_a_runbook(runbook):
    page, heading = runbook.split("#")
    text = (ROOT / "docs/runbooks" / page).read_text()
    assert re.search(rf"^## {heading}$", text, re.MULTILINE)
