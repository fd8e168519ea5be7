"""The bucket for reports: what its grants come to, simulated with the bucket's own policy."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock import EvidenceBucket, LockMode, ObjectLock
from secure_bedrock.policy import Policy, Request, evaluate
from secure_bedrock.testing import assert_secure

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
BUCKET = "arn:aws:s3:::evidence"
REPORT = f"{BUCKET}/reports/2026-11-23.json"
TLS = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
VIA_S3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}


@pytest.fixture(scope="module")
def template(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account=ACCOUNT, region="eu-west-1"))
    evidence = EvidenceBucket(
        stack, "Evidence", encryption_key=kms.Key.from_key_arn(stack, "K", KEY)
    )
    for name in ("write", "read", "legal_hold"):
        role = iam.Role(stack, name, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        getattr(evidence, f"grant_{name}")(role)
    return cdk.assertions.Template.from_stack(stack).to_json()["Resources"]


def known(document):
    """The document with the bucket's ARN where the template refers to it."""
    if isinstance(document, dict) and "Fn::GetAtt" in document:
        return BUCKET
    if isinstance(document, dict) and "Fn::Join" in document:
        return "".join(map(known, document["Fn::Join"][1]))
    if isinstance(document, dict):
        return {key: known(value) for key, value in document.items()}
    return [known(each) for each in document] if isinstance(document, list) else document


@pytest.fixture
def may(template):
    def ask(who, action, resource=REPORT, **context):
        documents = {k: known(v["Properties"].get("PolicyDocument")) for k, v in template.items()}
        own = next(v for k, v in documents.items() if k.startswith(f"{who}DefaultPolicy"))
        bucket = next(v for k, v in documents.items() if k.startswith("EvidenceBucketPolicy"))
        request = Request(
            principal=f"arn:aws:iam::{ACCOUNT}:role/{who}",
            action=action,
            resource=resource,
            context={**TLS, **context},
        )
        policies = [Policy.from_document(bucket)] if resource.startswith(BUCKET) else []
        identity = [Policy.from_document(own)]
        return evaluate(request, identity=identity, resource_policies=policies).allowed

    return ask


@pytest.mark.parametrize(
    ("who", "action"),
    [
        ("write", "s3:PutObject"),
        ("read", "s3:GetObject"),
        ("read", "s3:GetObjectVersion"),
        ("read", "s3:GetObjectRetention"),
        ("legalhold", "s3:PutObjectLegalHold"),
    ],
)
def test_a_grant_gives_what_it_is_for(may, who, action):
    assert may(who, action)


@pytest.mark.parametrize(
    ("who", "action"),
    [
        ("write", "s3:GetObject"),
        ("write", "s3:DeleteObject"),
        ("write", "s3:DeleteObjectVersion"),
        ("write", "s3:PutObjectRetention"),
        ("write", "s3:BypassGovernanceRetention"),
        ("write", "s3:PutObjectLegalHold"),
        ("read", "s3:PutObject"),
        ("read", "s3:DeleteObject"),
        ("legalhold", "s3:GetObject"),
    ],
)
def test_a_grant_gives_nothing_else(may, who, action):
    assert not may(who, action)


def test_nothing_is_written_beside_the_reports(may):
    assert not may("write", "s3:PutObject", f"{BUCKET}/other.json")


def test_nothing_is_written_without_tls(may):
    assert not may("write", "s3:PutObject", **{"aws:SecureTransport": "false"})


@pytest.mark.parametrize("action", ["kms:GenerateDataKey", "kms:Decrypt"])
def test_the_key_is_used_through_amazon_s3_only(may, action):
    assert may("write", action, KEY, **VIA_S3)
    assert not may("write", action, KEY)


def test_reports_are_listed_by_their_prefix_only(may):
    assert may("read", "s3:ListBucket", BUCKET, **{"s3:prefix": "reports/2026"})
    assert not may("read", "s3:ListBucket", BUCKET, **{"s3:prefix": ""})


def test_nobody_deletes_a_report_even_with_more_permissions(template):
    policy = next(v for k, v in template.items() if k.startswith("EvidenceBucketPolicy"))
    own = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    request = Request(
        principal=f"arn:aws:iam::{ACCOUNT}:role/admin",
        action="s3:DeleteObjectVersion",
        resource=REPORT,
        context=TLS,
    )
    bucket = Policy.from_document(known(policy["Properties"]["PolicyDocument"]))
    identity = [Policy.from_document(own)]
    assert evaluate(request, identity=identity).allowed
    assert not evaluate(request, identity=identity, resource_policies=[bucket]).allowed


def test_evidence_bucket_defaults(env_stack, snapshot):
    EvidenceBucket(env_stack, "Evidence", encryption_key=kms.Key(env_stack, "K"))
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def lock_of(stack, resources):
    found = resources(stack, "AWS::S3::Bucket").values()
    (locked,) = [b["Properties"] for b in found if "ObjectLockEnabled" in b["Properties"]]
    return locked["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]


def test_every_report_is_locked_for_a_year_against_everybody(env_stack, resources):
    EvidenceBucket(env_stack, "Evidence", encryption_key=kms.Key(env_stack, "K"))
    assert lock_of(env_stack, resources) == {"Days": 365, "Mode": "COMPLIANCE"}


def test_a_weaker_lock_is_written_out(env_stack, resources):
    lock = ObjectLock(days=30, mode=LockMode.GOVERNANCE)
    EvidenceBucket(env_stack, "E", encryption_key=kms.Key(env_stack, "K"), object_lock=lock)
    assert lock_of(env_stack, resources) == {"Days": 30, "Mode": "GOVERNANCE"}


def test_reports_are_kept_unless_an_end_is_chosen(env_stack, resources):
    key = kms.Key(env_stack, "K")
    EvidenceBucket(env_stack, "E", encryption_key=key, expire_after_days=400)
    EvidenceBucket(env_stack, "F", encryption_key=key)
    found = resources(env_stack, "AWS::S3::Bucket").values()
    rules = [b["Properties"]["LifecycleConfiguration"]["Rules"][0] for b in found]
    reports = [rule.get("ExpirationInDays") for rule in rules if rule["Id"] == "reports"]
    assert reports == [400, None]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"object_lock": ObjectLock(days=0)}, "object_lock.days is 0"),
        ({"expire_after_days": 365}, "expire_after_days is 365: reports are locked for 365 days"),
    ],
)
def test_days_that_cannot_be_are_refused(env_stack, given, message):
    with pytest.raises(ValueError, match=f"^Test/E: {message}"):
        EvidenceBucket(env_stack, "E", encryption_key=kms.Key(env_stack, "K"), **given)


@pytest.fixture(scope="module")
def clean(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "T", env=cdk.Environment(account=ACCOUNT, region="eu-west-1"))
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    EvidenceBucket(stack, "Evidence", encryption_key=key)
    return stack


@pytest.mark.parametrize("profile", ["baseline", "strict", "residency", "agentic"])
def test_no_rule_finds_anything(clean, profile):
    assert_secure(clean, profile=profile)
