import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

from secure_bedrock.emulator.services import install

_TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
_NO_RETRIES = Config(retries={"total_max_attempts": 1})


@pytest.fixture(scope="session")
def endpoint():
    install()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(endpoint):
    """Makes boto3 clients of the emulator, which forgets everything after the test."""

    def make(service, region="eu-west-1", **credentials):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=credentials.pop("aws_access_key_id", "test"),
            aws_secret_access_key=credentials.pop("aws_secret_access_key", "test"),
            config=_NO_RETRIES,
            **credentials,
        )

    yield make
    BackendDict.reset()


@pytest.fixture
def refusal():
    """The error code and message with which a call is refused."""

    def refused(call, **arguments):
        try:
            call(**arguments)
        except ClientError as failure:
            details = failure.response["Error"]
            return details["Code"], details["Message"]
        return pytest.fail("the call was accepted")

    return refused


@pytest.fixture
def as_role(client):
    """A client with the credentials of a new role that has these statements."""

    def make(*statements, service="bedrock-runtime", session_policy=None, **role):
        iam, sts = client("iam"), client("sts")
        arn = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=_document(_TRUST), **role)
        arn = arn["Role"]["Arn"]
        if statements:
            policy = _document(*statements)
            iam.put_role_policy(RoleName="caller", PolicyName="inline", PolicyDocument=policy)
        limits = {"Policy": session_policy} if session_policy else {}
        session = sts.assume_role(RoleArn=arn, RoleSessionName="me", **limits)["Credentials"]
        return client(
            service,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )

    return make


def _document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
