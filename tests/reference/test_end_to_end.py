"""The reference stack through its life, with the real CDK CLI against the emulated AWS."""

import pytest

from secure_bedrock.emulator import Emulator
from secure_bedrock.guardrails.words import WordFilter
from secure_bedrock.reference import stack
from secure_bedrock.reference.assistant import assistant

pytestmark = pytest.mark.e2e

STACK = "SecureBedrock"
HERE = {"account": Emulator.account, "region": "eu-west-1"}


@pytest.fixture(scope="module")
def emulator(request):
    folder = request.config.rootpath / ".demo" / "cdk-cli"
    with Emulator(region=HERE["region"], cache_folder=folder) as running:
        running.cdk().bootstrap()
        yield running


@pytest.fixture(scope="module")
def first(emulator, reference, tmp_path_factory):
    """The stack, deployed once."""
    folder = tmp_path_factory.mktemp("first") / "cdk.out"
    reference(outdir=str(folder), **HERE)[0].synth()
    emulator.cdk().deploy(folder)
    return folder


@pytest.fixture(scope="module")
def unchanged(emulator, first):
    """What the CDK CLI says when the same assembly is deployed again."""
    return emulator.cdk().deploy(first)


@pytest.fixture(scope="module")
def changed(emulator, unchanged, reference, tmp_path_factory):
    """The stack after its guardrail was changed; the versions before and after; retention."""
    assert "failed" not in unchanged
    before = versions(emulator)
    folder = tmp_path_factory.mktemp("changed") / "cdk.out"
    with pytest.MonkeyPatch.context() as patch:
        stricter = assistant().extended(words=[WordFilter(text="project falcon")])
        patch.setattr(stack, "assistant", lambda: stricter)
        reference(outdir=str(folder), **HERE)[0].synth()
    emulator.cdk().deploy(folder)
    mode = emulator.client("bedrock").get_account_data_retention()["mode"]
    return folder, before, versions(emulator), mode


@pytest.fixture(scope="module")
def destroyed(emulator, changed):
    """The resources of the stack, after it was destroyed."""
    listed = emulator.client("cloudformation").list_stack_resources(StackName=STACK)
    resources = listed["StackResourceSummaries"]
    emulator.cdk().destroy(changed[0], STACK)
    return {each["LogicalResourceId"]: each for each in resources}


def guardrail_id(emulator):
    (only,) = emulator.client("bedrock").list_guardrails()["guardrails"]
    return only["id"]


def versions(emulator):
    listed = emulator.client("bedrock").list_guardrails(guardrailIdentifier=guardrail_id(emulator))
    return {each["version"] for each in listed["guardrails"]} - {"DRAFT"}


def of_type(resources, resource_type):
    return [
        r["PhysicalResourceId"] for r in resources.values() if r["ResourceType"] == resource_type
    ]


def test_the_first_deployment_publishes_one_version(changed):
    assert changed[1] == {"1"}


def test_a_second_deployment_changes_nothing(unchanged):
    assert "(no changes)" in unchanged


def test_a_changed_guardrail_publishes_exactly_one_version_and_keeps_the_old(changed):
    assert changed[2] == {"1", "2"}


@pytest.mark.usefixtures("changed")
def test_the_old_version_still_has_its_old_content(emulator):
    read = emulator.client("bedrock").get_guardrail
    identifier = guardrail_id(emulator)
    old, new = (read(guardrailIdentifier=identifier, guardrailVersion=v) for v in ("1", "2"))
    assert "project falcon" not in str(old["wordPolicy"])
    assert "project falcon" in str(new["wordPolicy"])


def test_destroying_keeps_keys(emulator, destroyed):
    kms = emulator.client("kms")
    keys = of_type(destroyed, "AWS::KMS::Key")
    states = {kms.describe_key(KeyId=each)["KeyMetadata"]["KeyState"] for each in keys}
    assert states == {"Enabled"}


def test_destroying_keeps_the_logs(emulator, destroyed):
    buckets = {b["Name"] for b in emulator.client("s3").list_buckets()["Buckets"]}
    groups = {g["logGroupName"] for g in emulator.client("logs").describe_log_groups()["logGroups"]}
    assert set(of_type(destroyed, "AWS::S3::Bucket")) <= buckets
    assert set(of_type(destroyed, "AWS::Logs::LogGroup")) <= groups


@pytest.mark.usefixtures("destroyed")
def test_destroying_keeps_the_guardrail_and_its_versions(emulator):
    assert versions(emulator) == {"1", "2"}


@pytest.mark.usefixtures("destroyed")
def test_destroying_turns_our_invocation_logging_off(emulator):
    found = emulator.client("bedrock").get_model_invocation_logging_configuration()
    assert "loggingConfig" not in found


def test_destroying_removes_the_invoker(emulator, destroyed):
    roles = {r["RoleName"] for r in emulator.client("iam").list_roles()["Roles"]}
    assert roles.isdisjoint(of_type(destroyed, "AWS::IAM::Role"))


def test_the_stack_keeps_nothing_of_prompts(changed):
    assert changed[3] == "none"


@pytest.mark.usefixtures("destroyed")
def test_destroying_gives_the_data_retention_back(emulator):
    assert emulator.client("bedrock").get_account_data_retention()["mode"] == "inherit"
