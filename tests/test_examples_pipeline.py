"""What the pipeline example promises, read from its templates."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def assembly(tmp_path_factory):
    """The example, run in this process: it sees no CDK_OUTDIR, so its assembly is where it says."""
    spec = importlib.util.spec_from_file_location(
        "delivery_pipeline", ROOT / "examples/delivery_pipeline.py"
    )
    example = importlib.util.module_from_spec(spec)
    folder = tmp_path_factory.mktemp("run")
    before = Path.cwd()
    os.chdir(folder)
    try:
        spec.loader.exec_module(example)
        return Path(example.app.synth().directory)
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def template(assembly):
    return json.loads((assembly / "Delivery.template.json").read_text())


@pytest.fixture(scope="module")
def stages(template):
    """Stage -> names of its actions in the order in which they run."""
    (pipeline,) = of_type(template, "AWS::CodePipeline::Pipeline")
    return {
        stage["Name"]: [
            action["Name"] for action in sorted(stage["Actions"], key=lambda a: a["RunOrder"])
        ]
        for stage in pipeline["Stages"]
    }


def of_type(template, resource_type):
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == resource_type]


def environment(assembly, name):
    (path,) = assembly.glob(f"assembly-Delivery-{name}/*.template.json")
    return json.loads(path.read_text())


def statements(template, role):
    """Statements of policies that are attached to roles whose logical id begins so."""
    return [
        statement
        for policy in of_type(template, "AWS::IAM::Policy")
        if policy["Roles"][0]["Ref"].startswith(role)
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_environments_follow_one_another(stages):
    names = list(stages)
    assert names.index("dev") < names.index("test") < names.index("prod")


def test_findings_stop_the_pipeline_where_templates_are_made(template):
    builds = [p["Source"]["BuildSpec"] for p in of_type(template, "AWS::CodeBuild::Project")]
    (synth,) = [text for text in map(str, builds) if "aws-cdk@2 synth" in text]
    assert synth.index("aws-cdk@2 synth") < synth.index("secure-bedrock check cdk.out")


def test_the_suite_runs_after_the_deployment_to_test(stages):
    assert stages["test"].index("Chat.Deploy") < stages["test"].index("GuardrailSuite")


def test_nothing_reaches_production_without_a_person(stages):
    actions = stages["prod"]
    assert actions.index("Approve") < actions.index("Chat.Prepare") < actions.index("Chat.Deploy")


def test_every_environment_has_a_key_of_its_own(assembly):
    for name in ("dev", "test", "prod"):
        keys = of_type(environment(assembly, name), "AWS::KMS::Key")
        assert [key["EnableKeyRotation"] for key in keys] == [True]


def test_artifacts_have_a_key_that_is_rotated(template):
    (key,) = of_type(template, "AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True


def test_the_suite_may_take_on_one_role_and_call_nothing_of_bedrock(template):
    allowed = statements(template, "SuiteRunner")
    actions = {
        a for s in allowed for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
    }
    assert not [action for action in actions if action.startswith("bedrock")]
    (assume,) = [s for s in allowed if s["Action"] == "sts:AssumeRole"]
    assert assume["Resource"] == "arn:aws:iam::333344445555:role/bedrock-guardrail-tester"


def test_the_tester_can_be_taken_on_by_the_suite_only(assembly):
    template = environment(assembly, "test")
    (role,) = [
        r
        for r in of_type(template, "AWS::IAM::Role")
        if r.get("RoleName") == "bedrock-guardrail-tester"
    ]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    runner = "arn:aws:iam::111122223333:role/bedrock-suite-runner"
    assert trust["Condition"] == {"ArnEquals": {"aws:PrincipalArn": runner}}
    assert "111122223333" in json.dumps(trust["Principal"])


def test_the_tester_may_do_what_guardrail_test_calls_and_no_more(assembly):
    actions = {
        action
        for statement in statements(environment(assembly, "test"), "Tester")
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert actions == {
        "bedrock:ApplyGuardrail",
        "bedrock:GetGuardrail",
        "bedrock:ListGuardrails",
        "kms:Decrypt",
    }


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_other_environments_have_no_tester(assembly, name):
    assert "bedrock-guardrail-tester" not in json.dumps(environment(assembly, name))
