import pytest

DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.fixture
def tls(judge):
    """KBS13 on a bucket with documents; policies are given as (bucket, statement, ...)."""

    def lines(*policies, **properties):
        s3 = {"BucketArn": {"Fn::GetAtt": ["Documents", "Arn"]}}
        configuration = {"Type": "S3", "S3Configuration": s3}
        template = {
            "Source": {
                "Type": "AWS::Bedrock::DataSource",
                "Properties": {"DataSourceConfiguration": configuration},
            },
            "Documents": {"Type": "AWS::S3::Bucket", "Properties": properties},
            "Other": {"Type": "AWS::S3::Bucket"},
        }
        for number, (bucket, *statements) in enumerate(policies):
            held = {"Bucket": bucket, "PolicyDocument": {"Statement": list(statements)}}
            template[f"P{number}"] = {"Type": "AWS::S3::BucketPolicy", "Properties": held}
        return [line.split()[0] for line in judge("KBS13", template)]

    return lines


MINE, OTHER = {"Ref": "Documents"}, {"Ref": "Other"}


def test_a_bucket_without_policy_fails(tls):
    assert tls() == ["fail"]


def test_its_own_policy_counts(tls):
    assert tls((MINE, DENY)) == []


def test_the_policy_of_another_bucket_of_the_template_does_not(tls):
    assert tls((OTHER, DENY)) == ["fail"]
    assert tls((OTHER, DENY), BucketName="documents") == ["fail"]


@pytest.mark.parametrize(("name", "verdict"), [("documents", []), ("else", ["fail"])])
def test_a_policy_may_name_the_bucket_as_text(tls, name, verdict):
    assert tls((name, DENY), BucketName="documents") == verdict


def test_one_of_several_statements_and_policies_is_enough(tls):
    allow = DENY | {"Effect": "Allow"}
    assert tls((MINE, allow, DENY)) == []
    assert tls((MINE, DENY, allow)) == []
    assert tls((MINE, allow), (MINE, DENY), (OTHER, allow)) == []


def test_a_policy_whose_bucket_is_not_known_is_unknown(tls):
    assert tls(({"Fn::ImportValue": "Bucket"}, DENY)) == ["unknown"]
