import json
import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

from secure_bedrock import (
    InvocationLogging,
    LogBucketOptions,
    LoggedData,
    LogGroupOptions,
    ObjectLock,
)

KINDS = ("text", "image", "embedding", "video", "audio")
CUSTOM = "Custom::BedrockInvocationLogging"


@pytest.fixture
def configuration(stack, resources):
    def properties(**options):
        InvocationLogging(stack, "Logging", **options)
        return next(iter(resources(stack, CUSTOM).values()))

    return properties


def test_defaults(stack, snapshot):
    InvocationLogging(stack, "Logging")
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_two_builds_give_one_template(feature_flags):
    def template():
        stack = cdk.Stack(cdk.App(context=feature_flags), "Test")
        InvocationLogging(stack, "Logging", replace_existing=True)
        return json.dumps(cdk.assertions.Template.from_stack(stack).to_json())

    assert template() == template()


def test_it_works_without_any_feature_flag(resources):
    stack = cdk.Stack(cdk.App(), "Test")
    InvocationLogging(stack, "Logging")
    acl = [b for b in resources(stack, "AWS::S3::Bucket").values() if "AccessControl" in b]
    assert acl == []
    assert len(resources(stack, "AWS::S3::BucketPolicy")) == 2


@pytest.fixture(scope="module")
def plugin():
    """Shared, because it takes seconds to start."""
    return cdk.CloudFormationValidatePlugin()


@pytest.fixture
def validated(feature_flags, tmp_path, plugin):
    """Synthesize with CloudFormation's own validation and return what it reports."""
    app = cdk.App(context=feature_flags, outdir=str(tmp_path))
    cdk.Validations.of(app).add_plugins(plugin)
    stack = cdk.Stack(app, "Test")

    def synth():
        app.synth()
        report = tmp_path / "validation-report.json"
        return json.loads(report.read_text())["pluginReports"] if report.exists() else []

    return stack, synth


def test_cloudformations_own_validation_finds_nothing(validated):
    stack, synth = validated
    options = LogBucketOptions(object_lock=ObjectLock(days=30))
    InvocationLogging(stack, "Logging", replace_existing=True, bucket=options)
    assert synth() == []


def test_cloudformations_own_validation_reports_warnings(validated):
    stack, synth = validated
    logging = InvocationLogging(stack, "Logging")
    logging.log_group.node.default_child.retention_in_days = 12
    assert "RetentionInDays: 12 is not one of" in json.dumps(synth())


def test_cloudformations_own_validation_ends_the_synth_on_errors(validated):
    stack, synth = validated
    logging = InvocationLogging(stack, "Logging")
    logging.bucket.node.default_child.add_property_override("NoSuchProperty", "x")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        synth()


@pytest.mark.parametrize("off", KINDS)
def test_each_kind_of_data_can_be_switched_off(configuration, off):
    config = configuration(data_types=LoggedData(**{off: False}))["Properties"]["LoggingConfig"]
    expected = {f"{kind}DataDeliveryEnabled": kind != off for kind in KINDS}
    assert {name: config[name] for name in expected} == expected


def test_large_data_has_its_own_prefix_in_the_bucket(configuration):
    config = configuration()["Properties"]["LoggingConfig"]
    large = config["cloudWatchConfig"]["largeDataDeliveryS3Config"]
    assert large["bucketName"] == config["s3Config"]["bucketName"]
    assert (large["keyPrefix"], config["s3Config"]["keyPrefix"]) == ("large-data", "invocations")


@pytest.mark.parametrize(
    "prefix",
    [
        "LoggingKey",
        "LoggingStorageBucketPolicy",
        "LoggingDeliveryRole",
        "LoggingLogGroup",
        "LoggingConfigurationHandlerRole",
    ],
)
def test_the_configuration_waits_for_what_aws_tries_out(configuration, prefix):
    assert any(re.fullmatch(rf"{prefix}[0-9A-F]{{8}}", i) for i in configuration()["DependsOn"])


def test_the_roles_have_their_permissions_from_the_start(stack, resources):
    InvocationLogging(stack, "Logging")
    policies = resources(stack, "AWS::IAM::ManagedPolicy")
    attached = [
        r["Properties"]["ManagedPolicyArns"] for r in resources(stack, "AWS::IAM::Role").values()
    ]
    assert sorted(a[0]["Ref"] for a in attached) == sorted(policies)
    assert resources(stack, "AWS::IAM::Policy") == {}


