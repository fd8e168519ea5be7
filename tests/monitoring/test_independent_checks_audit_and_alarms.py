"""What the CDK's own validation and the cdk-nag packs say about the constructs."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

from secure_bedrock import (
    AlertTopic,
    AuditTrail,
    BedrockAlarms,
    BedrockDashboard,
    GuardrailViolations,
    MonitoredModel,
    ObservabilityLink,
    ObservabilitySink,
    PriceTable,
    SavedQueries,
    SlackRoute,
)

MODELS = [MonitoredModel(model="eu.amazon.nova-lite-v1:0")]
PACKS = (
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.PCIDSS321Checks,
)
SINK = "arn:aws:oam:eu-west-1:111122223333:sink/0a1b2c3d-0000-1111-2222-333344445555"
# The pages of the constructs say why each of these may be acknowledged.
EXPECTED = {
    "Alarms": {"CloudWatchAlarmAction"},
    "Audit/LogGroup": {"IAM5"},
    "Audit/Storage/AccessLogs": {"S3BucketReplicationEnabled", "S3DefaultEncryptionKMS"},
    "Audit/Storage/Bucket": {"S3BucketReplicationEnabled"},
    "Violations/Writer/Handler/Function": {"LambdaConcurrency", "LambdaDLQ", "LambdaInsideVPC"},
    "Violations/Writer/Handler/Permissions": {"IAM5"},
    "Violations/Writer/Undelivered": {"SQS3"},
}


@pytest.fixture(scope="module")
def findings(feature_flags, tmp_path_factory):
    folder = tmp_path_factory.mktemp("assembly")
    app = cdk.App(context=feature_flags, outdir=str(folder))
    cdk.Validations.of(app).add_plugins(
        cdk.CloudFormationValidatePlugin(), *(pack() for pack in PACKS)
    )
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    build(cdk.Stack(app, "T", env=environment))
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
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    topic = AlertTopic(stack, "Alerts", encryption_key=key).topic
    group = logs.LogGroup(
        stack, "Invocations", encryption_key=key, retention=logs.RetentionDays.ONE_YEAR
    )
    audit = AuditTrail(stack, "Audit")
    alarms = BedrockAlarms(stack, "Alarms", models=MODELS, topic=topic)
    violations = GuardrailViolations(
        stack, "Violations", log_group=group, encryption_key=key, topic=topic
    )
    BedrockDashboard(
        stack,
        "Dashboard",
        models=MODELS,
        alarms=alarms.told,
        log_group=group,
        violations=violations,
        prices=PriceTable.load(),
    )
    SavedQueries(stack, "Queries", invocations=group, trail=audit.log_group)
    ObservabilitySink(stack, "Sink", organization_id="o-exampleorgid")
    ObservabilityLink(stack, "Link", sink_arn=SINK)
    SlackRoute(stack, "Slack", workspace_id="T0123ABCD", channel_id="C0123ABCD", topics=[topic])


def place_of(path):
    return next((p for p in EXPECTED if path.startswith(f"T/{p}/")), path)


def test_every_finding_is_one_that_the_pages_explain(findings):
    found = {}
    for rule, path in findings:
        found.setdefault(place_of(path), set()).add(rule)
    assert found == EXPECTED


def test_only_members_of_a_group_have_no_action(findings):
    silent = {path.split("/")[2] for rule, path in findings if rule == "CloudWatchAlarmAction"}
    assert silent == {
        "ClientErrors",
        "Mantle",
        "Model0-InputTokens",
        "Model0-Invocations",
        "Model0-Latency",
        "Model0-OutputTokens",
        "OtherModels",
        "ServerErrors",
    }
