"""What the cdk-nag packs say about a knowledge base and data retention; the pages say why."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest

from secure_bedrock import DataRetention, SecureKnowledgeBase

PACKS = ("HIPAA.Security", "NIST.800.53.R5", "PCI.DSS.321")
BUCKET, ACCESS_LOGS = "Base/Documents/Bucket", "Base/Documents/AccessLogs"
EXPLAINED = {
    ("AwsSolutions-IAM5[Resource::<BaseDocumentsBucket.Arn>/*]", "Base/Service/Permissions"),
    ("AwsSolutions-IAM5[Resource::*]", "Retention/Handler/Permissions"),
    *((f"{pack}-S3BucketReplicationEnabled", at) for pack in PACKS for at in (BUCKET, ACCESS_LOGS)),
    *((f"{pack}-S3DefaultEncryptionKMS", ACCESS_LOGS) for pack in PACKS),
    *(
        (f"{pack}-CloudWatchAlarmAction", f"Base/Alarms/{alarm}")
        for pack in PACKS[:2]
        for alarm in ("Failed", "NotStarted")
    ),
    *((f"{pack}-LambdaInsideVPC", "Retention/Handler/Function") for pack in PACKS),
    *(
        (f"{pack}-Lambda{rule}", "Retention/Handler/Function")
        for pack in PACKS[:2]
        for rule in ("Concurrency", "DLQ")
    ),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory, feature_flags):
    folder = tmp_path_factory.mktemp("nag")
    app = cdk.App(context=feature_flags, outdir=str(folder))
    cdk.Validations.of(app).add_plugins(
        cdk_nag.AwsSolutionsChecks(),
        cdk_nag.HIPAASecurityChecks(),
        cdk_nag.NIST80053R5Checks(),
        cdk_nag.PCIDSS321Checks(),
    )
    place = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(app, "T", env=place)
    base = SecureKnowledgeBase(stack, "Base")
    DataRetention(stack, "Retention", encryption_key=base.encryption_key)
    bucket = stack.get_logical_id(base.bucket.node.default_child)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    text = (folder / "validation-report.json").read_text().replace(bucket, "BaseDocumentsBucket")
    return {
        (each["ruleName"], place["constructPath"].removeprefix("T/").removesuffix("/Resource"))
        for plugin in json.loads(text)["pluginReports"]
        for each in plugin["violations"]
        for place in each["violatingConstructs"]
    }


def test_nothing_is_found_that_is_not_explained(found):
    assert found - EXPLAINED == set()


def test_nothing_is_explained_that_is_not_found(found):
    assert EXPLAINED - found == set()
