import gzip
import json

import pytest

ACCOUNT = "123456789012"
GROUP, BUCKET = "/bedrock/invocations", "invocation-records"
STREAM = (
    f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{GROUP}:log-stream:aws/bedrock/modelinvocations"
)
SOURCE = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:*"},
}
BEDROCK = {
    "Effect": "Allow",
    "Principal": {"Service": "bedrock.amazonaws.com"},
    "Condition": SOURCE,
}
ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"]


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture
def bedrock(client):
    return client("bedrock")


@pytest.fixture
def log_group(client):
    """A log group with a role that may write to it, as a cloudWatchConfig."""

    def make(actions=ACTIONS, resource=STREAM, service="bedrock.amazonaws.com"):
        client("logs").create_log_group(logGroupName=GROUP)
        iam = client("iam")
        trust = BEDROCK | {"Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName="logger", AssumeRolePolicyDocument=document(trust))
        allow = {"Effect": "Allow", "Action": actions, "Resource": resource}
        iam.put_role_policy(RoleName="logger", PolicyName="p", PolicyDocument=document(allow))
        return {"logGroupName": GROUP, "roleArn": role["Role"]["Arn"]}

    return make


@pytest.fixture
def bucket(client):
    """A bucket that Bedrock may write to under a prefix, as an s3Config."""

    def make(prefix="records", **statement):
        s3 = client("s3")
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        path = f"{prefix}/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/*"
        allow = BEDROCK | {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/{path}"}
        s3.put_bucket_policy(Bucket=BUCKET, Policy=document(allow | statement))
        return {"bucketName": BUCKET, "keyPrefix": "records"}

    return make


def put(bedrock, **config):
    return bedrock.put_model_invocation_logging_configuration(loggingConfig=config)


def test_nothing_is_configured_at_first(bedrock):
    assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()


def test_a_configuration_reads_back(bedrock, log_group, bucket):
    config = {
        "cloudWatchConfig": log_group(),
        "s3Config": bucket(),
        "textDataDeliveryEnabled": True,
    }
    put(bedrock, **config)
    assert bedrock.get_model_invocation_logging_configuration()["loggingConfig"] == config


def test_a_put_replaces_everything(bedrock, log_group, bucket):
    put(bedrock, cloudWatchConfig=log_group())
    put(bedrock, s3Config=bucket())
    assert list(bedrock.get_model_invocation_logging_configuration()["loggingConfig"]) == [
        "s3Config"
    ]


def test_a_deleted_configuration_is_gone(bedrock, bucket):
    put(bedrock, s3Config=bucket())
    bedrock.delete_model_invocation_logging_configuration()
    assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()


def test_other_regions_have_their_own(bedrock, client, bucket):
    put(bedrock, s3Config=bucket())
    elsewhere = client("bedrock", "us-east-1").get_model_invocation_logging_configuration()
    assert "loggingConfig" not in elsewhere


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"actions": ["logs:PutLogEvents"]}, "logs:CreateLogStream"),
        ({"actions": ["logs:CreateLogStream"]}, "logs:PutLogEvents"),
        ({"resource": STREAM.replace("modelinvocations", "other")}, "logs:CreateLogStream"),
        ({"service": "lambda.amazonaws.com"}, "trust policy"),
    ],
)
def test_a_role_that_cannot_write_is_refused(bedrock, log_group, refusal, wrong, reason):
    config = log_group(**wrong)
    code, text = refusal(put, bedrock=bedrock, cloudWatchConfig=config)
    assert code == "ValidationException"
    assert text.startswith(f"Failed to validate permissions for log group: {GROUP}, with role: ")
    assert reason in text


