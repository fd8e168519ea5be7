import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock.custom_resources import handler_function
from secure_bedrock.custom_resources.handler_function import HandlerFunction

HANDLERS = Path(handler_function.__file__).parent / "assets" / "handlers"
MODULES = sorted(path.stem for path in HANDLERS.glob("*.py") if "handler(" in path.read_text())


def build(stack, **options):
    function = HandlerFunction(
        stack,
        "Handler",
        module="invocation_logging",
        description="For tests",
        statements=[iam.PolicyStatement(actions=["bedrock:ListGuardrails"], resources=["*"])],
        encryption_key=kms.Key(stack, "Key"),
        **options,
    )
    function.resource("Resource", resource_type="Custom::Test", properties={"A": "1"})
    return function


def only(resources, stack, resource_type):
    (resource,) = resources(stack, resource_type).values()
    return resource


def test_defaults(stack, snapshot):
    build(stack)
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_the_role_may_do_what_is_stated_and_write_its_log(stack, resources):
    build(stack)
    policy = only(resources, stack, "AWS::IAM::ManagedPolicy")["Properties"]["PolicyDocument"]
    actions = [statement["Action"] for statement in policy["Statement"]]
    assert actions[:2] == ["bedrock:ListGuardrails", ["logs:CreateLogStream", "logs:PutLogEvents"]]
    assert {action.split(":")[0] for action in actions[2]} == {"kms"}
    assert len(actions) == 3


def test_the_role_has_no_other_policy(stack, resources):
    build(stack)
    role = only(resources, stack, "AWS::IAM::Role")["Properties"]
    assert len(role["ManagedPolicyArns"]) == 1
    assert resources(stack, "AWS::IAM::Policy") == {}


def test_it_writes_to_its_own_encrypted_log_group(stack, resources):
    build(stack)
    (name,) = resources(stack, "AWS::Logs::LogGroup")
    group = only(resources, stack, "AWS::Logs::LogGroup")
    function = only(resources, stack, "AWS::Lambda::Function")["Properties"]
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": name}}
    assert "KmsKeyId" in group["Properties"]
    assert group["DeletionPolicy"] == "Retain"


def test_the_log_group_can_go(stack, resources):
    build(stack, removal_policy=cdk.RemovalPolicy.DESTROY)
    assert only(resources, stack, "AWS::Logs::LogGroup")["DeletionPolicy"] == "Delete"


def test_the_resource_waits_for_the_role(stack, resources):
    build(stack)
    (role,) = resources(stack, "AWS::IAM::Role")
    assert only(resources, stack, "Custom::Test")["DependsOn"] == [role]


def test_cloudformation_waits_longer_than_the_function_runs(stack, resources):
    build(stack)
    seconds = only(resources, stack, "AWS::Lambda::Function")["Properties"]["Timeout"]
    waits = only(resources, stack, "Custom::Test")["Properties"]["ServiceTimeout"]
    assert seconds < int(waits) < 600


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("assembly")))
    build(cdk.Stack(app, "Test"))
    (asset,) = [p for p in Path(app.synth().directory).glob("asset.*") if p.is_dir()]
    return asset


def test_no_bytecode_is_packaged(packaged):
    assert [p for p in packaged.rglob("*") if p.suffix == ".pyc" or p.name == "__pycache__"] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_packaged_handler_loads_without_this_library(packaged, module):
    code = (
        f"import sys, handlers.{module} as m; "
        "sys.exit(not callable(m.handler) or 'secure_bedrock' in sys.modules)"
    )
    command = [sys.executable, "-B", "-c", code]
    assert subprocess.run(command, cwd=packaged, check=False).returncode == 0