def test_a_given_key_is_used_for_everything(stack, resources):
    key = kms.Key(stack, "Mine")
    InvocationLogging(stack, "Logging", encryption_key=key)
    arn = stack.resolve(key.key_arn)
    assert len(resources(stack, "AWS::KMS::Key")) == 1
    groups = resources(stack, "AWS::Logs::LogGroup").values()
    assert [group["Properties"]["KmsKeyId"] for group in groups] == [arn, arn]


def test_the_default_key_rotates_and_is_kept(stack, resources):
    InvocationLogging(stack, "Logging")
    (key,) = resources(stack, "AWS::KMS::Key").values()
    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == "Retain"


def test_everything_with_data_is_kept(stack, resources):
    InvocationLogging(stack, "Logging")
    types = ("AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::KMS::Key")
    kept = [r["DeletionPolicy"] for t in types for r in resources(stack, t).values()]
    assert kept == ["Retain"] * 5


def test_everything_with_data_goes_when_that_is_chosen(stack, resources):
    InvocationLogging(stack, "Logging", removal_policy=cdk.RemovalPolicy.DESTROY)
    types = ("AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::KMS::Key")
    gone = [r["DeletionPolicy"] for t in types for r in resources(stack, t).values()]
    assert gone == ["Delete"] * 5


def test_what_the_sdk_dropped_is_an_output(stack):
    InvocationLogging(stack, "Logging")
    outputs = cdk.assertions.Template.from_stack(stack).find_outputs("*")
    (value,) = [output["Value"] for output in outputs.values()]
    assert value["Fn::GetAtt"][1] == "DroppedParameters"


def test_retention_of_the_log_group(invocation_logging, deployed):
    options = LogGroupOptions(retention=logs.RetentionDays.FIVE_YEARS)
    logging = invocation_logging(log_group=options)
    assert deployed(logging.log_group.node.default_child)["RetentionInDays"] == 1827


REFUSED = {
    "no data": (
        {"data_types": LoggedData(**dict.fromkeys(KINDS, False))},
        "data_types logs no kind of data: switch at least one of the five on",
    ),
    "masking": (
        {
            "log_group": LogGroupOptions(
                mask_personal_data=False, also_mask=[logs.DataIdentifier.SSN_US]
            )
        },
        "also_mask and findings have no effect with mask_personal_data=False",
    ),
    "archive": (
        {"bucket": LogBucketOptions(archive_after_days=0)},
        "archive_after_days is 0: choose 1 day or more",
    ),
    "expire": (
        {"bucket": LogBucketOptions(archive_after_days=None, expire_after_days=-1)},
        "expire_after_days is -1: choose 1 day or more",
    ),
    "superseded": (
        {"bucket": LogBucketOptions(superseded_expire_after_days=0)},
        "superseded_expire_after_days is 0: choose 1 day or more",
    ),
    "access logs": (
        {"bucket": LogBucketOptions(access_logs_expire_after_days=0)},
        "access_logs_expire_after_days is 0: choose 1 day or more",
    ),
    "order": (
        {"bucket": LogBucketOptions(archive_after_days=90, expire_after_days=90)},
        "expire_after_days is 90, but archive_after_days is 90: expire later",
    ),
    "short lock": (
        {"bucket": LogBucketOptions(object_lock=ObjectLock(days=0))},
        "object_lock.days is 0: choose 1 to 36500 days",
    ),
    "long lock": (
        {"bucket": LogBucketOptions(object_lock=ObjectLock(days=36_501))},
        "object_lock.days is 36501: choose 1 to 36500 days",
    ),
    "snapshot": (
        {"removal_policy": cdk.RemovalPolicy.SNAPSHOT},
        "removal_policy is SNAPSHOT, which buckets do not have: choose RETAIN or DESTROY",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(stack, case):
    options, message = REFUSED[case]
    with pytest.raises(ValueError, match=re.escape(f"Test/Logging: {message}")) as refused:
        InvocationLogging(stack, "Logging", **options)
    assert "\n" not in str(refused.value)


def test_numbers_only_known_at_deployment_are_not_judged(stack):
    days = cdk.CfnParameter(stack, "Days", type="Number").value_as_number
    options = LogBucketOptions(expire_after_days=days, object_lock=ObjectLock(days=days))
    assert list(options.problems()) == []
