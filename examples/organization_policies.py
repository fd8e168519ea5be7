"""Service control and Bedrock policies, managed by a delegated administrator.

The guardrail has to live in the management account; everything else need not. Deploy in two steps:

    cdk deploy Management
    cdk deploy Policies -c guardrail=GUARDRAIL_ARN:VERSION    (what the first step put out)
"""

import aws_cdk as cdk

from secure_bedrock import (
    AiServicesOptOut,
    BedrockKmsKeys,
    GuardrailSet,
    NoApiKeys,
    NoTampering,
    OnlyModels,
    OnlyRegions,
    OrganizationGuardrails,
    OrganizationGuards,
    PolicyDelegation,
    SharedGuardrail,
)
from secure_bedrock.guardrails import presets

ORGANIZATION, MANAGEMENT, SECURITY = "o-exampleorgid", "999988887777", "111122223333"
UNIT, CANARY, REGION = "ou-exam-12345678", "444455556666", "eu-west-1"

app = cdk.App()

management = cdk.Stack(app, "Management", env=cdk.Environment(account=MANAGEMENT, region=REGION))
PolicyDelegation(
    management, "Delegation", organization_id=ORGANIZATION, administrator_account=SECURITY
)
key = BedrockKmsKeys(management, "Keys", environment="organization").guardrails
guardrail = GuardrailSet(
    management, "Guardrails", guardrails={"all": presets.PUBLIC_CHAT}, encryption_key=key
)["all"]
SharedGuardrail(
    management, "Share", guardrail=guardrail, organization_id=ORGANIZATION, encryption_key=key
)
versioned = f"{guardrail.guardrail_arn}:{guardrail.guardrail_version}"
cdk.CfnOutput(management, "Guardrail", value=versioned)

policies = cdk.Stack(app, "Policies", env=cdk.Environment(account=SECURITY, region="us-east-1"))
OrganizationGuards(
    policies,
    "Guards",
    guards=[
        OnlyModels(models=("anthropic.claude-*", "amazon.nova-*")),
        OnlyRegions(regions=("eu-west-1", "eu-central-1"), geographies=("eu",)),
        NoApiKeys(),
        NoTampering(except_roles=("arn:aws:iam::*:role/stacksets-exec-*",)),
    ],
    target_ids=[UNIT],
)
AiServicesOptOut(policies, "OptOut", target_ids=[UNIT])
if enforced := app.node.try_get_context("guardrail"):
    OrganizationGuardrails(policies, "Guardrails", guardrails=[enforced], target_ids=[CANARY])

app.synth()
