import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.base_backend import BackendDict

from secure_bedrock.custom_resources.assets.handlers import mantle as mantle_module
from secure_bedrock.custom_resources.assets.handlers.data_retention import (
    NOT_OFFERED,
    Operations,
)
from secure_bedrock.custom_resources.assets.handlers.mantle import Mantle, NotOfferedError
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError
from secure_bedrock.emulator.services import install

PARAMETER = "/secure-bedrock/replaced-data-retention/S"


class Endpoint:
    """What ``bedrock-mantle`` does with a mode, and with a policy that allows some modes only."""

    def __init__(self, mode="inherit", allowed=None):
        self.mode, self.allowed, self.put = mode, allowed, []

    def get_account_data_retention(self):
        if self.mode == NOT_OFFERED:
            raise NotOfferedError
        return {"mode": self.mode}

    def put_account_data_retention(self, *, mode):
        if self.allowed is not None and mode not in self.allowed:
            error = {"Error": {"Code": "AccessDeniedException", "Message": "explicit deny"}}
            raise ClientError(error, "PutAccountDataRetention")
        self.mode = mode
        self.put.append(mode)
        return {"mode": mode}


@pytest.fixture(scope="module", autouse=True)
def emulated():
    install()


@pytest.fixture(scope="module")
def clients():
    """Made once, because making one takes longer than a test."""
    return boto3.client("bedrock"), boto3.client("ssm")


@pytest.fixture
def account(clients):
    with mock_aws():
        BackendDict.reset()
        yield Account(*clients)


class Account:
    def __init__(self, bedrock, ssm):
        self.bedrock, self.ssm = bedrock, ssm
        self.mantle = Endpoint()

    @property
    def modes(self):
        return self.bedrock.get_account_data_retention()["mode"], self.mantle.mode

    @property
    def parameters(self):
        return [each["Name"] for each in self.ssm.describe_parameters()["Parameters"]]

    def run(self, operation, mode="none", old=None, *, replace=False, keep=False):
        endpoints = {"bedrock": self.bedrock, "bedrock-mantle": self.mantle}
        patience = Patience(-1, sleep=lambda _: None)
        event = {"ResourceProperties": properties(mode, replace=replace, keep=keep)}
        if old:
            event["OldResourceProperties"] = properties(old)
        return getattr(Operations(endpoints, self.ssm, patience), operation)(event)


def properties(mode, *, replace=False, keep=False):
    return {
        "Mode": mode,
        "ReplaceExisting": str(replace).lower(),
        "KeepOnDelete": str(keep).lower(),
        "SavedModesParameter": PARAMETER,
    }


def test_create_sets_both_endpoints_and_says_so(account):
    answer = account.run("put")
    assert account.modes == ("none", "none")
    assert answer.data == {"Modes": "bedrock: none, bedrock-mantle: none"}


def test_delete_restores_that_nothing_was_set(account):
    account.run("put")
    account.run("delete")
    assert account.modes == ("inherit", "inherit")
    assert account.parameters == []


def test_delete_can_keep_the_mode(account):
    account.run("put")
    account.run("delete", keep=True)
    assert account.modes == ("none", "none")
    assert account.parameters == []


def test_a_repeated_create_does_not_forget_what_was_before(account):
    account.run("put")
    account.run("put")
    account.run("delete")
    assert account.modes == ("inherit", "inherit")


def test_an_update_sets_the_new_mode_and_remembers_the_first(account):
    account.run("put")
    account.run("put", "default", old="none")
    assert account.modes == ("default", "default")
    account.run("delete", "default")
    assert account.modes == ("inherit", "inherit")


@pytest.mark.parametrize("endpoint", ["bedrock", "mantle"])
def test_a_mode_of_somebody_else_is_not_overwritten(account, endpoint):
    getattr(account, endpoint).put_account_data_retention(mode="aws_review")
    before = account.modes
    with pytest.raises(RefusedError, match=r"aws_review\), which this stack did not set"):
        account.run("put")
    assert account.modes == before
    assert account.parameters == []


def test_a_mode_of_somebody_else_is_replaced_and_restored_on_demand(account):
    account.mantle.mode = "aws_review"
    account.run("put", replace=True)
    assert account.modes == ("none", "none")
    account.run("delete", replace=True)
    assert account.modes == ("inherit", "aws_review")


def test_a_mode_that_is_right_already_stays_after_delete(account):
    account.mantle.mode = "none"
    account.run("put")
    assert account.mantle.put == []
    account.run("delete")
    assert account.modes == ("inherit", "none")


def test_delete_leaves_alone_what_somebody_changed_since(account):
    account.run("put")
    account.mantle.mode = "default"
    account.run("delete")
    assert account.modes == ("inherit", "default")


def test_a_delete_of_what_was_never_made_changes_nothing(account):
    account.mantle.mode = "none"
    account.run("delete")
    assert account.modes == ("inherit", "none")


def test_a_region_without_the_second_endpoint_is_said(account):
    account.mantle.mode = NOT_OFFERED
    answer = account.run("put")
    assert answer.data == {"Modes": "bedrock: none, bedrock-mantle: not offered"}
    account.run("delete")
    assert account.modes == ("inherit", NOT_OFFERED)


def test_a_policy_that_forbids_restoring_is_named(account):
    account.mantle = Endpoint(allowed={"none"})
    account.run("put")
    with pytest.raises(RefusedError, match="keep_on_delete=True"):
        account.run("delete")
    assert account.parameters == [PARAMETER]


@pytest.fixture
def server(monkeypatch):
    """The endpoint as a server that remembers requests and answers with a status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            size = int(self.headers.get("Content-Length") or 0)
            made = (
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(size),
            )
            found.requests.append(made)
            body = json.dumps({"mode": "none"} if found.status == 200 else {"message": "no"})
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_PUT = do_GET  # noqa: N815 - http.server finds it by this name

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        found.requests, found.status = [], 200
        url = f"http://127.0.0.1:{found.server_port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_MANTLE", url)
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


MANTLE = Mantle(Credentials("key", "secret", "token"), "us-east-1")


def test_requests_are_signed_for_the_service(server):
    assert MANTLE.put_account_data_retention(mode="none") == {"mode": "none"}
    ((method, path, headers, body),) = server.requests
    assert (method, path, json.loads(body)) == ("PUT", "/v1/data_retention", {"mode": "none"})
    assert "/us-east-1/bedrock-mantle/aws4_request" in headers["authorization"]
    assert headers["x-amz-security-token"] == "token"


def test_reading_sends_no_body(server):
    assert MANTLE.get_account_data_retention() == {"mode": "none"}
    ((method, _, _, body),) = server.requests
    assert (method, body) == ("GET", b"")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "AccessDeniedException"),
        (429, "ThrottlingException"),
        (400, "ValidationException"),
        (500, "ServiceUnavailableException"),
    ],
)
def test_errors_are_those_of_other_services(server, status, code):
    server.status = status
    with pytest.raises(ClientError) as caught:
        MANTLE.get_account_data_retention()
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("number", "expected"),
    [(socket.EAI_NONAME, NotOfferedError), (socket.EAI_AGAIN, ClientError)],
)
def test_only_a_name_that_does_not_exist_means_not_offered(monkeypatch, number, expected):
    def unreachable(*_args, **_options):
        raise mantle_module.urllib.error.URLError(socket.gaierror(number, "no"))

    monkeypatch.setattr(mantle_module.urllib.request, "urlopen", unreachable)
    with pytest.raises(expected):
        MANTLE.get_account_data_retention()
