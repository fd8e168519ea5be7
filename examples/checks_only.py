"""The checks in an app that uses none of our constructs: the findings are what you came for."""

import sys

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock

from secure_bedrock.checks import BedrockSecurityChecks

app = cdk.App()
stack = cdk.Stack(app, "SomeoneElsesStack")
guardrail = bedrock.CfnGuardrail(
    stack,
    "Guardrail",
    name="words-only",
    blocked_input_messaging="Sorry.",
    blocked_outputs_messaging="Sorry.",
    word_policy_config={"wordsConfig": [{"text": "secret project"}]},
)
cdk.Validations.of(app).add_plugins(BedrockSecurityChecks())
cdk.Validations.of(guardrail).acknowledge(
    cdk.Acknowledgment(
        id="BedrockSecurityChecks::GRD02",
        reason="Test data only: this account holds no customer content.",
    )
)

try:
    app.synth()
except RuntimeError:
    print("The checks found what is wrong with this guardrail, as they should.")
else:
    sys.exit("The checks found nothing.")
