"""What the emulator deployed is what its templates claim, and what was changed is not."""

import json
import time
from pathlib import Path

import pytest

from secure_bedrock.emulator import Emulator
from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.stack import load
from secure_bedrock.verification.verify import Verification

TEMPLATES = Path(__file__).parents[1] / "emulator/templates"
WITHOUT_READER = {
    "AWS::Bedrock::EnforcedGuardrailConfiguration",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::ECR::Repository",
    "AWS::IAM::InstanceProfile",
    "AWS::Organizations::Policy",
}


@pytest.fixture(scope="module")
def emulator():
    with Emulator(region="eu-west-1") as running:
        yield running


@pytest.fixture(scope="module")
def root(emulator):
    organizations = emulator.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    found = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=found, PolicyType="SERVICE_CONTROL_POLICY")
    return found


@pytest.fixture(scope="module")
def deployed(emulator, root):
    """Reports of one template of the emulator's own tests, deployed once."""

    def reports(name):
        template = json.loads((TEMPLATES / f"{name}.json").read_text())
        given = [
            {"ParameterKey": key, "ParameterValue": root} for key in template.get("Parameters", {})
        ]
        cloudformation = emulator.client("cloudformation")
        cloudformation.create_stack(
            StackName=name, TemplateBody=json.dumps(template), Parameters=given
        )
        ends = time.monotonic() + 60
        while _status(cloudformation, name).endswith("_IN_PROGRESS") and time.monotonic() < ends:
            pass
        assert _status(cloudformation, name) == "CREATE_COMPLETE"
        aws = Aws(region="eu-west-1", endpoint_url=emulator.endpoint_url)
        return list(Verification(aws, load(aws, name)))

    return reports


def _status(cloudformation, name):
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]


@pytest.mark.parametrize("name", sorted(path.stem for path in TEMPLATES.glob("*.json")))
def test_what_was_deployed_is_as_claimed(deployed, name):
    reports = deployed(name)
    different = {r.logical_id: r.differences for r in reports if r.outcome == "differs"}
    unread = {r.type for r in reports if r.outcome == "not verified"}
    assert reports
    assert different == {}
    assert unread <= WITHOUT_READER
