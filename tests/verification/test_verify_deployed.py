"""What the emulator deployed is what its templates claim, and what was changed is not."""

import json
import time
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.verify import command
from secure_bedrock.emulator import Emulator
from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.stack import load
from secure_bedrock.verification.verify import Verification

TEMPLATES = Path(__file__).parents[1] / "emulator/templates"
WITHOUT_READER = {
    "AWS::Bedrock::DataSource",
    "AWS::Bedrock::KnowledgeBase",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::ECR::Repository",
    "AWS::IAM::InstanceProfile",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
    "AWS::S3Vectors::Index",
    "AWS::S3Vectors::VectorBucket",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
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

    @cache
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


def test_the_command_finds_what_was_changed_after_the_deployment(emulator, deployed):
    deployed("cost")
    arguments = ["--stack", "cost", "--region", "eu-west-1", "--json"]
    arguments += ["--endpoint-url", emulator.endpoint_url]
    assert CliRunner().invoke(command, arguments).exit_code == 0
    _raise_the_limit(emulator.client("budgets"))
    done = CliRunner().invoke(command, arguments)
    found = [r for r in json.loads(done.stdout)["resources"] if r["outcome"] == "differs"]
    assert done.exit_code == 1
    assert [d["path"] for r in found for d in r["differences"]] == ["Budget.BudgetLimit.Amount"]


def _raise_the_limit(budgets):
    account = "123456789012"
    budget = next(
        each
        for each in budgets.describe_budgets(AccountId=account)["Budgets"]
        if "BudgetLimit" in each
    )
    limit = {"Amount": "1000000", "Unit": "USD"}
    kept = {key: budget[key] for key in ("BudgetName", "BudgetType", "TimeUnit")}
    shown = budgets.describe_budget(
        AccountId=account, BudgetName=budget["BudgetName"], ShowFilterExpression=True
    )["Budget"]
    kept |= {key: shown[key] for key in ("FilterExpression", "Metrics") if key in shown}
    budgets.update_budget(AccountId=account, NewBudget={**kept, "BudgetLimit": limit})
