"""Prowler looks at the deployed reference stack in the emulated AWS, as it would at an account."""

import json
import os
import subprocess

import pytest

from secure_bedrock.emulator import Emulator

pytestmark = pytest.mark.audit

STACK = "SecureBedrock"
SERVICES = ("bedrock", "kms", "s3", "cloudtrail")


@pytest.fixture(scope="module")
def deployed(request, reference_assembly):
    with Emulator(cache_folder=request.config.rootpath / ".demo" / "cdk-cli") as emulator:
        emulator.cdk().bootstrap()
        emulator.cdk().deploy(reference_assembly)
        yield emulator


@pytest.fixture(scope="module")
def findings(deployed, scanner, tmp_path_factory):
    """What Prowler says of the stack's own resources: (check, resource) -> status."""
    folder = tmp_path_factory.mktemp("report")
    subprocess.run(
        [
            scanner("prowler"), "aws", "--services", *SERVICES, "--region", "eu-west-1",
            "--output-modes", "json-ocsf", "--output-directory", str(folder),
            "--output-filename", "report", "--no-banner", "--ignore-exit-code-3",
        ],
        env=os.environ | deployed.environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    listed = deployed.client("cloudformation").list_stack_resources(StackName=STACK)
    own = {r["PhysicalResourceId"] for r in listed["StackResourceSummaries"]}
    found = {}
    for event in json.loads((folder / "report.ocsf.json").read_text()):
        name = event["resources"][0]["name"]
        arn = event["resources"][0]["uid"]
        if name in own or arn.rsplit("/", 1)[-1] in own or arn.rsplit(":", 1)[-1] in own:
            found[event["metadata"]["event_code"], name] = event["status_code"]
    return found


def test_prowler_sees_keys_buckets_and_guardrail(findings):
    services = {check.split("_")[0] for check, _ in findings}
    assert {"kms", "s3", "bedrock"} <= services


ACCEPTED = {
    "bedrock_vpc_endpoints_configured": "wants a bedrock-mantle endpoint, left out on purpose",
    "s3_bucket_cross_region_replication": "logs stay in their Region",
    "s3_bucket_event_notifications_enabled": "nobody waits for events of the log buckets",
    "s3_bucket_kms_encryption": "access logs cannot go to a bucket with default KMS encryption",
    "s3_bucket_no_mfa_delete": "takes the root user's second factor, not CloudFormation",
    "s3_bucket_object_lock": "an option of InvocationLogging, which a stack cannot undo",
    "s3_bucket_server_access_logging_enabled": "the bucket that receives access logs",
}


def test_prowler_finds_nothing_that_is_not_accepted(findings):
    failed = {key for key, status in findings.items() if status == "FAIL"}
    assert {(check, name) for check, name in failed if check not in ACCEPTED} == set()
