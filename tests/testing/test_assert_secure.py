import json
import subprocess
import sys
import warnings

import aws_cdk as cdk
import pytest
from aws_cdk import aws_bedrock as bedrock
from aws_cdk.assertions import Template

from secure_bedrock.rules import Parameters
from secure_bedrock.testing import UnknownUntilDeploymentWarning, assert_secure

BAD = {"Resources": {"G": {"Type": "AWS::Bedrock::Guardrail", "Properties": {}}}}
GOOD = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
UNKNOWN = {
    "Metadata": {
        "secure-bedrock": {
            "acknowledge": [{"id": id, "reason": "r"} for id in ("GRD03", "GRD06", "GRD11")]
        }
    },
    "Parameters": {"Key": {"Type": "String"}},
    "Resources": {
        "G": {"Type": "AWS::Bedrock::Guardrail", "Properties": {"KmsKeyArn": {"Ref": "Key"}}}
    },
}


def guardrail(scope, id="Guardrail", **properties):
    messages = {"blocked_input_messaging": "no", "blocked_outputs_messaging": "no"}
    return bedrock.CfnGuardrail(scope, id, name=id, **messages, **properties)


def acknowledge(construct, *ids):
    for id in ids:
        entry = cdk.Acknowledgment(id=f"BedrockSecurityChecks::{id}", reason="tried here")
        cdk.Validations.of(construct).acknowledge(entry)


def broken(subject, **options):
    with pytest.raises(AssertionError) as failed:
        assert_secure(subject, **options)
    return str(failed.value)


def test_a_secure_template_passes():
    assert_secure(GOOD, profile=["strict", "residency", "agentic"])


def test_the_message_lists_place_problem_and_fix():
    lines = broken(BAD).splitlines()
    assert lines[0] == "4 findings"
    at = lines.index("  GRD06 high: G Properties.ContentPolicyConfig.FiltersConfig")
    assert lines[at + 1] == "    no PROMPT_ATTACK filter is configured"
    assert lines[at + 2].startswith("    Fix: Add a PROMPT_ATTACK filter")


@pytest.mark.parametrize("form", [str, lambda path: path, lambda path: path.parent])
def test_files_and_folders(tmp_path, form):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(BAD, indent=1))
    assert "a.json:5: G " in broken(form(file))


def test_a_template_of_the_cdk(stack):
    guardrail(stack)
    assert "GRD06 high: Guardrail " in broken(Template.from_stack(stack))


def test_an_empty_template_of_the_cdk_passes(stack):
    assert_secure(Template.from_stack(stack))


def test_a_stack(stack):
    guardrail(stack)
    message = broken(stack)
    assert "GRD06 high: " in message
    assert ": Test/Guardrail Properties.ContentPolicyConfig" in message


def test_findings_of_other_stacks_do_not_count(app, stack):
    guardrail(cdk.Stack(app, "Other"))
    assert_secure(stack)


def test_what_a_stack_takes_from_another_is_known(app, stack):
    key = cdk.aws_kms.Key(cdk.Stack(app, "Keys"), "Key")
    guardrail(stack, kms_key_arn=key.key_arn)
    assert "GRD02" not in broken(stack)


def test_nested_stacks_are_judged_with_their_parent(stack):
    nested = cdk.NestedStack(stack, "Nested")
    guardrail(nested)
    assert "Test/Nested/Guardrail" in broken(stack)
    assert "Test/Nested/Guardrail" in broken(nested)


def test_a_stack_of_a_stage(app):
    stack = cdk.Stack(cdk.Stage(app, "Prod"), "Stack")
    guardrail(stack)
    assert "Prod/Stack/Guardrail" in broken(stack)


@pytest.mark.parametrize("where", ["resource", "stack", "app"])
def test_native_acknowledgements_count(app, stack, where):
    resource = guardrail(stack)
    place = {"resource": resource, "stack": stack, "app": app}[where]
    acknowledge(place, "GRD06")
    message = broken(stack)
    assert "GRD06" not in message
    assert "GRD03" in message


def test_a_native_acknowledgement_of_one_finding_leaves_others_open(stack):
    resource = guardrail(stack)
    acknowledge(resource, "GRD06[Properties.KmsKeyArn]", "GRD02[Properties.KmsKeyArn]")
    message = broken(stack)
    assert "GRD06" in message
    assert "GRD02" not in message


def test_unknown_findings_warn():
    with pytest.warns(UnknownUntilDeploymentWarning, match="1 findings .*; GRD02 G Properties.Kms"):
        assert_secure(UNKNOWN)


def test_unknown_findings_can_only_be_counted():
    with pytest.warns(UnknownUntilDeploymentWarning, match="1 findings .* deployment$"):
        assert_secure(UNKNOWN, unknown="count")


def test_unknown_findings_can_fail():
    assert "GRD02 medium unknown until deployment: G " in broken(UNKNOWN, unknown="fail")


def test_below_fail_on_nothing_fails():
    assert_secure(BAD, fail_on="critical")


def test_profiles_and_parameters_reach_the_rules():
    parameters = Parameters(required_pii_types=("EMAIL",))
    plain, more = broken(BAD), broken(BAD, profile="strict", parameters=parameters)
    assert len(more) > len(plain)


def test_region_and_account_reach_the_rules():
    key = {"Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/bedrock"}
    template = {
        "Resources": {
            "G": {"Type": BAD["Resources"]["G"]["Type"], "Properties": {"KmsKeyArn": key}}
        }
    }
    shown = broken(template, region="eu-west-1", account="111122223333")
    assert "arn:aws:kms:eu-west-1:111122223333:alias" in shown


@pytest.mark.parametrize("subject", [{}, {"Resources": []}, 7, [], None])
def test_what_is_no_template_is_refused(subject):
    with pytest.raises(ValueError, match="is no template: give a parsed template, a path"):
        assert_secure(subject)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"nope\.json: does not exist"):
        assert_secure(tmp_path / "nope.json")


@pytest.mark.parametrize("option", ["fail_on", "unknown", "profile"])
def test_a_wrong_choice_is_refused(option):
    with pytest.raises(ValueError, match="'nope'"):
        assert_secure(GOOD, **{option: "nope"})


def test_templates_are_judged_without_the_cdk():
    code = (
        "import sys; from secure_bedrock.testing import assert_secure\n"
        f"assert_secure({GOOD!r})\n"
        "sys.exit('aws_cdk' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_warns_without_unknown_findings():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert_secure(GOOD)
    assert caught == []
