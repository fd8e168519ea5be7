import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.access.enforced_guardrail import EnforcedGuardrail
from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.guardrails.gate import GatePace, GuardrailGate
from secure_bedrock.guardrails.guardrail import SecureGuardrail
from secure_bedrock.guardrails.guardrail_set import GuardrailSet
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.testing import assert_secure

GATE = "Custom::BedrockGuardrailGate"
CASES = """\
version: 1
name: Words
cases:
  - {id: codename, text: project-x, expect: block, policy: word, category: words}
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    file = tmp_path_factory.mktemp("suites") / "words.yaml"
    file.write_text(CASES)
    return file


@pytest.fixture
def gate(env_stack, suite):
    guardrails = GuardrailSet(env_stack, "Guardrails", guardrails={"chat": GuardrailSpec()})
    return GuardrailGate(env_stack, "Gate", guardrail=guardrails["chat"], suites=[suite])


def imported(stack, version="1", **attributes):
    arn = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef"
    return SecureGuardrail.from_guardrail_attributes(
        stack, "Imported", guardrail_arn=arn, guardrail_version=version, **attributes
    )


def statements(stack, resources):
    policies = resources(stack, "AWS::IAM::ManagedPolicy")
    (found,) = [p for name, p in policies.items() if name.startswith("Gate")]
    return found["Properties"]["PolicyDocument"]["Statement"]


def test_defaults(env_stack, suite, snapshot):
    GuardrailGate(env_stack, "Gate", guardrail=imported(env_stack), suites=[suite])
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def test_who_takes_the_guardrail_from_the_gate_waits_for_it(env_stack, gate, resources):
    (name,) = resources(env_stack, GATE)
    version = env_stack.resolve(gate.guardrail.guardrail_version)
    assert version == {"Fn::GetAtt": [name, "Version"]}


def test_the_gate_tests_the_version_that_is_published(env_stack, gate, resources):
    del gate
    (properties,) = (each["Properties"] for each in resources(env_stack, GATE).values())
    (published,) = resources(env_stack, "AWS::Bedrock::GuardrailVersion")
    assert properties["Version"] == {"Fn::GetAtt": [published, "Version"]}


def test_the_handler_may_read_one_file_and_apply_one_guardrail(env_stack, gate, resources):
    found = {str(each["Action"]): each for each in statements(env_stack, resources)}
    logs, log_key = "['logs:CreateLogStream', 'logs:PutLogEvents']", "kms:GenerateDataKey"
    others = [each for each in found if each != logs and log_key not in each]
    assert others == ["s3:GetObject", "bedrock:ApplyGuardrail", "kms:Decrypt"]
    assert found["s3:GetObject"]["Resource"].endswith(f"{gate.suites.key}")


def test_the_handler_may_use_the_profile_in_every_region(env_stack, suite, resources):
    guardrail = imported(env_stack, cross_region_profile=GUARDRAIL_PROFILES["eu"])
    GuardrailGate(env_stack, "Gate", guardrail=guardrail, suites=[suite])
    apply = statements(env_stack, resources)[-1]
    assert apply["Action"] == "bedrock:ApplyGuardrail"
    assert len(apply["Resource"]) == 7


def test_permissions_are_there_before_the_test(env_stack, gate, resources):
    role = env_stack.get_logical_id(gate.handler.role.node.default_child)
    policy = env_stack.get_logical_id(gate.handler.permissions.node.default_child)
    (resource,) = resources(env_stack, GATE).values()
    assert role in resource["DependsOn"]
    attached = resources(env_stack, "AWS::IAM::Role")[role]["Properties"]["ManagedPolicyArns"]
    assert attached == [{"Ref": policy}]


def test_a_changed_case_runs_the_suite_again(app, suite, tmp_path, resources):
    changed = tmp_path / "changed.yaml"
    changed.write_text(CASES.replace("project-x", "project-y"))
    stacks = []
    for name, file in (("A", suite), ("B", changed), ("C", suite)):
        stacks.append(cdk.Stack(app, name))
        GuardrailGate(stacks[-1], "Gate", guardrail=imported(stacks[-1]), suites=[file])
    found = [each["Properties"]["Content"] for s in stacks for each in resources(s, GATE).values()]
    assert found[0] == found[2] != found[1]


def test_the_function_has_the_longest_time_and_cloudformation_waits_longer(
    env_stack, gate, resources
):
    del gate
    functions = resources(env_stack, "AWS::Lambda::Function").values()
    (timeout,) = [
        each["Properties"]["Timeout"]
        for each in functions
        if each["Properties"]["Handler"].endswith("guardrail_gate.handler")
    ]
    (resource,) = resources(env_stack, GATE).values()
    assert (timeout, resource["Properties"]["ServiceTimeout"]) == (900, "960")


def test_suites_that_take_too_long_are_refused(env_stack, suite):
    with pytest.raises(ValueError, match=r"Test/Gate: suites with 1 cases .* take 1000 s, at most"):
        GuardrailGate(
            env_stack,
            "Gate",
            guardrail=imported(env_stack),
            suites=[suite],
            pace=GatePace(requests_per_second=0.001),
        )


@pytest.mark.parametrize("name", ["requests_per_second", "units_per_second"])
@pytest.mark.parametrize("value", [0, -1, 1001])
def test_a_pace_out_of_range_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} must be more than 0, up to 1000, got {value}"):
        GatePace(**{name: value})


def test_draft_is_refused(env_stack, suite):
    with pytest.raises(ValueError, match="Test/Gate: guardrail Test/Imported has version DRAFT"):
        GuardrailGate(env_stack, "Gate", guardrail=imported(env_stack, "DRAFT"), suites=[suite])


def test_a_mistake_in_a_suite_is_one_line(env_stack, tmp_path):
    (tmp_path / "bad.yaml").write_text(CASES.replace("block", "stop").replace("word,", "words,"))
    with pytest.raises(ValueError, match=r"Test/Gate/Suites: .*expect 'stop'.*; .*") as caught:
        GuardrailGate(
            env_stack, "Gate", guardrail=imported(env_stack), suites=[tmp_path / "bad.yaml"]
        )
    assert "\n" not in str(caught.value)


def test_no_suite_is_refused(env_stack):
    with pytest.raises(ValueError, match="Test/Gate/Suites: no suite"):
        GuardrailGate(env_stack, "Gate", guardrail=imported(env_stack), suites=[])


def test_what_is_uploaded_are_the_cases(app, suite):
    stack = cdk.Stack(app, "Stack")
    GuardrailGate(stack, "Gate", guardrail=imported(stack), suites=[suite])
    files = Path(app.synth().directory).glob("asset.*.json")
    uploaded = [json.loads(each.read_text()) for each in files]
    assert [s["cases"][0]["texts"] for found in uploaded for s in found] == [["project-x"]]


def test_no_rule_of_any_profile_finds_anything(env_stack, suite):
    GuardrailGate(env_stack, "Gate", guardrail=imported(env_stack), suites=[suite])
    assert_secure(env_stack, profile=["strict", "residency", "agentic"], unknown="fail")


def test_callers_are_granted_what_the_guardrail_takes(env_stack, gate, resources):
    role = iam.Role(env_stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    gate.guardrail.grant_apply(role)
    (policy,) = resources(env_stack, "AWS::IAM::Policy").values()
    actions = [s["Action"] for s in policy["Properties"]["PolicyDocument"]["Statement"]]
    assert actions == ["bedrock:ApplyGuardrail", "kms:Decrypt"]


def test_what_everybody_has_to_use_waits_for_the_gate(env_stack, gate, resources):
    EnforcedGuardrail(env_stack, "Enforced", guardrail=gate.guardrail)
    (enforced,) = resources(env_stack, "AWS::Bedrock::EnforcedGuardrailConfiguration").values()
    (name,) = resources(env_stack, GATE)
    assert enforced["Properties"]["GuardrailVersion"] == {"Fn::GetAtt": [name, "Version"]}
