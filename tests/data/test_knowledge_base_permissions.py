"""What the grants and the service roles of a knowledge base come to, simulated."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_bedrock import Documents, ExistingBucket, SecureKnowledgeBase
from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"
BASE = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:knowledge-base/ABCDEFGHIJ"
OTHER = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:knowledge-base/SOMEBODYS1"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
THEIR_KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/99999999-2222-3333-4444-555555555555"
INDEX = f"arn:aws:s3vectors:eu-west-1:{ACCOUNT}:bucket/b/index/i"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-embed-text-v2:0"
DOCUMENT = "arn:aws:s3:::docs/hr/a.txt"
S3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}
MINE = {"aws:ResourceAccount": ACCOUNT}
KNOWN = {"KnowledgeBaseArn": BASE, "IndexArn": INDEX}


@pytest.fixture(scope="module")
def template():
    app = cdk.App()
    stack = cdk.Stack(app, "T", env=cdk.Environment(account=ACCOUNT, region="eu-west-1"))
    bucket = s3.Bucket.from_bucket_attributes(
        stack,
        "Docs",
        bucket_name="docs",
        encryption_key=kms.Key.from_key_arn(stack, "TheirKey", THEIR_KEY),
    )
    base = SecureKnowledgeBase(
        stack,
        "Base",
        documents=Documents(bucket=ExistingBucket(bucket=bucket), prefix="hr/"),
        encryption_key=kms.Key.from_key_arn(stack, "Key", KEY),
    )
    for name in ("retrieve", "retrieve_and_generate", "ingest"):
        role = iam.Role(stack, name, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        getattr(base, f"grant_{name}")(role)
    return cdk.assertions.Template.from_stack(stack).to_json()["Resources"]


@pytest.fixture
def may(template):
    """Whether a role may do something, by the beginning of its policy's logical id."""

    def decide(who, action, resource, **context):
        documents = [
            plain(each["Properties"]["PolicyDocument"])
            for name, each in template.items()
            if name.startswith(who) and "PolicyDocument" in each.get("Properties", {})
        ]
        request = Request(
            principal=f"arn:aws:iam::{ACCOUNT}:role/r",
            action=action,
            resource=resource,
            context=context,
        )
        policies = [Policy.from_document(each, name=who) for each in documents]
        return evaluate(request, identity=policies).allowed

    return decide


def plain(value):
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Fn::GetAtt": [_, attribute]}:
            return KNOWN[attribute]
        case {"Fn::Join": [separator, parts]}:
            return separator.join(plain(part) for part in parts)
        case {"Ref": "AWS::Partition"}:
            return "aws"
    return {key: plain(each) for key, each in value.items()}


ALLOWED = [
    ("retrieve", "bedrock:Retrieve", BASE, {}),
    ("retrieveandgenerate", "bedrock:Retrieve", BASE, {}),
    ("retrieveandgenerate", "bedrock:RetrieveAndGenerate", "*", {}),
    ("ingest", "bedrock:StartIngestionJob", BASE, {}),
    ("ingest", "bedrock:GetIngestionJob", BASE, {}),
    ("ingest", "s3:PutObject", DOCUMENT, {}),
    ("ingest", "s3:DeleteObject", DOCUMENT, {}),
    ("ingest", "kms:GenerateDataKey", THEIR_KEY, S3),
    ("BaseService", "bedrock:InvokeModel", MODEL, {}),
    ("BaseService", "s3:GetObject", DOCUMENT, MINE),
    ("BaseService", "s3:ListBucket", "arn:aws:s3:::docs", {**MINE, "s3:prefix": "hr/"}),
    ("BaseService", "s3vectors:PutVectors", INDEX, {}),
    ("BaseService", "s3vectors:QueryVectors", INDEX, {}),
    ("BaseService", "kms:GenerateDataKey", KEY, {}),
    ("BaseService", "kms:Decrypt", THEIR_KEY, S3),
    ("BaseSync", "bedrock:StartIngestionJob", BASE, {}),
]
NOT_ALLOWED = [
    ("retrieve", "bedrock:Retrieve", OTHER, {}),
    ("retrieve", "bedrock:StartIngestionJob", BASE, {}),
    ("retrieve", "kms:Decrypt", KEY, {}),
    ("ingest", "bedrock:Retrieve", BASE, {}),
    ("ingest", "bedrock:StartIngestionJob", OTHER, {}),
    ("ingest", "s3:PutObject", "arn:aws:s3:::docs/finance/a.txt", {}),
    ("ingest", "s3:GetObject", DOCUMENT, {}),
    ("ingest", "kms:Decrypt", THEIR_KEY, {}),
    ("BaseService", "bedrock:InvokeModel", MODEL.replace("titan", "nova"), {}),
    ("BaseService", "s3:GetObject", DOCUMENT, {"aws:ResourceAccount": "444455556666"}),
    ("BaseService", "s3:GetObject", "arn:aws:s3:::docs/finance/a.txt", MINE),
    ("BaseService", "s3:ListBucket", "arn:aws:s3:::docs", {**MINE, "s3:prefix": "finance/"}),
    ("BaseService", "s3:PutObject", DOCUMENT, MINE),
    ("BaseService", "s3vectors:DeleteIndex", INDEX, {}),
    ("BaseService", "kms:Decrypt", THEIR_KEY, {}),
    ("BaseService", "kms:GenerateDataKey", THEIR_KEY, S3),
    ("BaseService", "bedrock:UpdateKnowledgeBase", BASE, {}),
    ("BaseService", "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/r", {}),
    ("BaseSync", "bedrock:StartIngestionJob", OTHER, {}),
    ("BaseSync", "bedrock:StopIngestionJob", BASE, {}),
]


@pytest.mark.parametrize(("who", "action", "resource", "context"), ALLOWED)
def test_what_is_needed_is_allowed(may, who, action, resource, context):
    name = f"{who}DefaultPolicy" if who.islower() else who
    assert may(name, action, resource, **context)


@pytest.mark.parametrize(("who", "action", "resource", "context"), NOT_ALLOWED)
def test_nothing_else_is(may, who, action, resource, context):
    name = f"{who}DefaultPolicy" if who.islower() else who
    assert not may(name, action, resource, **context)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"aws:SourceAccount": ACCOUNT, "aws:SourceArn": BASE}, True),
        ({"aws:SourceAccount": "444455556666", "aws:SourceArn": BASE}, False),
        ({"aws:SourceAccount": ACCOUNT, "aws:SourceArn": BASE.replace("base", "bass")}, False),
        ({}, False),
    ],
)
def test_only_knowledge_bases_of_the_account_take_the_role(template, context, expected):
    (trust,) = (
        plain(each["Properties"]["AssumeRolePolicyDocument"])
        for name, each in template.items()
        if name.startswith("BaseServiceRole")
    )
    request = Request(
        principal="bedrock.amazonaws.com",
        action="sts:AssumeRole",
        resource=f"arn:aws:iam::{ACCOUNT}:role/r",
        context=context,
        resource_account=ACCOUNT,
    )
    policy = Policy.from_document(trust, name="trust")
    assert evaluate(request, resource_policies=[policy]).allowed is expected