def test_a_log_group_that_does_not_exist_is_refused(bedrock, log_group, client, refusal):
    config = log_group()
    client("logs").delete_log_group(logGroupName=GROUP)
    _, text = refusal(put, bedrock=bedrock, cloudWatchConfig=config)
    assert "the log group does not exist" in text


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"prefix": "other"}, "put objects under records/AWSLogs"),
        ({"Principal": {"Service": "logs.amazonaws.com"}}, "does not let bedrock.amazonaws.com"),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "1" * 12}}}, "does not let"),
    ],
)
def test_a_bucket_bedrock_cannot_write_to_is_refused(bedrock, bucket, refusal, wrong, reason):
    config = bucket(**wrong)
    code, text = refusal(put, bedrock=bedrock, s3Config=config)
    assert code == "ValidationException"
    assert text.startswith(f"Failed to validate permissions for bucket: {BUCKET}")
    assert reason in text


def test_a_bucket_with_acls_is_refused(bedrock, bucket, client, refusal):
    config = bucket()
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    client("s3").put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=rules)
    assert "BucketOwnerEnforced" in refusal(put, bedrock=bedrock, s3Config=config)[1]


def test_a_bucket_whose_key_shuts_bedrock_out_is_refused(bedrock, bucket, client, refusal):
    config = bucket()
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    }
    client("s3").put_bucket_encryption(
        Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    assert "generate data keys" in refusal(put, bedrock=bedrock, s3Config=config)[1]


def test_the_large_data_bucket_is_checked_too(bedrock, log_group, refusal):
    config = log_group() | {"largeDataDeliveryS3Config": {"bucketName": "no-such-bucket"}}
    _, text = refusal(put, bedrock=bedrock, cloudWatchConfig=config)
    assert text.startswith("Failed to validate permissions for bucket: no-such-bucket")


def call_model(client):
    message = {"role": "user", "content": [{"text": "hello"}]}
    client("bedrock-runtime").converse(
        modelId="amazon.nova-lite-v1:0", messages=[message], requestMetadata={"team": "a"}
    )


def test_a_call_leaves_a_record_in_the_log_group(bedrock, log_group, client):
    put(bedrock, cloudWatchConfig=log_group())
    call_model(client)
    (event,) = client("logs").filter_log_events(logGroupName=GROUP)["events"]
    record = json.loads(event["message"])
    assert (record["operation"], record["requestMetadata"]) == ("Converse", {"team": "a"})
    assert record["input"]["inputBodyJson"]["messages"][0]["content"] == [{"text": "hello"}]


def test_a_call_leaves_a_record_in_the_bucket(bedrock, bucket, client):
    put(bedrock, s3Config=bucket(), textDataDeliveryEnabled=False)
    call_model(client)
    s3 = client("s3")
    (found,) = s3.list_objects_v2(Bucket=BUCKET, Prefix="records/AWSLogs/")["Contents"]
    record = json.loads(
        gzip.decompress(s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read())
    )
    assert record["input"]["inputTokenCount"] == 2
    assert "inputBodyJson" not in record["input"]


def allow(*actions):
    return {"Effect": "Allow", "Action": actions, "Resource": "*"}


def test_the_caller_needs_the_action(as_role, bucket, refusal):
    config = bucket()
    caller = as_role(allow("bedrock:Get*"), service="bedrock")
    code, text = refusal(put, bedrock=caller, s3Config=config)
    action = "bedrock:PutModelInvocationLoggingConfiguration on resource: *"
    assert (code, action in text) == ("AccessDeniedException", True)


def test_the_caller_needs_to_pass_the_role(as_role, log_group, refusal):
    config = log_group()
    caller = as_role(allow("bedrock:*"), service="bedrock")
    code, text = refusal(put, bedrock=caller, cloudWatchConfig=config)
    assert (code, "iam:PassRole" in text) == ("AccessDeniedException", True)


def test_a_caller_with_both_is_let_through(as_role, log_group):
    passing = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    caller = as_role(
        allow("bedrock:*"), allow("iam:PassRole") | {"Condition": passing}, service="bedrock"
    )
    put(caller, cloudWatchConfig=log_group())
    assert "loggingConfig" in caller.get_model_invocation_logging_configuration()
