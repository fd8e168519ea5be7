"""Somebody else's stack, before and after the mixin: findings of the checks, and what changed."""

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock import BedrockBaseline, GuardrailSet
from secure_bedrock.guardrails import presets
from secure_bedrock.rules import check


def theirs(app: cdk.App, name: str) -> cdk.Stack:
    """A guardrail with one weak filter, and an agent without any, written with L1 resources."""
    stack = cdk.Stack(app, name)
    weak = bedrock.CfnGuardrail.ContentFilterConfigProperty(
        type="HATE", input_strength="LOW", output_strength="LOW"
    )
    bedrock.CfnGuardrail(
        stack,
        "Guardrail",
        name="theirs",
        blocked_input_messaging="Sorry.",
        blocked_outputs_messaging="Sorry.",
        content_policy_config=bedrock.CfnGuardrail.ContentPolicyConfigProperty(
            filters_config=[weak]
        ),
    )
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("bedrock.amazonaws.com"))
    bedrock.CfnAgent(stack, "Agent", agent_name="theirs", agent_resource_role_arn=role.role_arn)
    return stack


def findings(stack: cdk.Stack) -> list[str]:
    """What the checks say, as rule and resource."""
    template = cdk.assertions.Template.from_stack(stack).to_json()
    return [f"{each.rule_id} {each.logical_id}" for each in check(template)]


print("before:", *findings(theirs(cdk.App(), "Before")), sep="\n  ")

app = cdk.App()
stack = theirs(app, "After")
guardrails = GuardrailSet(stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT})
baseline = BedrockBaseline(
    encryption_key=kms.Key(stack, "Key", enable_key_rotation=True), guardrail=guardrails["chat"]
)
cdk.Mixins.of(stack).apply(baseline)
app.synth()

print("after:", *findings(stack), sep="\n  ")
for change in baseline.changes:
    print("changed", change.path, change.property, "-", change.text)
for gap in baseline.gaps:
    print("left", gap.path, gap.property, "-", gap.text)
