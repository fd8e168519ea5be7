"""A Lambda role that may call one model, and only with the guardrail."""

import aws_cdk as cdk

from secure_bedrock import GuardrailSet, InferenceProfile, InvokerRole, LambdaFunctions, ModelAccess
from secure_bedrock.guardrails import presets

app = cdk.App()
stack = cdk.Stack(app, "GuardedChat")

guardrails = GuardrailSet(stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT})
access = ModelAccess(
    stack,
    "Access",
    models=[InferenceProfile("eu.amazon.nova-lite-v1:0")],
    guardrail=guardrails["chat"],
)
InvokerRole(stack, "ChatRole", workload=LambdaFunctions(), access=access)

app.synth()
