"""A quota from a call to its denial and back, with the real CDK CLI against the emulated AWS."""

import json
import threading
import time

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    DenyOverQuota,
    InvocationLogs,
    QuotaLimit,
    QuotaPeriod,
    QuotaSubject,
    TokenQuota,
)
from secure_bedrock.emulator import Emulator

pytestmark = pytest.mark.e2e

GROUP, ROLE, SECONDS = "invocations", "quota-app", 60


@pytest.fixture(scope="module")
def deployed(request, tmp_path_factory):
    cache = request.config.rootpath / ".demo" / "cdk-cli"
    folder = tmp_path_factory.mktemp("quota") / "cdk.out"
    with Emulator(cache_folder=cache) as emulator:
        emulator.cdk().bootstrap()
        synthesize(emulator, folder)
        emulator.cdk().deploy(folder)
        yield emulator, folder


def synthesize(emulator, folder):
    app = cdk.App(outdir=str(folder))
    environment = cdk.Environment(account=emulator.account, region=emulator.region)
    stack = cdk.Stack(app, "Quota", env=environment)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    role = iam.Role(
        stack, "App", role_name=ROLE, assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com")
    )
    group = logs.LogGroup(
        stack, "Logs", log_group_name=GROUP, removal_policy=cdk.RemovalPolicy.DESTROY
    )
    TokenQuota(
        stack,
        "TokenQuota",
        limits=[QuotaLimit(per=QuotaSubject.PRINCIPAL, period=QuotaPeriod.DAY, tokens=100)],
        over_limit=DenyOverQuota(roles=[role]),
        invocation_logs=InvocationLogs(log_group=group),
        topic=sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True),
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    app.synth()


def log(emulator, session, tokens):
    """What Amazon Bedrock would log of a call."""
    record = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": current_time(),
        "accountId": emulator.account,
        "region": emulator.region,
        "requestId": f"{session}-{tokens}",
        "modelId": "amazon.nova-lite-v1:0",
        "identity": {"arn": f"arn:aws:sts::{emulator.account}:assumed-role/{ROLE}/{session}"},
        "input": {"inputTokenCount": tokens},
        "output": {"outputTokenCount": 0, "outputBodyJson": {}},
    }
    event = {"timestamp": int(time.time() * 1000), "message": json.dumps(record)}
    client = emulator.client("logs")
    stream = f"s-{session}-{tokens}"
    client.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    client.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=[event])


def current_time():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def eventually(condition):
    """Whether it becomes true while the function runs in a process of its own."""
    pause, end = threading.Event(), time.monotonic() + SECONDS
    while not (met := condition()) and time.monotonic() < end:
        pause.wait(0.2)
    return met


def denied(emulator):
    client = emulator.client("iam")
    names = client.list_role_policies(RoleName=ROLE)["PolicyNames"]
    found = [client.get_role_policy(RoleName=ROLE, PolicyName=n)["PolicyDocument"] for n in names]
    return [d["Statement"][0]["Condition"]["StringLike"]["aws:userid"] for d in found]


def test_a_logged_call_over_the_limit_is_denied_and_a_destroyed_stack_denies_nobody(deployed):
    emulator, folder = deployed
    log(emulator, "bob", 99)
    log(emulator, "ann", 100)
    assert eventually(lambda: denied(emulator)) == ["*:ann"]
    (function,) = [
        f["FunctionName"]
        for f in emulator.client("lambda").list_functions()["Functions"]
        if "TokenQuota" in f["FunctionName"]
    ]
    emulator.invoke_function(function, {"sweep": True})
    assert denied(emulator) == ["*:ann"]
    emulator.cdk().destroy(folder)
    roles = [r["RoleName"] for r in emulator.client("iam").list_roles()["Roles"]]
    assert ROLE not in roles
