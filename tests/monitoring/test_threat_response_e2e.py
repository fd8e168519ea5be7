"""Signals and responses, deployed by the real CDK CLI to the emulated AWS."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock import AlertTopic, InvocationLogging, SecuritySignals, ThreatResponse
from secure_bedrock.emulator import Emulator

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def emulator(pytestconfig):
    folder = pytestconfig.rootpath / ".demo" / "cdk-cli"
    with Emulator(region="us-east-1", cache_folder=folder) as emulator:
        emulator.cdk().bootstrap()
        yield emulator


@pytest.fixture(scope="module")
def deployed(emulator, tmp_path_factory):
    folder = tmp_path_factory.mktemp("response") / "cdk.out"
    app = cdk.App(outdir=str(folder))
    environment = cdk.Environment(account=emulator.account, region=emulator.region)
    stack = cdk.Stack(app, "Guarded", env=environment)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = AlertTopic(stack, "Alerts", encryption_key=key).topic
    logging = InvocationLogging(stack, "Logging", encryption_key=key)
    response = ThreatResponse(stack, "Response", topic=topic, encryption_key=key, logging=logging)
    SecuritySignals(
        stack,
        "Signals",
        topic=topic,
        encryption_key=key,
        log_group=logging.log_group,
        keys=[key],
        response=response,
    )
    app.synth()
    emulator.cdk().deploy(folder)
    return emulator, folder


def test_the_deployed_function_restores_logging(deployed, pytestconfig):
    emulator, _ = deployed
    bedrock = emulator.client("bedrock")
    before = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    bedrock.delete_model_invocation_logging_configuration()
    file = pytestconfig.rootpath / "tests/monitoring/events/cloudtrail/logging-deleted.json"
    event = json.loads(file.read_text().replace("111122223333", emulator.account))
    names = [
        each["FunctionName"] for each in emulator.client("lambda").list_functions()["Functions"]
    ]
    (function,) = [name for name in names if "ResponseFunction" in name]
    emulator.invoke_function(function, event)
    assert bedrock.get_model_invocation_logging_configuration()["loggingConfig"] == before
