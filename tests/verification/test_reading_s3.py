import json

import pytest

NAME = "claimed-bucket"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
BLOCK = dict.fromkeys(
    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
)
CLAIM = {
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {
                "BucketKeyEnabled": True,
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
            }
        ]
    },
    "VersioningConfiguration": {"Status": "Enabled"},
    "PublicAccessBlockConfiguration": BLOCK,
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "LoggingConfiguration": {"DestinationBucketName": "access-logs", "LogFilePrefix": "a/"},
    "LifecycleConfiguration": {
        "Rules": [
            {
                "Status": "Enabled",
                "ExpirationInDays": 400,
                "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 90}],
            }
        ]
    },
    "Tags": [{"Key": "a", "Value": "1"}],
}
HERE = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}


def encryption(algorithm, key=None):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
    if key:
        rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = key
    return {"Rules": [{**rule, "BucketKeyEnabled": True}]}


def lifecycle(days):
    return {
        "Rules": [
            {
                "ID": "generated",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "Expiration": {"Days": days},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                "Transitions": [{"StorageClass": "GLACIER", "Days": 90}],
            }
        ]
    }


@pytest.fixture
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="access-logs", **HERE)
    client.put_bucket_acl(Bucket="access-logs", ACL="log-delivery-write")
    client.create_bucket(Bucket=NAME, **HERE)
    client.put_bucket_encryption(
        Bucket=NAME, ServerSideEncryptionConfiguration=encryption("aws:kms", KEY)
    )
    client.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    client.put_public_access_block(Bucket=NAME, PublicAccessBlockConfiguration=BLOCK)
    client.put_bucket_ownership_controls(Bucket=NAME, OwnershipControls=CLAIM["OwnershipControls"])
    logging = {"TargetBucket": "access-logs", "TargetPrefix": "a/"}
    client.put_bucket_logging(Bucket=NAME, BucketLoggingStatus={"LoggingEnabled": logging})
    client.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration=lifecycle(400))
    client.put_bucket_tagging(Bucket=NAME, Tagging={"TagSet": CLAIM["Tags"]})
    return client


def test_a_bucket_as_claimed(s3, differences):  # noqa: ARG001 - the bucket has to exist
    assert differences("AWS::S3::Bucket", NAME, CLAIM) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (
            lambda s3: s3.put_bucket_encryption(
                Bucket=NAME, ServerSideEncryptionConfiguration=encryption("AES256")
            ),
            "BucketEncryption",
        ),
        (
            lambda s3: s3.put_bucket_versioning(
                Bucket=NAME, VersioningConfiguration={"Status": "Suspended"}
            ),
            "VersioningConfiguration",
        ),
        (lambda s3: s3.delete_public_access_block(Bucket=NAME), "PublicAccessBlockConfiguration"),
        (lambda s3: s3.delete_bucket_ownership_controls(Bucket=NAME), "OwnershipControls"),
        (
            lambda s3: s3.put_bucket_logging(Bucket=NAME, BucketLoggingStatus={}),
            "LoggingConfiguration",
        ),
        (
            lambda s3: s3.put_bucket_lifecycle_configuration(
                Bucket=NAME, LifecycleConfiguration=lifecycle(4)
            ),
            "LifecycleConfiguration",
        ),
        (lambda s3: s3.delete_bucket_lifecycle(Bucket=NAME), "LifecycleConfiguration"),
        (lambda s3: s3.delete_bucket_tagging(Bucket=NAME), "Tags"),
    ],
)
def test_a_bucket_that_was_changed(s3, changed, change, path):
    change(s3)
    assert changed("AWS::S3::Bucket", NAME, CLAIM) == [path]


def test_a_lifecycle_nobody_claimed(s3, differences):  # noqa: ARG001
    claim = {name: value for name, value in CLAIM.items() if name != "LifecycleConfiguration"}
    assert differences("AWS::S3::Bucket", NAME, claim) == ["LifecycleConfiguration"]


def test_an_object_lock_that_is_missing(s3, differences):  # noqa: ARG001
    assert differences("AWS::S3::Bucket", NAME, {**CLAIM, "ObjectLockEnabled": True}) == [
        "ObjectLockEnabled"
    ]


def test_an_object_lock_as_claimed(aws, differences):
    lock = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}},
    }
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True, **HERE)
    s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=lock)
    claim = {
        "ObjectLockEnabled": True,
        "ObjectLockConfiguration": lock,
        "VersioningConfiguration": {"Status": "Enabled"},
    }
    assert differences("AWS::S3::Bucket", "locked", claim) == []


def policy(effect):
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": effect,
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


@pytest.mark.parametrize(
    ("deployed", "paths"), [("Deny", []), ("Allow", ["PolicyDocument.Statement[].Effect"])]
)
def test_a_bucket_policy(s3, differences, deployed, paths):
    s3.delete_public_access_block(Bucket=NAME)
    s3.put_bucket_policy(Bucket=NAME, Policy=json.dumps(policy(deployed)))
    claim = {"Bucket": NAME, "PolicyDocument": policy("Deny")}
    assert differences("AWS::S3::BucketPolicy", NAME, claim) == paths


def test_a_bucket_policy_that_is_gone(s3, differences):  # noqa: ARG001
    claim = {"Bucket": NAME, "PolicyDocument": policy("Deny")}
    assert differences("AWS::S3::BucketPolicy", NAME, claim) == ["(resource)"]
