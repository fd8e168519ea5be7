"""A pipeline with checks before anything is deployed, and guardrail tests before production.

Each environment is an account with keys of its own. Bootstrap the accounts first, with trust in the
pipeline's: cdk bootstrap --trust 111122223333 --cloudformation-execution-policies ...
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import pipelines

from secure_bedrock import (
    BedrockKmsKeys,
    GuardrailSet,
    InferenceProfile,
    InvokerRole,
    LambdaFunctions,
    ModelAccess,
)
from secure_bedrock.guardrails import presets

PIPELINE, ACCOUNTS = "111122223333", {"dev": "222233334444", "test": "333344445555"}
PROD, REGION = "444455556666", "eu-west-1"
RUNS_SUITES, TESTS_GUARDRAILS = "bedrock-suite-runner", "bedrock-guardrail-tester"
CONNECTION = (
    f"arn:aws:codeconnections:{REGION}:{PIPELINE}:connection/0a1b2c3d-0000-1111-2222-333344445555"
)
PROFILE = "[profile tested]\\nrole_arn=%s\\ncredential_source=EcsContainer\\n"


class Chat(cdk.Stage):
    """The application in one environment."""

    def __init__(self, scope: cdk.Stack, name: str, account: str) -> None:
        super().__init__(scope, name, env=cdk.Environment(account=account, region=REGION))
        stack = cdk.Stack(self, "Chat")
        keys = BedrockKmsKeys(stack, "Keys", environment=name)
        guardrail = GuardrailSet(
            stack,
            "Guardrails",
            guardrails={"chat": presets.PUBLIC_CHAT},
            encryption_key=keys.guardrails,
        )["chat"]
        models = [InferenceProfile("eu.amazon.nova-lite-v1:0")]
        access = ModelAccess(stack, "Access", models=models, guardrail=guardrail)
        InvokerRole(stack, "ChatRole", workload=LambdaFunctions(), access=access)
        version = f"{guardrail.guardrail_id}:{guardrail.guardrail_version}"
        self.guardrail = cdk.CfnOutput(stack, "Guardrail", value=version)
        if name == "test":
            runner = f"arn:aws:iam::{PIPELINE}:role/{RUNS_SUITES}"
            tester = iam.Role(
                stack,
                "Tester",
                role_name=TESTS_GUARDRAILS,
                assumed_by=iam.AccountPrincipal(PIPELINE).with_conditions(
                    {"ArnEquals": {"aws:PrincipalArn": runner}}
                ),
            )
            guardrail.grant_apply(tester)
            tester.add_to_policy(
                iam.PolicyStatement(
                    actions=["bedrock:GetGuardrail"], resources=[guardrail.guardrail_arn]
                )
            )
            tester.add_to_policy(
                iam.PolicyStatement(actions=["bedrock:ListGuardrails"], resources=["*"])
            )


def guardrail_suite(stack: cdk.Stack, stage: Chat) -> pipelines.CodeBuildStep:
    """Runs the repository's suites; its role may do nothing but take on the tester's."""
    tester = f"arn:aws:iam::{ACCOUNTS['test']}:role/{TESTS_GUARDRAILS}"
    role = iam.Role(
        stack,
        "SuiteRunner",
        role_name=RUNS_SUITES,
        assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"),
    )
    role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[tester]))
    return pipelines.CodeBuildStep(
        "GuardrailSuite",
        role=role,
        input=source,
        env={"TESTER": tester, "AWS_CONFIG_FILE": "aws-config", "AWS_REGION": REGION},
        env_from_cfn_outputs={"GUARDRAIL": stage.guardrail},
        install_commands=["pip install -r requirements.txt"],
        commands=[
            f"printf '{PROFILE}' \"$TESTER\" > aws-config",
            'secure-bedrock guardrail test suites --guardrail "$GUARDRAIL" --profile tested --yes',
        ],
    )


app = cdk.App()
stack = cdk.Stack(app, "Delivery", env=cdk.Environment(account=PIPELINE, region=REGION))
source = pipelines.CodePipelineSource.connection("acme/chat", "main", connection_arn=CONNECTION)
pipeline = pipelines.CodePipeline(
    stack,
    "Pipeline",
    cross_account_keys=True,
    enable_key_rotation=True,
    synth=pipelines.ShellStep(
        "Synth",
        input=source,
        install_commands=["pip install -r requirements.txt"],
        commands=["npx aws-cdk@2 synth", "secure-bedrock check cdk.out --profile strict"],
    ),
)
pipeline.add_stage(Chat(stack, "dev", ACCOUNTS["dev"]))
test = Chat(stack, "test", ACCOUNTS["test"])
pipeline.add_stage(test, post=[guardrail_suite(stack, test)])
prod = Chat(stack, "prod", PROD)
broader = pipelines.ConfirmPermissionsBroadening("Permissions", stage=prod)
approval = pipelines.ManualApprovalStep("Approve", comment="Read the guardrail report first.")
pipeline.add_stage(prod, pre=[broader, approval])

app.synth()
