import json
import logging

import pytest

from secure_bedrock.custom_resources.assets.handlers.protocol import (
    NEVER_CREATED,
    Answer,
    RefusedError,
    respond,
)


def succeed(_event):
    return Answer("an-id", {"Colour": "red"})


def fail_with(error):
    def operation(_event):
        raise error

    return operation


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def waits():
    return []


def test_success_is_answered_with_id_and_data(event, response_url):
    respond(event("Create"), {"Create": succeed})
    assert response_url.answer == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "an-id",
        "Data": {"Colour": "red"},
        "StackId": event("Create")["StackId"],
        "RequestId": "8f2c",
        "LogicalResourceId": "Logging",
    }


def test_the_answer_has_no_content_type_because_the_url_is_signed_without(event, response_url):
    respond(event("Create"), {"Create": succeed})
    assert response_url.headers[0]["Content-Type"] == ""


def test_the_operation_of_the_request_type_gets_the_event(event, response_url):
    seen = []
    sent = event("Update", PhysicalResourceId="an-id", OldResourceProperties={"A": "1"})
    respond(sent, {"Update": lambda e: seen.append(e) or Answer("an-id")})
    assert seen == [sent]
    assert response_url.answer["Status"] == "SUCCESS"


def test_an_unknown_request_type_is_answered(event, response_url):
    respond(event("Import"), {"Create": succeed})
    assert response_url.answer["Status"] == "FAILED"


def test_a_refusal_is_one_line_in_the_handlers_own_words(event, response_url):
    respond(event("Create"), {"Create": fail_with(RefusedError("taken:\n  choose another"))})
    assert response_url.answer["Reason"] == "taken: choose another"


def test_another_error_is_named(event, response_url):
    respond(event("Create"), {"Create": fail_with(KeyError("LoggingConfig"))})
    assert response_url.answer["Reason"] == "KeyError: 'LoggingConfig'"


def test_a_failed_create_then_delete_touches_nothing(event, response_url):
    respond(event("Create"), {"Create": fail_with(ValueError("no"))})
    failed_id = response_url.answer["PhysicalResourceId"]
    response_url.bodies.clear()
    respond(event("Delete", PhysicalResourceId=failed_id), {"Delete": fail_with(AssertionError())})
    assert (failed_id, response_url.answer["Status"]) == (NEVER_CREATED, "SUCCESS")


def test_a_handler_that_knows_its_own_deletes_after_a_failed_create(event, response_url):
    operations = {"Create": fail_with(ValueError("no")), "Delete": succeed}
    respond(event("Create"), operations, failed_create_id="an-id")
    failed_id = response_url.answer["PhysicalResourceId"]
    response_url.bodies.clear()
    respond(event("Delete", PhysicalResourceId=failed_id), operations, failed_create_id="an-id")
    assert response_url.answer["Data"] == {"Colour": "red"}


@pytest.mark.parametrize("request_type", ["Update", "Delete"])
def test_a_failure_later_keeps_the_id(event, response_url, request_type):
    sent = event(request_type, PhysicalResourceId="an-id")
    respond(sent, {request_type: fail_with(ValueError("no"))})
    assert response_url.answer["PhysicalResourceId"] == "an-id"


@pytest.mark.parametrize("letter", ["x", "é", "\N{PILE OF POO}", '"'])
@pytest.mark.parametrize("length", [1, 600, 4_000, 100_000])
def test_a_reason_never_makes_the_answer_larger_than_4096_bytes(
    event, response_url, letter, length
):
    respond(event("Create"), {"Create": fail_with(RefusedError(letter * length))})
    assert len(response_url.bodies[0]) <= 4_096
    reason = response_url.answer["Reason"]
    assert reason == letter * length or reason.endswith(" [cut, see the function's log]")


@pytest.mark.parametrize("letter", ["x", "\N{PILE OF POO}"])
def test_a_cut_reason_uses_the_room_there_is(event, response_url, letter):
    respond(event("Create"), {"Create": fail_with(RefusedError(letter * 5_000))})
    assert len(response_url.bodies[0]) > 4_050


def test_data_that_does_not_fit_fails_the_resource_under_its_id(event, response_url):
    large = {"Text": "x" * 4_096}
    respond(event("Create"), {"Create": lambda _: Answer("an-id", large)})
    answer = response_url.answer
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", "an-id")
    assert answer["Reason"] == "the answer is larger than 4096 bytes"


def test_delivery_is_repeated(event, response_url, waits):
    response_url.statuses += [500, 503]
    respond(event("Create"), {"Create": succeed}, sleep=waits.append)
    assert (response_url.answer["Status"], waits) == ("SUCCESS", [2, 4])


def test_the_operation_is_not_repeated_with_the_delivery(event, response_url, waits):
    runs = []
    response_url.statuses += [500]
    respond(
        event("Create"), {"Create": lambda e: runs.append(e) or Answer("a")}, sleep=waits.append
    )
    assert len(runs) == 1


def test_a_success_that_cannot_be_delivered_is_not_turned_into_a_failure(
    event, response_url, waits
):
    response_url.statuses += [500] * 4
    with pytest.raises(OSError, match="500"):
        respond(event("Create"), {"Create": succeed}, sleep=waits.append)
    assert (response_url.bodies, waits) == ([], [2, 4, 8])


def test_a_refused_connection_is_repeated_and_raised_for_lambda_to_run_again(event, waits):
    nowhere = event("Create") | {"ResponseURL": "http://127.0.0.1:1/"}
    with pytest.raises(OSError, match="refused"):
        respond(nowhere, {"Create": succeed}, sleep=waits.append)
    assert len(waits) == 3


def test_the_signed_url_is_not_logged(event, response_url, waits, caplog):
    logging.disable(logging.NOTSET)
    response_url.statuses += [500]
    respond(event("Create"), {"Create": fail_with(ValueError("no"))}, sleep=waits.append)
    assert "signature" not in caplog.text
    assert json.loads(response_url.bodies[0])["Status"] == "FAILED"
