"""What the CDK's own validation and the cdk-nag packs say about a rollout."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest

from secure_bedrock import (
    AccountBaseline,
    AccountWatch,
    MonitoredModel,
    OrganizationRollout,
    OwnTrail,
    PolicyDelegation,
    RolloutAssetBucket,
)
from secure_bedrock.guardrails import presets

ORGANIZATION, ACCOUNT = "o-exampleorgid", "111122223333"
PACKS = (
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.PCIDSS321Checks,
)
# The pages of the constructs say why each of these may be acknowledged.
COPIES = "T/Custom::CDKBucketDeployment"
BASELINE = "T/Rollout/Template/Baseline"
CONFIGURES = {"LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC"}
EXPECTED = {
    "T/Code": {"S3BucketReplicationEnabled", "S3DefaultEncryptionKMS"},
    COPIES: {"CloudWatchLogGroupEncrypted", "IAM4", "IAM5", "IAMNoInlinePolicy", "L1", *CONFIGURES},
    f"{BASELINE}/Alarms": {"CloudWatchAlarmAction"},
    f"{BASELINE}/AuditTrail/LogGroup/Permissions": {"IAM5"},
    f"{BASELINE}/AuditTrail/Storage/AccessLogs": {
        "S3BucketReplicationEnabled",
        "S3DefaultEncryptionKMS",
    },
    f"{BASELINE}/AuditTrail/Storage/Bucket": {"S3BucketReplicationEnabled"},
    f"{BASELINE}/Guardrails/Versions/Handler": {*CONFIGURES, "IAM5"},
    f"{BASELINE}/InvocationLogging/Configuration/Handler": {*CONFIGURES, "IAM5"},
    f"{BASELINE}/InvocationLogging/Storage/AccessLogs": {
        "S3BucketReplicationEnabled",
        "S3DefaultEncryptionKMS",
    },
    f"{BASELINE}/InvocationLogging/Storage/Bucket": {"S3BucketReplicationEnabled"},
    f"{BASELINE}/Signals/Calls/Handler": {"LambdaConcurrency", "LambdaInsideVPC"},
    f"{BASELINE}/Signals/Calls/Ledger": {"DynamoDBInBackupPlan"},
}


@pytest.fixture(scope="module")
def findings(feature_flags, tmp_path_factory):
    folder = tmp_path_factory.mktemp("assembly")
    app = cdk.App(context=feature_flags, outdir=str(folder))
    cdk.Validations.of(app).add_plugins(
        cdk.CloudFormationValidatePlugin(), *(pack() for pack in PACKS)
    )
    build(cdk.Stack(app, "T", env=cdk.Environment(account=ACCOUNT, region="us-east-1")))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((folder / "validation-report.json").read_text())
    return {
        (violation["ruleName"].partition("[")[0].rpartition("-")[2], construct["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }


def build(stack):
    PolicyDelegation(
        stack, "Delegation", organization_id=ORGANIZATION, administrator_account="444455556666"
    )
    OrganizationRollout(
        stack,
        "Rollout",
        baseline=baseline,
        organizational_units=["ou-exam-12345678"],
        asset_buckets=[
            RolloutAssetBucket(stack, "Code", prefix="acme", organization_id=ORGANIZATION)
        ],
    )


def baseline(stack):
    AccountBaseline(
        stack,
        "Baseline",
        environment="prod",
        guardrail=presets.PUBLIC_CHAT,
        watch=AccountWatch(models=[MonitoredModel(model="amazon.nova-lite-v1:0")]),
        audit_trail=OwnTrail(region="us-east-1"),
    )


def test_every_finding_is_explained(findings):
    assert {f for f in findings if not explained(*f)} == set()


def test_every_explanation_is_needed(findings):
    seen = {(place, rule) for rule, path in findings for place in EXPECTED if place in path}
    assert {(p, rule) for p, rules in EXPECTED.items() for rule in rules} <= seen


def explained(rule, path):
    return any(place in path and rule in rules for place, rules in EXPECTED.items())
