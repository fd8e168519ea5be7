"""The reference app: settings in, stacks and checks out."""

import os

from aws_cdk import App, Environment, Validations
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks

from secure_bedrock.reference.acknowledgements import acknowledge
from secure_bedrock.reference.cost import CostStack, has_cost_controls
from secure_bedrock.reference.setting_readers import CONTEXT_KEY
from secure_bedrock.reference.settings import Settings
from secure_bedrock.reference.stack import SecureBedrockStack

STACK_NAME = "SecureBedrock"


def reference_app(app: App) -> SecureBedrockStack:
    """Add the reference stacks and cdk-nag's packs to an app.

    Args:
        app: Its context holds the settings under ``secure-bedrock``.

    Returns:
        The main stack.

    Raises:
        ValueError: A setting is wrong.
    """
    settings = Settings.from_context(app.node.try_get_context(CONTEXT_KEY))
    account = settings.account or os.environ.get("CDK_DEFAULT_ACCOUNT")
    region = settings.region or os.environ.get("CDK_DEFAULT_REGION")
    stack = SecureBedrockStack(
        app, STACK_NAME, settings=settings, env=Environment(account=account, region=region)
    )
    if not has_cost_controls(stack.region):
        cost = CostStack(
            app,
            f"{STACK_NAME}Cost",
            settings=settings,
            roles=stack.invokers,
            account=account,
        )
        cost.add_stack_dependency(stack)
    acknowledge(stack, settings)
    Validations.of(app).add_plugins(
        AwsSolutionsChecks(), HIPAASecurityChecks(), NIST80053R5Checks(), PCIDSS321Checks()
    )
    return stack
