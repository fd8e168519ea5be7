import pytest

from secure_bedrock.rules import Parameters

OPEN = {"Ref": "Elsewhere"}
AT = "Properties.DataSourceConfiguration"
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {}}


def source(kind="S3", **configuration):
    found = {"Type": kind, **configuration}
    return {"Type": "AWS::Bedrock::DataSource", "Properties": {"DataSourceConfiguration": found}}


def documents(owner=None, bucket="arn:aws:s3:::documents"):
    where = {"BucketArn": bucket} | ({"BucketOwnerAccountId": owner} if owner else {})
    return source(S3Configuration=where)


OWNER_AT = f"{AT}.S3Configuration.BucketOwnerAccountId"


@pytest.mark.parametrize(
    ("owner", "options", "expected"),
    [
        (None, {}, [f"fail {OWNER_AT}"]),
        ({"Ref": "AWS::AccountId"}, {}, []),
        ("111122223333", {"account": "111122223333"}, []),
        ("444455556666", {"account": "111122223333"}, [f"fail {OWNER_AT}"]),
        ("444455556666", {"parameters": Parameters(trusted_accounts=("444455556666",))}, []),
        ("444455556666", {}, [f"unknown {OWNER_AT}"]),
        (OPEN, {}, [f"unknown {OWNER_AT}"]),
    ],
)
def test_the_owner_of_a_bucket_is_named(judge, accepting, owner, options, expected):
    assert judge("KBS14", documents(owner), **options) == expected
    assert judge("KBS14", accepting(documents(owner), "KBS14"), **options) == []


def test_a_bucket_of_the_template_needs_no_owner(judge):
    named = {**BUCKET, "Properties": {"BucketName": "documents"}}
    by_reference = documents(bucket={"Fn::GetAtt": ["Bucket", "Arn"]})
    assert judge("KBS14", {"Source": by_reference, "Bucket": BUCKET}) == []
    assert judge("KBS14", {"Source": documents(), "Bucket": named}) == []
    assert judge("KBS14", {"Source": documents(), "Bucket": BUCKET}) == [f"fail {OWNER_AT}"]
    assert judge("KBS14", source("WEB")) == []


@pytest.mark.parametrize(
    ("kind", "approved", "expected"),
    [
        ("WEB", (), []),
        ("S3", ("S3",), []),
        ("WEB", ("S3", "CUSTOM"), [f"fail {AT}.Type"]),
        (OPEN, ("S3",), [f"unknown {AT}.Type"]),
    ],
)
def test_connectors_are_approved(judge, accepting, kind, approved, expected):
    parameters = Parameters(approved_connectors=approved)
    assert judge("KBS15", source(kind), parameters=parameters) == expected
    assert judge("KBS15", accepting(source(kind), "KBS15"), parameters=parameters) == []


@pytest.mark.parametrize(
    ("crawler", "expected"),
    [
        ({}, []),
        ({"Scope": "HOST_ONLY"}, []),
        ({"Scope": "SUBDOMAINS"}, ["fail"]),
        ({"Scope": "SUBDOMAINS", "InclusionFilters": []}, ["fail"]),
        ({"Scope": "SUBDOMAINS", "InclusionFilters": [".*/docs/.*"]}, []),
        ({"Scope": OPEN}, ["unknown"]),
    ],
)
def test_a_crawler_is_bounded(judge, accepting, crawler, expected):
    subject = source("WEB", WebConfiguration={"CrawlerConfiguration": crawler})
    at = f"{AT}.WebConfiguration.CrawlerConfiguration.Scope"
    assert judge("KBS16", subject) == [f"{status} {at}" for status in expected]
    assert judge("KBS16", accepting(subject, "KBS16")) == []


@pytest.mark.parametrize(
    ("policy", "status"), [(None, "fail"), ("RETAIN", None), ("DELETE", None), (OPEN, "unknown")]
)
def test_deletion_is_decided(judge, accepting, policy, status):
    subject = {"Type": "AWS::Bedrock::DataSource", "Properties": {"DataDeletionPolicy": policy}}
    expected = [f"{status} Properties.DataDeletionPolicy"] if status else []
    assert judge("KBS21", subject) == expected
    assert judge("KBS21", accepting(subject, "KBS21")) == []


def template(bucket, location=None, **more):
    arn = location or {"Fn::GetAtt": ["Bucket", "Arn"]}
    resources = {"Source": documents(bucket=arn), "Bucket": bucket, **more}
    return {"Resources": resources}


def bucket(**properties):
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


def encrypted(algorithm="aws:kms"):
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [rule]}}


