"""Questions about your documents, answered in a VPC that has no way to the internet."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_

from secure_bedrock import (
    BedrockKmsKeys,
    EndpointService,
    GuardrailSet,
    InferenceProfile,
    ModelAccess,
    SecureBedrockVpc,
    SecureKnowledgeBase,
)
from secure_bedrock.guardrails import presets

MODEL = InferenceProfile("eu.amazon.nova-lite-v1:0")

app = cdk.App()
here = cdk.Environment(account="111122223333", region="eu-west-1")
stack = cdk.Stack(app, "PrivateRag", env=here)

keys = BedrockKmsKeys(stack, "Keys", environment="prod")
handbook = SecureKnowledgeBase(stack, "Handbook", encryption_key=keys.knowledge)
guardrails = GuardrailSet(
    stack, "Guardrails", guardrails={"rag": presets.RAG}, encryption_key=keys.guardrails
)
network = SecureBedrockVpc(
    stack,
    "Network",
    models=[MODEL],
    services=[EndpointService.BEDROCK_RUNTIME, EndpointService.BEDROCK_AGENT_RUNTIME],
    encryption_key=keys.logs,
)
ask = lambda_.Function(
    stack,
    "Ask",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_asset(str(Path(__file__).parent / "functions/ask")),
    timeout=cdk.Duration.seconds(60),
    vpc=network.vpc,
    vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    security_groups=[network.workload_security_group],
    environment={
        "MODEL_ID": MODEL.profile_id,
        "KNOWLEDGE_BASE_ID": handbook.knowledge_base_id,
        "GUARDRAIL_ID": guardrails["rag"].guardrail_id,
        "GUARDRAIL_VERSION": guardrails["rag"].guardrail_version,
    },
)
access = ModelAccess(stack, "Access", models=[MODEL], guardrail=guardrails["rag"])
access.grant_invoke(ask, streaming=False)
handbook.grant_retrieve(ask)

app.synth()
