"""A stack written with AWS's alpha constructs, hardened without a change to it.

Needs them: pip install aws-cdk.aws-bedrock-alpha
"""

import aws_cdk as cdk
import aws_cdk.aws_bedrock_alpha as alpha
from aws_cdk import aws_kms as kms

from secure_bedrock import BedrockBaseline, GuardrailSet
from secure_bedrock.guardrails import presets
from secure_bedrock.rules import check

PURPOSE = "Help customers with their orders and with nothing else, politely."


def theirs(stack: cdk.Stack) -> None:
    """What somebody wrote: a guardrail with one filter, and an agent that does not use it."""
    strength = alpha.ContentFilterStrength.HIGH
    hate = alpha.ContentFilter(
        type=alpha.ContentFilterType.HATE, input_strength=strength, output_strength=strength
    )
    alpha.Guardrail(stack, "Guardrail", guardrail_name="theirs", content_filters=[hate])
    model = alpha.BedrockFoundationModel.AMAZON_NOVA_LITE_V1
    alpha.Agent(stack, "Agent", foundation_model=model, instruction=PURPOSE)


def rules_broken(stack: cdk.Stack) -> list[str]:
    """The rules that the templates of a stack break."""
    template = cdk.assertions.Template.from_stack(stack).to_json()
    return sorted({each.rule_id for each in check(template)})


here = cdk.Environment(account="111122223333", region="eu-west-1")
before = cdk.Stack(cdk.App(), "Before", env=here)
theirs(before)
print("before:", *rules_broken(before))

app = cdk.App()
stack = cdk.Stack(app, "After", env=here)
theirs(stack)
guardrails = GuardrailSet(stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT})
key = kms.Key(stack, "Key", enable_key_rotation=True)
baseline = BedrockBaseline(encryption_key=key, guardrail=guardrails["chat"])
cdk.Mixins.of(stack).apply(baseline)
app.synth()

print("after:", *rules_broken(stack))
for gap in baseline.gaps:
    print("left:", gap.path, gap.property, "-", gap.text)
