"""An agent that looks orders up by itself, and cancels one only after the user has confirmed."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from secure_bedrock import (
    ActionGroup,
    AgentAlias,
    AgentFunction,
    AgentParameter,
    ApplicationAccess,
    BedrockKmsKeys,
    GuardrailSet,
    InferenceProfile,
    SecureAgent,
)
from secure_bedrock.guardrails import presets

app = cdk.App()
here = cdk.Environment(account="111122223333", region="eu-west-1")
stack = cdk.Stack(app, "Orders", env=here)

keys = BedrockKmsKeys(stack, "Keys", environment="prod")
guardrails = GuardrailSet(
    stack, "Guardrails", guardrails={"chat": presets.PUBLIC_CHAT}, encryption_key=keys.guardrails
)
orders = lambda_.Function(
    stack,
    "Orders",
    runtime=lambda_.Runtime.PYTHON_3_13,
    handler="index.handler",
    code=lambda_.Code.from_asset(str(Path(__file__).parent / "functions/orders")),
)
order = (AgentParameter(name="order", description="The number of the order"),)
look_up = AgentFunction(
    name="look_up", description="Shows an order", parameters=order, confirmed_by_user=False
)
cancel = AgentFunction(name="cancel", description="Cancels an order", parameters=order)
agent = SecureAgent(
    stack,
    "Agent",
    instruction="Answer questions about orders of our shop, and nothing else.",
    model=InferenceProfile("eu.amazon.nova-lite-v1:0"),
    guardrail=guardrails["chat"],
    encryption_key=keys.knowledge,
    action_groups=[ActionGroup(name="orders", executor=orders, functions=(look_up, cancel))],
)
caller = iam.Role(stack, "Shop", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
alias = AgentAlias(arn=agent.alias_arn, encryption_key=keys.knowledge)
ApplicationAccess(stack, "Use", resources=[alias]).grant_use(caller)

app.synth()
