import json

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from secure_bedrock.cli.erase import command

RECORD = {"identity": {"arn": "arn:aws:iam::1:role/A"}, "requestMetadata": {"user": "u-1"}}
LOGS = ["--request-metadata", "user=u-1", "--log-bucket", "records", "--log-prefix", "i/"]

DOCUMENTS = ["--documents-bucket", "b", "--knowledge-base", "k", "--data-source", "d"]


@pytest.fixture
def s3():
    with mock_aws():
        client = boto3.client("s3")
        where = {"LocationConstraint": "eu-west-1"}
        client.create_bucket(
            Bucket="records", CreateBucketConfiguration=where, ObjectLockEnabledForBucket=True
        )
        yield client


def run(*arguments):
    return CliRunner().invoke(command, arguments)


def test_it_only_looks_unless_told_to_erase(s3):
    s3.put_object(Bucket="records", Key="i/a.json", Body=json.dumps(RECORD))
    result = run(*LOGS)
    assert (result.exit_code, result.stdout[:17]) == (0, "would be erased: ")
    assert s3.get_object(Bucket="records", Key="i/a.json")


def test_it_erases_and_writes_a_report(s3, tmp_path):
    s3.put_object(Bucket="records", Key="i/a.json", Body=json.dumps(RECORD))
    result = run(*LOGS, "--apply", "--report", str(tmp_path / "r.json"))
    assert result.exit_code == 0
    assert json.loads((tmp_path / "r.json").read_text())["counts"]["erased"] == 1
    assert "Versions" not in s3.list_object_versions(Bucket="records")


def test_the_report_can_go_to_standard_output(s3):
    s3.put_object(Bucket="records", Key="i/a.json", Body=json.dumps(RECORD))
    (find,) = json.loads(run(*LOGS, "--json").stdout)["finds"]
    assert (find["what"], find["outcome"]) == ("1 of 1 records", "would be erased")


def test_what_is_kept_is_an_exit_code_of_its_own(s3):
    body = json.dumps(RECORD)
    s3.put_object(Bucket="records", Key="i/a.json", Body=body, ObjectLockLegalHoldStatus="ON")
    result = run(*LOGS, "--apply")
    assert (result.exit_code, result.stdout[:6]) == (1, "kept: ")


def test_an_error_of_aws_is_one_line_and_the_report_is_written(s3, tmp_path):  # noqa: ARG001
    path = tmp_path / "r.json"
    result = run("--identity", "a", "--log-bucket", "none", "--report", str(path))
    assert result.exit_code == 2
    assert result.stderr.startswith("secure-bedrock erase: ListObjectVersions: NoSuchBucket")
    assert json.loads(path.read_text())["finds"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--identity", "a"), "say where to look"),
        (("--log-bucket", "b"), "nobody is named"),
        (("--log-bucket", "b", "--document-metadata", "a=b"), "logs need --identity"),
        (("--identity", "a", "--documents-bucket", "b"), "go together"),
        (("--identity", "a", *LOGS[2:], "--request-metadata", "a"), "'a' is no KEY=VALUE"),
        (
            ("--identity", "a", *DOCUMENTS),
            "documents need --document-metadata",
        ),
    ],
)
def test_wrong_use_is_explained(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