VERSIONED = {"VersioningConfiguration": {"Status": "Enabled"}}
LOGGED = {"LoggingConfiguration": {"DestinationBucketName": "logs"}}
ENCRYPTION_AT = "Properties.BucketEncryption.ServerSideEncryptionConfiguration"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({**VERSIONED, **LOGGED, **encrypted()}, []),
        ({**LOGGED, **encrypted()}, ["fail Properties.VersioningConfiguration.Status"]),
        ({**VERSIONED, **encrypted("aws:kms:dsse")}, ["fail Properties.LoggingConfiguration"]),
        ({**VERSIONED, **LOGGED, **encrypted("AES256")}, [f"fail {ENCRYPTION_AT}"]),
        ({**VERSIONED, **LOGGED}, [f"fail {ENCRYPTION_AT}"]),
        ({**VERSIONED, **LOGGED, **encrypted(OPEN)}, [f"unknown {ENCRYPTION_AT}"]),
    ],
)
def test_buckets_with_documents_are_hardened(judge, accepting, properties, expected):
    assert judge("KBS12", template(bucket(**properties))) == expected
    assert judge("KBS12", template(accepting(bucket(**properties), "KBS12"))) == []


def test_other_buckets_are_left_alone(judge):
    elsewhere = "arn:aws:s3:::elsewhere"
    for rule in ("KBS12", "KBS13", "KBS22", "KBS24"):
        assert judge(rule, template(bucket(), location=elsewhere)) == []


def tls_policy(**more):
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        **more,
    }
    properties = {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Statement": [statement]}}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": properties}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"Principal": {"AWS": "*"}}, []),
        ({"Effect": "Allow"}, ["fail "]),
        ({"Action": "s3:PutObject"}, ["fail "]),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}, ["fail "]),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, ["fail "]),
        ({"Condition": {"Bool": {"aws:SecureTransport": OPEN}}}, ["unknown "]),
        ({"Condition": {}}, ["fail "]),
        (
            {"Condition": {"Bool": {"aws:SecureTransport": "false"}, "Null": {"aws:Via": "true"}}},
            ["fail "],
        ),
    ],
)
def test_buckets_take_tls_only(judge, more, expected):
    assert judge("KBS13", template(bucket(), Policy=tls_policy(**more))) == expected


def test_the_policy_has_to_be_of_the_bucket(judge, accepting):
    other = tls_policy()
    other["Properties"]["Bucket"] = "another"
    assert judge("KBS13", template(bucket(), Policy=other)) == ["fail "]
    assert judge("KBS13", template(bucket())) == ["fail "]
    assert judge("KBS13", template(accepting(bucket(), "KBS13"))) == []


def test_the_policy_may_name_the_bucket(judge):
    named = tls_policy()
    named["Properties"]["Bucket"] = "documents"
    resources = template(bucket(BucketName="documents"), Policy=named)
    assert judge("KBS13", resources) == []


def test_buckets_tell_of_changes(judge, accepting):
    told = bucket(NotificationConfiguration={"EventBridgeConfiguration": {}})
    unclear = bucket(NotificationConfiguration=OPEN)
    at = "Properties.NotificationConfiguration"
    assert judge("KBS22", template(bucket())) == [f"fail {at}"]
    assert judge("KBS22", template(told)) == []
    assert judge("KBS22", template(unclear)) == [f"unknown {at}"]
    assert judge("KBS22", template(accepting(bucket(), "KBS22"))) == []


def test_cdk_sets_notifications_with_a_custom_resource(judge):
    custom = {
        "Type": "Custom::S3BucketNotifications",
        "Properties": {"BucketName": {"Ref": "Bucket"}},
    }
    assert judge("KBS22", template(bucket(), Told=custom)) == []


def working(location):
    storage = {"IntermediateStorage": {"S3Location": {"URI": location}}}
    ingestion = {"VectorIngestionConfiguration": {"CustomTransformationConfiguration": storage}}
    return {"Type": "AWS::Bedrock::DataSource", "Properties": ingestion}


def supplemental(location, kind="VectorKnowledgeBaseConfiguration"):
    places = [{"SupplementalDataStorageLocationType": "S3", "S3Location": {"URI": location}}]
    storage = {"SupplementalDataStorageConfiguration": {"SupplementalDataStorageLocations": places}}
    properties = {"KnowledgeBaseConfiguration": {kind: storage}}
    return {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": properties}


@pytest.mark.parametrize(
    "user",
    [
        working({"Fn::Sub": "s3://${Bucket}/chunks"}),
        supplemental({"Fn::Join": ["", ["s3://", {"Ref": "Bucket"}]]}),
        supplemental("s3://images/x", "ManagedKnowledgeBaseConfiguration"),
    ],
)
def test_buckets_for_working_data_are_encrypted(judge, accepting, user):
    plain = bucket(BucketName="images")
    assert judge("KBS24", {"User": user, "Bucket": plain}) == [f"fail {ENCRYPTION_AT}"]
    assert (
        judge("KBS24", {"User": user, "Bucket": bucket(BucketName="images", **encrypted())}) == []
    )
    unclear = bucket(BucketName="images", **encrypted(OPEN))
    assert judge("KBS24", {"User": user, "Bucket": unclear}) == [f"unknown {ENCRYPTION_AT}"]
    assert judge("KBS24", {"User": user, "Bucket": accepting(plain, "KBS24")}) == []


def test_buckets_for_working_data_take_tls_only_too(judge):
    user = working({"Fn::Sub": "s3://${Bucket}/chunks"})
    assert judge("KBS13", {"User": user, "Bucket": bucket()}) == ["fail "]
