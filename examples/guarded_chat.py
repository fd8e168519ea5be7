"""A Lambda function that may call one model, and only with the guardrail."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from secure_bedrock import (
    BedrockKmsKeys,
    GuardrailSet,
    InferenceProfile,
    InvokerRole,
    LambdaFunctions,
    ModelAccess,
)
from secure_bedrock.guardrails import presets

MODEL = InferenceProfile("eu.amazon.nova-lite-v1:0")

app = cdk.App()
stack = cdk.Stack(app, "GuardedChat")

keys = BedrockKmsKeys(stack, "Keys", environment="prod")
guardrails = GuardrailSet(
    stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT}, encryption_key=keys.guardrails
)
access = ModelAccess(stack, "Access", models=[MODEL], guardrail=guardrails["chat"])
invoker = InvokerRole(stack, "ChatRole", workload=LambdaFunctions(), access=access)

log_group = logs.LogGroup(stack, "ChatLog", retention=logs.RetentionDays.THREE_MONTHS)
log_group.grant_write(invoker)
lambda_.Function(
    stack,
    "Chat",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_asset(str(Path(__file__).parent / "functions/chat")),
    timeout=cdk.Duration.seconds(60),
    role=invoker.role,
    log_group=log_group,
    environment={
        "MODEL_ID": MODEL.profile_id,
        "GUARDRAIL_ID": guardrails["chat"].guardrail_id,
        "GUARDRAIL_VERSION": guardrails["chat"].guardrail_version,
    },
)

app.synth()
