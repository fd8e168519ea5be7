import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_bedrock as bedrock

from secure_bedrock.checks import BedrockSecurityChecks
from secure_bedrock.rules import RULES

FILTERS = "Properties.ContentPolicyConfig.FiltersConfig"


@pytest.fixture
def assembly(tmp_path):
    return cdk.App(outdir=str(tmp_path))


@pytest.fixture
def report(assembly, tmp_path):
    """Synthesize with the pack: open and acknowledged violations as (rule, construct path)."""

    def synthesize(**options):
        cdk.Validations.of(assembly).add_plugins(BedrockSecurityChecks(**options))
        try:
            assembly.synth()
            failed = False
        except RuntimeError as error:
            failed = "ValidationFailed" in str(error)
        file = tmp_path / "validation-report.json"
        found = json.loads(file.read_text())["pluginReports"] if file.exists() else []
        return Reported(failed, found)

    return synthesize


class Reported:
    def __init__(self, failed, plugins):
        self.failed = failed
        self.plugin = next((p for p in plugins if p["pluginName"] == "BedrockSecurityChecks"), {})

    def of(self, key, rule_id="GRD"):
        return {
            (violation["ruleName"], construct["constructPath"])
            for violation in self.plugin.get(key, [])
            for construct in violation["violatingConstructs"]
            if violation["ruleName"].startswith(rule_id)
        }

    def open(self, rule_id="GRD"):
        return self.of("violations", rule_id)

    def accepted(self, rule_id="GRD"):
        return self.of("suppressedViolations", rule_id)


def guardrail(scope, id="Guardrail", **properties):
    messages = {"blocked_input_messaging": "no", "blocked_outputs_messaging": "no"}
    return bedrock.CfnGuardrail(scope, id, name=id, **messages, **properties)


def acknowledge(construct, id, reason="accepted for this test"):
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=id, reason=reason))


def test_a_broken_rule_fails_the_synthesis_and_names_the_construct(assembly, report):
    guardrail(cdk.Stack(assembly, "Stack"))
    result = report()
    assert result.failed
    assert ("GRD06", "Stack/Guardrail") in result.open()


def test_nothing_to_say_about_an_app_without_bedrock(assembly, report):
    cdk.CfnResource(cdk.Stack(assembly, "Stack"), "Topic", type="AWS::SNS::Topic")
    assert not report().failed


def test_nothing_to_say_about_a_stack_without_resources(assembly, report):
    cdk.Stack(assembly, "Stack")
    assert not report().failed


def test_what_is_only_known_at_deployment_is_a_warning(assembly, report):
    stack = cdk.Stack(assembly, "Stack")
    key = cdk.CfnParameter(stack, "Key")
    guardrail(stack, kms_key_arn=key.value_as_string)
    acknowledge_all_but(stack, "GRD02")
    result = report()
    assert not result.failed
    assert result.open("GRD02") == {("GRD02", "Stack/Guardrail")}


def test_below_fail_on_a_finding_is_a_warning(assembly, report):
    guardrail(cdk.Stack(assembly, "Stack"))
    result = report(fail_on="critical")
    assert not result.failed
    assert ("GRD06", "Stack/Guardrail") in result.open()


@pytest.mark.parametrize("where", ["resource", "stack", "app"])
def test_a_rule_can_be_acknowledged_on_any_construct(assembly, report, where):
    stack = cdk.Stack(assembly, "Stack")
    resource = guardrail(stack)
    place = {"resource": resource, "stack": stack, "app": assembly}[where]
    acknowledge(place, "BedrockSecurityChecks::GRD06")
    result = report()
    assert result.open("GRD06") == set()
    assert result.accepted("GRD06") == {("GRD06", "Stack/Guardrail")}


def test_an_acknowledgement_leaves_other_rules_and_resources_alone(assembly, report):
    stack = cdk.Stack(assembly, "Stack")
    acknowledge(guardrail(stack), "BedrockSecurityChecks::GRD06")
    guardrail(stack, "Other")
    assert report().open() >= {("GRD02", "Stack/Guardrail"), ("GRD06", "Stack/Other")}


