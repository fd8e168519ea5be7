import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import secure_bedrock.emulator
from secure_bedrock.emulator import Emulator
from secure_bedrock.emulator.custom_resources import Mailbox
from secure_bedrock.emulator.isolation import isolated_environment
from secure_bedrock.emulator.server import Server

_EVENT = {"StackId": "s", "RequestId": "r", "LogicalResourceId": "l"}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "::"])  # noqa: S104 - refused
def test_an_address_that_is_not_loopback_is_refused(host):
    with pytest.raises(ValueError, match=f"{host} is not a loopback address"):
        Server(host=host)


@pytest.mark.usefixtures("server")
def test_a_second_server_in_one_process_is_refused():
    with pytest.raises(RuntimeError, match="runs in this process already"):
        Server().start()


def test_an_unknown_address_for_answers_is_refused(server):
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{server.endpoint_url}/_emulator/answer/unknown", data=b"{}", method="PUT"
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)  # noqa: S310 - loopback


def test_an_answer_to_another_event_is_refused():
    mailbox = Mailbox()
    token = mailbox.open(_EVENT)
    assert mailbox.put(token, {**_EVENT, "RequestId": "other"}, 100) == 400
    assert mailbox.close(token) is None


def test_an_answer_of_more_than_4096_bytes_is_refused():
    mailbox = Mailbox()
    token = mailbox.open(_EVENT)
    assert mailbox.put(token, _EVENT, 4097) == 400


def test_one_answer_is_taken():
    mailbox = Mailbox()
    token = mailbox.open(_EVENT)
    assert mailbox.put(token, {**_EVENT, "n": 1}, 100) == 200
    assert mailbox.put(token, {**_EVENT, "n": 2}, 100) == 403
    assert mailbox.close(token)["n"] == 1


def test_nothing_of_the_users_aws_reaches_a_function(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "secret")
    environment = isolated_environment("http://localhost:1", "eu-west-1")
    assert "REAL" not in environment.values()
    assert not {"AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"} & set(environment)
    assert environment["AWS_CONFIG_FILE"] == os.devnull


@pytest.fixture(scope="module")
def emulator():
    with Emulator(region="eu-central-1") as emulator:
        yield emulator


def test_the_emulator_is_a_process_that_answers_on_localhost(emulator):
    assert emulator.endpoint_url.startswith("http://localhost:")
    identity = emulator.client("sts").get_caller_identity()
    assert identity["Account"] == emulator.account
    assert emulator.client("s3").meta.region_name == "eu-central-1"


def test_a_role_that_no_function_used_made_no_calls(emulator):
    assert emulator.calls("nobody") == []


def test_the_cdk_cli_needs_a_folder(emulator):
    with pytest.raises(ValueError, match="give the emulator a cache_folder"):
        emulator.cdk()


def _serve(*arguments):
    command = [sys.executable, "-m", "secure_bedrock.emulator", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_process_ends_when_its_time_is_up():
    with _serve("--seconds", "0.1") as process:
        assert process.wait(30) == 0


def test_the_process_ends_with_its_parent():
    source = (
        "import os, subprocess, sys;"
        "p = subprocess.Popen([sys.executable, '-m', 'secure_bedrock.emulator',"
        " '--parent-pid', str(os.getpid())], stdout=subprocess.PIPE);"
        "p.stdout.readline(); print(p.pid)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True)
    assert _ends(int(done.stdout))


def test_the_process_refuses_other_addresses():
    with _serve("--host", "0.0.0.0") as process:  # noqa: S104 - refused
        assert process.wait(30) == 2
        assert "0.0.0.0 is not a loopback address" in process.stderr.read()


def _ends(pid):
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
    return False


def test_the_cdk_clis_lock_file_names_no_host():
    lock = Path(secure_bedrock.emulator.__file__).parent / "cdk-cli" / "package-lock.json"
    package = json.loads(lock.read_text())["packages"]["node_modules/aws-cdk"]
    assert "resolved" not in package
    assert package["integrity"].startswith("sha512-")
