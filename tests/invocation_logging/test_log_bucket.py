import pytest

from secure_bedrock import LockMode, LogBucketOptions, ObjectLock
from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"
OBJECT = "invocations/AWSLogs/111122223333/BedrockModelInvocationLogs/eu-west-1/2026/11/a.json.gz"


@pytest.fixture
def bucket(invocation_logging, deployed):
    def properties(**options):
        logging = invocation_logging(bucket=LogBucketOptions(**options))
        return deployed(logging.bucket.node.default_child)

    return properties


@pytest.fixture
def may_put(invocation_logging, deployed):
    """Whether a service may put an object into the log bucket."""
    logging = invocation_logging()
    resource = logging.bucket.policy.node.default_child
    name = logging.bucket.stack.resolve(logging.bucket.bucket_name)["Ref"]
    policy = Policy.from_document(deployed(resource)["PolicyDocument"])

    def decide(key=OBJECT, principal="bedrock.amazonaws.com", **context):
        stated = {
            "aws:SourceAccount": ACCOUNT,
            "aws:SourceArn": f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:model-invocation-logging",
            "aws:SecureTransport": "true",
            "s3:TlsVersion": "1.3",
        }
        request = Request(
            principal=principal,
            action="s3:PutObject",
            resource=f"arn:aws:s3:::{name}/{key}",
            context=stated | context,
            resource_account=ACCOUNT,
        )
        return evaluate(request, resource_policies=[policy]).allowed

    return decide


@pytest.mark.parametrize("prefix", ["invocations", "large-data"])
def test_bedrock_delivers_to_both_prefixes(may_put, prefix):
    assert may_put(OBJECT.replace("invocations", prefix, 1))


def test_delivery_does_not_need_the_tls_keys(may_put):
    assert may_put(**{"s3:TlsVersion": ()})


@pytest.mark.parametrize(
    ("key", "context"),
    [
        ("elsewhere/a.json.gz", {}),
        (OBJECT.replace(ACCOUNT, "444455556666"), {}),
        (OBJECT, {"aws:SourceAccount": "444455556666"}),
        (OBJECT, {"aws:SourceArn": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:x"}),
        (OBJECT, {"aws:SecureTransport": "false"}),
        (OBJECT, {"s3:TlsVersion": "1.1"}),
    ],
)
def test_bedrock_delivers_nothing_else(may_put, key, context):
    assert not may_put(key, **context)


def test_another_service_delivers_nothing(may_put):
    assert not may_put(principal="delivery.logs.amazonaws.com")


def test_objects_are_encrypted_with_the_key_and_a_bucket_key(bucket):
    (rule,) = bucket()["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert ":key/LoggingKey" in rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
    assert rule["BucketKeyEnabled"] is True


def test_acls_are_off_because_bedrock_demands_it(bucket):
    assert bucket()["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_nothing_is_public_and_versions_are_kept(bucket):
    properties = bucket()
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}


def test_default_life_cycle(bucket):
    (rule,) = bucket()["LifecycleConfiguration"]["Rules"]
    assert rule == {
        "Id": "invocation-logs",
        "Status": "Enabled",
        "Transitions": [{"StorageClass": "GLACIER_IR", "TransitionInDays": 90}],
        "ExpirationInDays": 400,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }


def test_objects_can_stay_where_they_are_for_good(bucket):
    options = {"archive_after_days": None, "expire_after_days": None}
    (rule,) = bucket(**options)["LifecycleConfiguration"]["Rules"]
    assert not {"Transitions", "ExpirationInDays"} & set(rule)


def test_there_is_no_lock_unless_asked_for(bucket):
    assert not {"ObjectLockEnabled", "ObjectLockConfiguration"} & set(bucket())


@pytest.mark.parametrize("mode", LockMode)
def test_object_lock(bucket, mode):
    properties = bucket(object_lock=ObjectLock(days=30, mode=mode))
    retention = properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert properties["ObjectLockEnabled"] is True
    assert retention == {"Mode": mode.value, "Days": 30}


def test_a_lock_binds_everybody_unless_the_weaker_mode_is_named():
    assert ObjectLock(days=30).mode is LockMode.COMPLIANCE


@pytest.fixture
def access_logs(invocation_logging, deployed):
    return deployed, invocation_logging(bucket=LogBucketOptions(access_logs_expire_after_days=30))


def test_access_is_logged_to_the_second_bucket(access_logs):
    deployed, logging = access_logs
    target = deployed(logging.bucket.node.default_child)["LoggingConfiguration"]
    assert target["LogFilePrefix"] == "access-logs/"
    assert target["DestinationBucketName"].startswith("LoggingStorageAccessLogs")


def test_the_second_bucket_uses_s3s_keys_because_log_delivery_takes_no_others(access_logs):
    deployed, logging = access_logs
    properties = deployed(logging.access_log_bucket.node.default_child)
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert properties["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30


@pytest.mark.parametrize(
    ("source", "account", "allowed"),
    [("ours", ACCOUNT, True), ("theirs", ACCOUNT, False), ("ours", "444455556666", False)],
)
def test_only_s3_for_the_log_bucket_writes_access_logs(access_logs, source, account, allowed):
    deployed, logging = access_logs
    names = [
        b.stack.resolve(b.bucket_name)["Ref"] for b in (logging.bucket, logging.access_log_bucket)
    ]
    document = deployed(logging.access_log_bucket.policy.node.default_child)["PolicyDocument"]
    request = Request(
        principal="logging.s3.amazonaws.com",
        action="s3:PutObject",
        resource=f"arn:aws:s3:::{names[1]}/access-logs/2026-11-23",
        context={
            "aws:SourceAccount": account,
            "aws:SourceArn": f"arn:aws:s3:::{names[0] if source == 'ours' else 'theirs'}",
            "aws:SecureTransport": "true",
        },
        resource_account=ACCOUNT,
    )
    assert evaluate(request, resource_policies=[Policy.from_document(document)]).allowed is allowed


def test_single_objects_can_be_put_on_legal_hold_without_locking_all(bucket):
    found = bucket(legal_holds=True)
    assert found["ObjectLockEnabled"] is True
    assert "ObjectLockConfiguration" not in found
