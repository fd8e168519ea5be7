import io
import json
import zipfile

import pytest

HERE = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def archive(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("index.py", text)
    return packed.getvalue()


@pytest.fixture
def claim(aws):
    iam, s3 = aws.client("iam"), aws.client("s3")
    role = iam.create_role(RoleName="fn", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    s3.create_bucket(Bucket="assets", **HERE)
    s3.put_object(Bucket="assets", Key="code.zip", Body=archive("one"))
    return {
        "Code": {"S3Bucket": "assets", "S3Key": "code.zip"},
        "Handler": "index.handler",
        "Role": role["Arn"],
        "Runtime": "python3.14",
        "Timeout": 300,
        "MemorySize": 256,
        "LoggingConfig": {"LogGroup": "/claimed"},
    }


@pytest.fixture
def function(aws, claim):
    client = aws.client("lambda")
    client.create_function(FunctionName="fn", **claim)
    return client


def test_a_function_as_claimed(function, claim, differences):  # noqa: ARG001 - it has to exist
    assert differences("AWS::Lambda::Function", "fn", claim) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"Timeout": 3}, "Timeout"),
        ({"Runtime": "python3.11"}, "Runtime"),
        ({"Role": "arn:aws:iam::123456789012:role/other"}, "Role"),
        ({"LoggingConfig": {"LogGroup": "/other"}}, "LoggingConfig"),
        ({"Environment": {"Variables": {"A": "1"}}}, "Environment"),
    ],
)
def test_a_function_that_was_changed(function, claim, changed, change, path):
    function.update_function_configuration(FunctionName="fn", **change)
    assert changed("AWS::Lambda::Function", "fn", claim) == [path]


def test_a_function_with_other_code(function, claim, changed):
    function.update_function_code(FunctionName="fn", ZipFile=archive("two"))
    assert changed("AWS::Lambda::Function", "fn", claim) == ["Code"]


def test_code_whose_archive_is_gone_is_not_compared(aws, function, claim, verified):  # noqa: ARG001
    aws.client("s3").delete_object(Bucket="assets", Key="code.zip")
    report = verified({"It": ("AWS::Lambda::Function", "fn", claim)})["It"]
    assert [each.path for each in report.not_compared] == ["Code"]
    assert report.outcome == "ok"


def test_a_function_that_is_gone(claim, differences):
    assert differences("AWS::Lambda::Function", "gone", claim) == ["(resource)"]


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("arn:aws:events:eu-west-1:123456789012:rule/claimed", []),
        ("arn:aws:events:eu-west-1:123456789012:rule/other", ["SourceArn"]),
    ],
)
def test_a_permission(function, differences, source, paths):
    permission = {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}
    function.add_permission(
        FunctionName="fn", StatementId="claimed", SourceArn=source, **permission
    )
    claim = {
        "FunctionName": "fn",
        "SourceArn": "arn:aws:events:eu-west-1:123456789012:rule/claimed",
        **permission,
    }
    assert differences("AWS::Lambda::Permission", "claimed", claim) == paths
