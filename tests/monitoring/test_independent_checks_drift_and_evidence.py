"""What CloudFormation's validation and cdk-nag say of drift, evidence and Security Hub."""

import json
from pathlib import Path

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    BedrockConfigRules,
    BedrockConformancePack,
    EvidenceBucket,
    SecurityHubRoute,
)

PACKS = (
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.PCIDSS321Checks,
)
KNOWN = {
    "Rules/Handler/Permissions/Resource": {"IAM5[Resource::*]"},
    "Rules/Handler/Function/Resource": {"LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC"},
    "Evidence/Bucket/Resource": {"S3BucketReplicationEnabled"},
    "Hub/Handler/Function/Resource": {"LambdaConcurrency", "LambdaInsideVPC"},
    "Evidence/AccessLogs/Resource": {"S3BucketReplicationEnabled", "S3DefaultEncryptionKMS"},
}
"""Findings that stay; the pages of the constructs give the reasons."""
PAGES = {"Rules": "config-rules", "Evidence": "evidence-bucket", "Hub": "security-hub-route"}


@pytest.fixture(scope="module")
def findings(feature_flags):
    """Rule and construct of every finding, of all packs and the validation, in one synth."""
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    BedrockConfigRules(stack, "Rules", encryption_key=key)
    BedrockConformancePack(stack, "Pack")
    EvidenceBucket(stack, "Evidence", encryption_key=key)
    topic = sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True)
    SecurityHubRoute(stack, "Hub", topics=[topic], encryption_key=key)
    plugins = [pack() for pack in PACKS]
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin(), *plugins)
    try:
        folder = app.synth().directory
    except RuntimeError:
        folder = app.outdir
    report = json.loads((Path(folder) / "validation-report.json").read_text())
    found = {}
    for plugin in report["pluginReports"]:
        for violation in plugin.get("violations", []):
            for construct in violation["violatingConstructs"]:
                path = construct["constructPath"].removeprefix("T/")
                found.setdefault(path, set()).add(violation["ruleName"].split("-", 1)[1])
    return found


def test_they_find_only_what_is_explained(findings):
    assert findings == KNOWN


@pytest.mark.parametrize(("construct", "page"), PAGES.items())
def test_the_page_explains_every_finding(construct, page):
    text = (Path(__file__).parents[2] / f"docs/constructs/{page}.md").read_text()
    rules = {
        r.split("[")[0] for p, named in KNOWN.items() if p.startswith(construct) for r in named
    }
    assert all(f"`{rule}`" in text for rule in rules)
