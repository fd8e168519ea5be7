"""What the cdk-nag packs say about a gate: the findings that its page explains."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest

from secure_bedrock import GuardrailGate, SecureGuardrail

ARN = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdef"
EXPLAINED = {
    "HIPAA.Security-LambdaConcurrency",
    "HIPAA.Security-LambdaDLQ",
    "HIPAA.Security-LambdaInsideVPC",
    "NIST.800.53.R5-LambdaConcurrency",
    "NIST.800.53.R5-LambdaDLQ",
    "NIST.800.53.R5-LambdaInsideVPC",
    "PCI.DSS.321-LambdaInsideVPC",
}


@pytest.fixture
def found(feature_flags, tmp_path):
    app = cdk.App(context=feature_flags, outdir=str(tmp_path / "out"))
    cdk.Validations.of(app).add_plugins(
        cdk_nag.AwsSolutionsChecks(),
        cdk_nag.HIPAASecurityChecks(),
        cdk_nag.NIST80053R5Checks(),
        cdk_nag.PCIDSS321Checks(),
    )
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    guardrail = SecureGuardrail.from_guardrail_arn(stack, "G", ARN, guardrail_version="1")
    GuardrailGate(stack, "Gate", guardrail=guardrail, suites=["starter/content-hate"])
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = tmp_path / "out" / "validation-report.json"
    return {
        violation["ruleName"]
        for plugin in json.loads(report.read_text())["pluginReports"]
        for violation in plugin["violations"]
        if violation["ruleName"][0].isupper()
    }


def test_what_stays_is_what_the_page_explains(found):
    assert found == EXPLAINED