@pytest.mark.parametrize("location", [FILTERS, "Properties.ContentPolicyConfig"])
def test_one_finding_can_be_acknowledged(assembly, report, location):
    stack = cdk.Stack(assembly, "Stack")
    acknowledge(guardrail(stack), f"BedrockSecurityChecks::GRD06[{location}]")
    guardrail(stack, "Other")
    result = report()
    assert result.accepted("GRD06") == {(f"GRD06[{location}]", "Stack/Guardrail")}
    assert result.open("GRD06") == {("GRD06", "Stack/Other")}


def test_an_acknowledgement_of_one_finding_leaves_other_findings_open(assembly, report):
    resource = guardrail(cdk.Stack(assembly, "Stack"))
    acknowledge(resource, "BedrockSecurityChecks::GRD06[Properties.KmsKeyArn]")
    assert report().open("GRD06") == {("GRD06", "Stack/Guardrail")}


@pytest.mark.parametrize("id", ["GRD06", "BedrockSecurityChecks-GRD06", "Other::GRD06"])
def test_other_forms_do_not_acknowledge(assembly, report, id):
    acknowledge(guardrail(cdk.Stack(assembly, "Stack")), id)
    assert report().open("GRD06") == {("GRD06", "Stack/Guardrail")}


def test_the_reason_is_reported(assembly, report):
    acknowledge(guardrail(cdk.Stack(assembly, "Stack")), "BedrockSecurityChecks::GRD06", "batch")
    (accepted,) = [v for v in report().plugin["suppressedViolations"] if v["ruleName"] == "GRD06"]
    assert accepted["reason"] == "batch"


def test_metadata_of_the_template_acknowledges_too_and_is_reported(assembly, report):
    resource = guardrail(cdk.Stack(assembly, "Stack"))
    entry = {"id": "GRD06", "reason": "batch input only"}
    resource.add_metadata("secure-bedrock", {"acknowledge": [entry]})
    result = report()
    assert result.open("GRD06") == set()
    assert "batch input only" in result.plugin["metadata"].values()


def test_stages_are_checked(assembly, report):
    guardrail(cdk.Stack(cdk.Stage(assembly, "Prod"), "Stack"))
    assert ("GRD06", "Prod/Stack/Guardrail") in report().open()


def test_nested_stacks_are_checked_and_acknowledged(assembly, report):
    nested = cdk.NestedStack(cdk.Stack(assembly, "Stack"), "Nested")
    inner = cdk.NestedStack(nested, "Inner")
    guardrail(inner)
    acknowledge(nested, "BedrockSecurityChecks::GRD02")
    result = report()
    assert result.open("GRD06") == {("GRD06", "Stack/Nested/Inner/Guardrail")}
    assert result.accepted("GRD02") == {("GRD02", "Stack/Nested/Inner/Guardrail")}


def test_a_key_of_another_stack_is_known(assembly, report):
    key = cdk.aws_kms.Key(cdk.Stack(assembly, "Keys"), "Key")
    guardrail(cdk.Stack(assembly, "Stack"), kms_key_arn=key.key_arn)
    assert report().open("GRD02") == set()


def test_a_key_of_the_parent_stack_is_known(assembly, report):
    stack = cdk.Stack(assembly, "Stack")
    key = cdk.aws_kms.Key(stack, "Key")
    guardrail(cdk.NestedStack(stack, "Nested"), kms_key_arn=key.key_arn)
    assert report().open("GRD02") == set()


def test_a_key_of_a_nested_stack_is_known(assembly, report):
    stack = cdk.Stack(assembly, "Stack")
    key = cdk.aws_kms.Key(cdk.NestedStack(stack, "Nested"), "Key")
    guardrail(stack, kms_key_arn=key.key_arn)
    assert report().open("GRD02") == set()


def test_every_rule_id_is_announced():
    assert BedrockSecurityChecks().rule_ids == list(RULES)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profiles": ["lax"]}, "unknown profile 'lax': use baseline, strict"),
        ({"fail_on": "awful"}, "unknown fail_on 'awful': use critical, high"),
    ],
)
def test_unknown_choices_are_refused(options, message):
    with pytest.raises(ValueError, match=f"BedrockSecurityChecks: {message}"):
        BedrockSecurityChecks(**options)


def acknowledge_all_but(construct, kept):
    for id in RULES:
        if id != kept:
            acknowledge(construct, f"BedrockSecurityChecks::{id}")
