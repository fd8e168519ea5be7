"""An app of about 500 resources as people write it: L2 constructs, one grant here and there.

    python benchmarks/l2_app.py OUTDIR [--checks]

What is Bedrock's own keeps the rules, so that the checks have nothing to print.
"""

import sys

from secure_bedrock import ensure_node

ensure_node()

import aws_cdk as cdk  # noqa: E402 - Node.js is found before the CDK is imported
from aws_cdk import aws_bedrock as bedrock  # noqa: E402
from aws_cdk import aws_dynamodb as dynamodb  # noqa: E402
from aws_cdk import aws_iam as iam  # noqa: E402
from aws_cdk import aws_kms as kms  # noqa: E402
from aws_cdk import aws_lambda as lambda_  # noqa: E402
from aws_cdk import aws_logs as logs  # noqa: E402
from aws_cdk import aws_s3 as s3  # noqa: E402
from aws_cdk import aws_sqs as sqs  # noqa: E402
from constructs import Construct  # noqa: E402

UNITS = 31  # of 16 resources
HARMFUL = ("HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT")
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"


class Unit(Construct):
    """A function that calls a model through a guardrail, and what it works with."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        guardrail = self._guardrail(key)
        bucket = s3.Bucket(self, "Bucket", encryption_key=key, enforce_ssl=True, versioned=True)
        queue = sqs.Queue(self, "Queue", encryption_master_key=key, enforce_ssl=True)
        attribute = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
        table = dynamodb.Table(self, "Table", partition_key=attribute)
        for name in ("Ask", "Store"):
            function = lambda_.Function(
                self,
                name,
                code=lambda_.Code.from_inline("def handler(event, context): ..."),
                handler="index.handler",
                runtime=lambda_.Runtime.PYTHON_3_13,
                log_group=logs.LogGroup(self, f"{name}Logs", encryption_key=key),
            )
            bucket.grant_read(function)
            queue.grant_send_messages(function)
            table.grant_read_write_data(function)
            if name == "Ask":
                condition = {"StringEquals": {"bedrock:GuardrailIdentifier": guardrail}}
                function.add_to_role_policy(
                    iam.PolicyStatement(
                        actions=["bedrock:InvokeModel"], resources=[MODEL], conditions=condition
                    )
                )

    def _guardrail(self, key: kms.Key) -> str:
        made = bedrock.CfnGuardrail(
            self,
            "Guardrail",
            name=f"guardrail-{self.node.id}",
            blocked_input_messaging="Blocked.",
            blocked_outputs_messaging="Blocked.",
            kms_key_arn=key.key_arn,
            content_policy_config=bedrock.CfnGuardrail.ContentPolicyConfigProperty(
                filters_config=[
                    bedrock.CfnGuardrail.ContentFilterConfigProperty(
                        type=kind,
                        input_strength="HIGH",
                        output_strength="NONE" if kind == "PROMPT_ATTACK" else "HIGH",
                    )
                    for kind in (*HARMFUL, "PROMPT_ATTACK")
                ]
            ),
            sensitive_information_policy_config={
                "piiEntitiesConfig": [{"type": "EMAIL", "action": "BLOCK"}]
            },
        )
        bedrock.CfnGuardrailVersion(self, "Version", guardrail_identifier=made.attr_guardrail_id)
        return made.attr_guardrail_arn


def main() -> None:
    """Build and synthesize."""
    app = cdk.App(outdir=sys.argv[1])
    stack = cdk.Stack(app, "Stack", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    for number in range(UNITS):
        Unit(stack, f"Unit{number}")
    if "--checks" in sys.argv:
        from secure_bedrock.checks import BedrockSecurityChecks  # noqa: PLC0415 - what is measured

        cdk.Validations.of(app).add_plugins(BedrockSecurityChecks())
    app.synth()


if __name__ == "__main__":
    main()
