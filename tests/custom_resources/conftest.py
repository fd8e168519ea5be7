import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.invocation_logging import Operations
from secure_bedrock.custom_resources.assets.handlers.patience import Patience

STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/S/0a1b2c3d"


class ResponseUrl:
    """CloudFormation's side of the protocol: a URL that takes one answer per PUT."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/answer?signature=x"
        self.bodies = []
        self.headers = []
        self.statuses = []

    @property
    def answer(self):
        assert len(self.bodies) == 1
        return json.loads(self.bodies[0])


class Clock:
    def __init__(self):
        self.time = 0.0
        self.slept = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds


class Account:
    """An emulated account whose API calls are recorded, and can be made to fail."""

    def __init__(self, session):
        self.clock = Clock()
        self.calls = []
        self.bedrock = self._watched(session.client("bedrock"))
        self.ssm = self._watched(session.client("ssm"))
        self._eyes = session.client("bedrock")
        self._faults = []

    def operations(self):
        return Operations(self.bedrock, self.ssm, self.patience(120))

    def patience(self, seconds):
        return Patience(seconds, sleep=self.clock.sleep, now=self.clock.now)

    def fail(self, operation, code, message="", *, times):
        self._faults += [(operation, code, message)] * times

    @property
    def configuration(self):
        return self._eyes.get_model_invocation_logging_configuration().get("loggingConfig") or {}

    @configuration.setter
    def configuration(self, value):
        self._eyes.put_model_invocation_logging_configuration(loggingConfig=value)

    def _watched(self, client):
        client.meta.events.register_first("before-call", self._before_call)
        return client

    def _before_call(self, model, **_):
        self.calls.append(f"{model.service_model.service_name}:{model.name}")
        for fault in self._faults:
            operation, code, message = fault
            if operation == model.name:
                self._faults.remove(fault)
                error = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {}}
                return AWSResponse(None, 400, {}, None), error
        return None


@pytest.fixture
def response_url():
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = endpoint.statuses.pop(0) if endpoint.statuses else 200
            if status == 200:
                endpoint.bodies.append(body)
                endpoint.headers.append(self.headers)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        endpoint = ResponseUrl(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield endpoint
        server.shutdown()
        thread.join()


@pytest.fixture
def event(response_url):
    """An event as CloudFormation sends it."""

    def of_type(request_type, properties=None, **more):
        return {
            "RequestType": request_type,
            "ResponseURL": response_url.url,
            "StackId": STACK,
            "RequestId": "8f2c",
            "LogicalResourceId": "Logging",
            "ResourceType": "Custom::BedrockInvocationLogging",
            "ResourceProperties": properties or {},
            **more,
        }

    return of_type


@pytest.fixture(scope="session")
def session():
    return boto3.Session()


@pytest.fixture
def account(session):
    with mock_aws():
        yield Account(session)
