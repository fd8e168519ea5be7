import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_bedrock as bedrock

from secure_bedrock.findings.assembly import Assembly, ours


@pytest.fixture
def cloud(tmp_path, feature_flags, result):
    """What is open and acknowledged in the assembly of an app that `build` fills."""

    def rules(build):
        app = cdk.App(outdir=str(tmp_path / "cdk.out"), context=feature_flags)
        stack = cdk.Stack(app, "Stack")
        build(stack)
        app.synth()
        found = result(tmp_path / "cdk.out").found
        return {
            state: sorted((e.construct_path, e.finding.rule_id) for e in found if e.state == state)
            for state in ("open", "acknowledged")
        }

    return rules


def resource_in(scope, id="A"):
    messages = {"blocked_input_messaging": "no", "blocked_outputs_messaging": "no"}
    return bedrock.CfnGuardrail(scope, id, name=id, **messages)


def accept(construct, id):
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=id, reason="tried here"))


def test_on_a_resource_it_covers_that_resource(cloud):
    def build(stack):
        accept(resource_in(stack), "BedrockSecurityChecks::GRD06")
        resource_in(stack, "AB")

    found = cloud(build)
    assert found["acknowledged"] == [("Stack/A", "GRD06")]
    assert ("Stack/AB", "GRD06") in found["open"]


def test_on_a_stack_it_covers_all_in_it(cloud):
    def build(stack):
        accept(stack, "BedrockSecurityChecks::GRD06")
        resource_in(cdk.NestedStack(stack, "Nested"))
        resource_in(stack)

    found = cloud(build)
    assert found["acknowledged"] == [("Stack/A", "GRD06"), ("Stack/Nested/A", "GRD06")]


def test_one_finding_can_be_acknowledged(cloud):
    def build(stack):
        resource = resource_in(stack)
        accept(resource, "BedrockSecurityChecks::GRD06[Properties.ContentPolicyConfig]")
        accept(resource, "BedrockSecurityChecks::GRD11[Properties.Other]")

    assert cloud(build)["acknowledged"] == [("Stack/A", "GRD06")]


@pytest.mark.parametrize("id", ["GRD06", "BedrockSecurityChecks-GRD06", "Other::GRD06"])
def test_other_forms_do_not_acknowledge_here_either(cloud, id):
    assert cloud(lambda stack: accept(resource_in(stack), id))["acknowledged"] == []


def test_an_entry_without_reason_does_nothing():
    assert ours({"BedrockSecurityChecks::GRD06": " ", "BedrockSecurityChecks::GRD02": "r"}) == {
        "GRD02": "r"
    }


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        '{"artifacts": 7}',
        '{"artifacts": {"S": 7}}',
        '{"artifacts": {"S": {"metadata": {"/S": [7, {"type": "aws:cdk:acknowledged-rules"}]}}}}',
        '{"artifacts": {"S": {"additionalMetadataFile": "nope.json"}}}',
    ],
)
def test_a_malformed_manifest_acknowledges_nothing(write, result, guardrail, manifest):
    write("manifest.json", manifest)
    write("a.json", guardrail())
    assert {each.state for each in result().found} == {"open"}


def test_acknowledgements_in_the_manifest_itself_count(write, result, guardrail):
    data = {"BedrockSecurityChecks::GRD06": "tried here"}
    entry = {"type": "aws:cdk:acknowledged-rules", "data": data}
    write("manifest.json", json.dumps({"artifacts": {"S": {"metadata": {"/S/G": [entry]}}}}))
    template = guardrail()
    template["Resources"]["Guardrail"]["Metadata"] = {"aws:cdk:path": "S/G"}
    file = write("a.json", template)
    found = {each.finding.rule_id: each.state for each in result(file).found}
    assert found["GRD06"] == "acknowledged"


def test_the_manifest_is_read_once_for_the_templates_of_a_folder(
    write, result, guardrail, monkeypatch
):
    write("a.json", guardrail())
    write("b.json", guardrail())
    made = []
    monkeypatch.setattr(
        "secure_bedrock.findings.result.Assembly", lambda f: made.append(f) or Assembly(f)
    )
    result()
    assert len(set(made)) == 1
