from datetime import date

import boto3
import pytest
from moto import mock_aws

from secure_bedrock.usage.s3_logs import download

DAY = "invocations/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11"


@pytest.fixture
def client():
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-1")
        client.create_bucket(
            Bucket="call-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        for day in (18, 19, 20):
            client.put_object(Bucket="call-logs", Key=f"{DAY}/{day}/10/a.json.gz", Body=b"x")
        yield client


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_objects_keep_their_keys_as_paths(client, tmp_path):
    download(client, "s3://call-logs/invocations", tmp_path)
    assert names(tmp_path) == [f"{DAY}/{day}/10/a.json.gz" for day in (18, 19, 20)]


def test_objects_of_days_long_before_are_not_copied(client, tmp_path):
    download(client, "s3://call-logs", tmp_path, since=date(2026, 11, 20))
    assert names(tmp_path) == [f"{DAY}/{day}/10/a.json.gz" for day in (19, 20)]


def test_nothing_to_copy_is_refused(client, tmp_path):
    with pytest.raises(ValueError, match="has no objects to read"):
        download(client, "s3://call-logs/other", tmp_path)


def test_an_address_without_a_bucket_is_refused(client, tmp_path):
    with pytest.raises(ValueError, match="names no bucket"):
        download(client, "s3://", tmp_path)


def test_a_key_cannot_leave_the_folder(client, tmp_path):
    client.put_object(Bucket="call-logs", Key="../../out.json.gz", Body=b"x")
    with pytest.raises(ValueError, match="would leave the folder"):
        download(client, "s3://call-logs/../", tmp_path / "in")
