import json

import pytest
from click.testing import CliRunner

from secure_bedrock.cli import verify
from secure_bedrock.verification.comparing import Difference, NotCompared
from secure_bedrock.verification.report import ResourceReport
from secure_bedrock.verification.stack import Stack, StackError
from secure_bedrock.verification.values import ABSENT

STACK = Stack(name="Test", status="CREATE_COMPLETE", template={}, ids={}, values={})


def report(**found):
    return ResourceReport(
        **{
            "logical_id": "Key",
            "path": "Test/Key/Resource",
            "type": "AWS::KMS::Key",
            "physical_id": "id",
            "compared": {"EnableKeyRotation": True},
        }
        | found
    )


OK = report()
DIFFERS = report(differences=[Difference("EnableKeyRotation", True, ABSENT)])
UNREAD = report(compared={}, problem="no reader for AWS::KMS::Key")
PARTLY = report(not_compared=[NotCompared("PendingWindowInDays", "only for deletion")])


@pytest.fixture
def run(monkeypatch):
    def invoke(*reports, arguments=()):
        class Found(list):
            def __init__(self, *_):
                super().__init__(reports)

        monkeypatch.setattr(verify, "load", lambda _aws, _name: STACK)
        monkeypatch.setattr(verify, "Verification", Found)
        monkeypatch.setattr(verify.Aws, "account", "111122223333")
        arguments = ["--stack", "Test", "--region", "eu-west-1", *arguments]
        return CliRunner(env={"COLUMNS": "160"}).invoke(verify.command, arguments)

    return invoke


@pytest.mark.parametrize(
    ("found", "arguments", "code"),
    [
        (OK, [], 0),
        (PARTLY, [], 0),
        (DIFFERS, [], 1),
        (UNREAD, [], 0),
        (UNREAD, ["--strict"], 1),
        (OK, ["--strict"], 0),
        (DIFFERS, ["--json"], 1),
    ],
)
def test_exit_codes(run, found, arguments, code):
    assert run(found, arguments=arguments).exit_code == code


def test_a_difference_shows_what_was_claimed_and_read(run):
    output = run(DIFFERS).output
    assert "EnableKeyRotation: true" in output
    assert "nothing" in output
    assert "1 differs" in output


def test_what_was_not_read_is_shown_with_its_reason(run):
    output = run(OK, UNREAD).output
    assert "no reader for AWS::KMS::Key" in output
    assert "1 ok, 1 not verified" in output


def test_properties_that_were_left_out_are_named(run):
    output = run(PARTLY).output
    assert "but not PendingWindowInDays" in output
    assert "1 properties could not be compared" in output


def test_json(run):
    written = json.loads(run(OK, DIFFERS, UNREAD, arguments=["--json"]).stdout)
    assert written["summary"] == {"ok": 1, "differs": 1, "not verified": 1}
    assert written["resources"][1]["differences"] == [
        {"path": "EnableKeyRotation", "claimed": True, "read": None}
    ]


def test_a_stack_that_cannot_be_read_is_one_line(monkeypatch):
    def missing(_aws, name):
        raise StackError(f"no stack {name!r} in eu-west-1 of this account")

    monkeypatch.setattr(verify, "load", missing)
    done = CliRunner().invoke(verify.command, ["--stack", "Nope", "--region", "eu-west-1"])
    assert done.exit_code == 2
    assert done.stderr == "secure-bedrock verify: no stack 'Nope' in eu-west-1 of this account\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--stack", "x", "--region", "eu-west-1", "--profile", "nope"], "profile (nope)"),
        (
            ["--stack", "x", "--region", "eu-west-1", "--endpoint-url", "http://localhost:1"],
            "Could not connect",
        ),
    ],
)
def test_a_wrong_profile_or_address_is_one_line(arguments, words):
    done = CliRunner().invoke(verify.command, arguments)
    assert done.exit_code == 2, done.output
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_address_that_is_none_is_a_usage_error():
    done = CliRunner().invoke(verify.command, ["--stack", "x", "--endpoint-url", "localhost"])
    assert done.exit_code == 2
    assert "'localhost' is no address: write http://localhost:PORT" in done.stderr


def test_a_resource_without_a_claim_does_not_count_as_compared(run):
    assert "nothing to compare" in run(report(compared={})).output
