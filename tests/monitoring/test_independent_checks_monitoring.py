"""What the cdk-nag packs say about signals and responses: the findings that the pages explain."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import SecuritySignals, ThreatResponse

EXPLAINED = {
    "AwsSolutions-IAM5[Resource::arn:aws:iam::111122223333:user/*]",
    *(
        f"{pack}-{rule}"
        for pack in ("HIPAA.Security", "NIST.800.53.R5")
        for rule in ("DynamoDBInBackupPlan", "LambdaConcurrency", "LambdaInsideVPC")
    ),
    "PCI.DSS.321-LambdaInsideVPC",
}


@pytest.fixture
def found(feature_flags, tmp_path):
    app = cdk.App(context=feature_flags, outdir=str(tmp_path))
    cdk.Validations.of(app).add_plugins(
        cdk_nag.AwsSolutionsChecks(),
        cdk_nag.HIPAASecurityChecks(),
        cdk_nag.NIST80053R5Checks(),
        cdk_nag.PCIDSS321Checks(),
    )
    environment = cdk.Environment(account="111122223333", region="us-east-1")
    stack = cdk.Stack(app, "T", env=environment)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True)
    response = ThreatResponse(stack, "Response", topic=topic, encryption_key=key)
    SecuritySignals(stack, "Signals", topic=topic, encryption_key=key, response=response)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    reports = json.loads((tmp_path / "validation-report.json").read_text())["pluginReports"]
    return {
        violation["ruleName"]
        for report in reports
        for violation in report["violations"]
        if violation["ruleName"][0].isupper()
        for each in violation["violatingConstructs"]
        if each.get("constructPath", "").startswith(("T/Response", "T/Signals"))
    }


def test_what_stays_is_what_the_pages_explain(found):
    assert found == EXPLAINED
