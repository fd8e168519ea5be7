import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.invocation_logging import Operations
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.emulator.services import install

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


BEDROCK = {"Service": "bedrock.amazonaws.com"}
ROLE = "delivery"


class Clock:
    """Time that passes only while somebody sleeps; ``meanwhile`` happens in the second sleep."""

    def __init__(self):
        self.time = 0.0
        self.slept = []
        self.meanwhile = None

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds
        if self.meanwhile and len(self.slept) == 2:
            self.meanwhile()


class Account:
    """An emulated account whose API calls are recorded, and can be made to fail.

    Putting a logging configuration is checked as AWS checks it: destinations have to exist and let
    Amazon Bedrock in.
    """

    def __init__(self, clients, watched):
        self.clock = Clock()
        self.s3, self.logs, self.iam = clients["s3"], clients["logs"], clients["iam"]
        self.calls = []
        self.bedrock, self.ssm = watched["bedrock"], watched["ssm"]
        self._eyes = clients["bedrock"]
        self._faults = []

    def destination(self, name):
        """A log group and a bucket of that name that Amazon Bedrock may write to."""
        self.logs.create_log_group(logGroupName=name)
        where = {"LocationConstraint": "eu-west-1"}
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        self.let_bedrock_into_bucket(name)

    def let_bedrock_into_bucket(self, name):
        resource = f"arn:aws:s3:::{name}/*"
        statement = {"Action": "s3:PutObject", "Resource": resource, "Principal": BEDROCK}
        self.s3.put_bucket_policy(Bucket=name, Policy=document(statement))

    def delivery_role(self):
        trust = document({"Action": "sts:AssumeRole", "Principal": BEDROCK})
        self.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)
        self.let_role_write()

    def let_role_write(self):
        write = {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
        self.iam.put_role_policy(RoleName=ROLE, PolicyName="p", PolicyDocument=document(write))

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

    def before_call(self, model, **_):
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


def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


@pytest.fixture(scope="session")
def session():
    install()
    return boto3.Session()


@pytest.fixture(scope="session")
def clients(session):
    return {name: session.client(name) for name in ("s3", "logs", "iam", "bedrock")}


@pytest.fixture(scope="session")
def watched(session):
    return {name: session.client(name) for name in ("bedrock", "ssm")}


@pytest.fixture
def account(clients, watched):
    account = Account(clients, watched)
    for client in watched.values():
        client.meta.events.register_first("before-call", account.before_call)
    with mock_aws():
        account.delivery_role()
        yield account
    for client in watched.values():
        client.meta.events.unregister("before-call", account.before_call)
