"""What CloudFormation's validation and cdk-nag say of the constructs for projects and quotas."""

import json
from pathlib import Path

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    DenyOverQuota,
    InferenceProfile,
    InvocationLogs,
    ProjectProfile,
    QuotaLimit,
    QuotaPeriod,
    QuotaSubject,
    ServiceQuotas,
    TokenQuota,
    WatchedQuota,
)

LITE = InferenceProfile("eu.amazon.nova-lite-v1:0")
PACKS = (
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.PCIDSS321Checks,
)


@pytest.fixture(scope="module")
def findings(feature_flags):
    """Rule and construct of every finding, of all packs and the validation, in one synth."""
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "T", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = sns.Topic(stack, "Topic", master_key=key, enforce_ssl=True)
    role = iam.Role(stack, "App", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    group = logs.LogGroup(stack, "Group", encryption_key=key, retention=logs.RetentionDays.ONE_YEAR)
    project = ProjectProfile(stack, "Project", project="search", models=[LITE])
    project.alarm_on(topic, tokens_per_hour=1000)
    TokenQuota(
        stack,
        "Quota",
        limits=[QuotaLimit(per=QuotaSubject.PROJECT, period=QuotaPeriod.DAY, tokens=9)],
        over_limit=DenyOverQuota(roles=[role]),
        invocation_logs=InvocationLogs(
            log_group=group,
            large_bodies=s3.Bucket.from_bucket_name(stack, "Bucket", "some-bucket"),
        ),
        topic=topic,
        projects=[project],
    )
    quota = WatchedQuota(code="L-0123ABCD", models=[LITE], increase_to=4)
    ServiceQuotas(stack, "Quotas", quotas={"t": quota}, topic=topic, encryption_key=key)
    plugins = [pack() for pack in PACKS]
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin(), *plugins)
    try:
        folder = app.synth().directory
    except RuntimeError:
        folder = app.outdir
    report = json.loads((Path(folder) / "validation-report.json").read_text())
    return {
        (violation["ruleName"], construct["constructPath"].removeprefix("T/"))
        for plugin in report["pluginReports"]
        for violation in plugin.get("violations", [])
        for construct in violation["violatingConstructs"]
    }


KNOWN = {
    "Quota/Handler/Function/Resource": {"LambdaConcurrency", "LambdaInsideVPC"},
    "Quota/Handler/Permissions/Resource": {
        "IAM5[Resource::arn:aws:s3:::some-bucket/large-data/*]",
    },
    "Quota/Table/Resource": {"DynamoDBInBackupPlan"},
    "Quotas/Handler/Function/Resource": {"LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC"},
    "Quotas/Handler/Permissions/Resource": {"IAM5[Resource::*]"},
}
"""Findings that stay; the pages of the constructs give the reasons."""


def test_they_find_only_what_the_pages_give_a_reason_for(findings):
    found = {}
    for rule, path in findings:
        found.setdefault(path, set()).add(rule.split("-", 1)[1])
    assert found == KNOWN


@pytest.mark.parametrize("page", ["token-quota", "service-quotas"])
def test_the_pages_name_every_finding(page):
    text = (Path(__file__).parents[2] / f"docs/constructs/{page}.md").read_text()
    prefix = "Quota/" if page == "token-quota" else "Quotas/"
    rules = {
        r.split("[")[0] for path, all_of in KNOWN.items() if path.startswith(prefix) for r in all_of
    }
    assert all(f"`{rule}`" in text for rule in rules)
