import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from secure_bedrock.emulator import CdkError, Emulator

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def emulator(pytestconfig):
    folder = pytestconfig.rootpath / ".demo" / "cdk-cli"
    with Emulator(cache_folder=folder) as emulator:
        emulator.cdk().bootstrap()
        yield emulator


def _synthesize(folder, *, days, emulator, website=False):
    """A bucket and its key, retained, and a log group that goes with its stack."""
    app = cdk.App(outdir=str(folder))
    environment = cdk.Environment(account=emulator.account, region=emulator.region)
    stack = cdk.Stack(app, "Tiny", env=environment)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    s3.Bucket(
        stack,
        "Bucket",
        bucket_name="tiny-bucket-of-a-test",
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,
        website_index_document="index.html" if website else None,
    )
    logs.LogGroup(
        stack,
        "Group",
        log_group_name="tiny",
        retention=days,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    app.synth()
    return folder


def _retention(emulator):
    groups = emulator.client("logs").describe_log_groups(logGroupNamePrefix="tiny")["logGroups"]
    return [group["retentionInDays"] for group in groups]


def test_the_real_cdk_cli_deploys_redeploys_changes_and_destroys(emulator, tmp_path):
    cli = emulator.cdk()
    first = _synthesize(tmp_path / "1", days=logs.RetentionDays.ONE_MONTH, emulator=emulator)
    second = _synthesize(tmp_path / "2", days=logs.RetentionDays.ONE_WEEK, emulator=emulator)
    broken = _synthesize(
        tmp_path / "3", days=logs.RetentionDays.ONE_DAY, emulator=emulator, website=True
    )
    cli.deploy(first)
    assert _retention(emulator) == [30]
    assert "no changes" in cli.deploy(first)
    assert "[+] 7" in cli.diff(second)
    cli.deploy(second)
    assert _retention(emulator) == [7]
    with pytest.raises(CdkError, match=r"WebsiteConfiguration\.IndexDocument"):
        cli.deploy(broken)
    assert _retention(emulator) == [7]
    cli.destroy(second)
    assert _retention(emulator) == []
    encryption = emulator.client("s3").get_bucket_encryption(Bucket="tiny-bucket-of-a-test")
    assert "aws:kms" in str(encryption["ServerSideEncryptionConfiguration"])
