"""Everything of the reference stack that can enforce TLS does."""

import pytest

from secure_bedrock.policy import Policy, Request, evaluate

CALLER = "arn:aws:iam::111122223333:role/Anyone"
ANYTHING = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, name="identity"
)
KINDS = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket", "s3:GetObject", "/a.txt"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics", "sns:Publish", ""),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues", "sqs:SendMessage", ""),
}


@pytest.fixture(scope="module")
def template(assembly):
    (stack,) = assembly.stacks
    return stack.template


def arn(name):
    return f"arn:aws:any:::{name}"


def resolved(value):
    """A document with an ARN of the resource's logical id wherever one is referred to."""
    match value:
        case list():
            return [resolved(item) for item in value]
        case {"Ref": str(name)}:
            return "aws" if name == "AWS::Partition" else arn(name)
        case {"Fn::GetAtt": [name, *_]}:
            return arn(name)
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolved(parts))
        case dict():
            return {key: resolved(item) for key, item in value.items()}
    return value


def guarded(template, kind):
    """Each resource of a kind with its policies."""
    policy_kind, names, _, _ = KINDS[kind]
    of_kind = [n for n, r in template["Resources"].items() if r["Type"] == kind]
    policies = [r for r in template["Resources"].values() if r["Type"] == policy_kind]
    for name in of_kind:
        documents = [
            Policy.from_document(resolved(policy["Properties"]["PolicyDocument"]), name=name)
            for policy in policies
            if arn(name) in str(resolved(policy["Properties"][names]))
        ]
        yield name, documents


def denied(name, documents, kind, **context):
    _, _, action, suffix = KINDS[kind]
    request = Request(
        principal=CALLER,
        action=action,
        resource=f"{arn(name)}{suffix}",
        context={f"{key.replace('__', ':')}": value for key, value in context.items()},
        resource_account="111122223333",
    )
    decision = evaluate(request, identity=[ANYTHING], resource_policies=documents)
    return not decision.allowed


@pytest.mark.parametrize("kind", KINDS)
def test_no_resource_takes_plain_http(template, kind):
    for name, documents in guarded(template, kind):
        secure = {"aws__SecureTransport": "true", "s3__TlsVersion": "1.3"}
        assert denied(name, documents, kind, **{**secure, "aws__SecureTransport": "false"}), name
        assert not denied(name, documents, kind, **secure), name


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_no_bucket_takes_an_old_tls(template, version):
    for name, documents in guarded(template, "AWS::S3::Bucket"):
        context = {"aws__SecureTransport": "true", "s3__TlsVersion": version}
        assert denied(name, documents, "AWS::S3::Bucket", **context), name
        context["s3__TlsVersion"] = "1.2"
        assert not denied(name, documents, "AWS::S3::Bucket", **context), name


def test_there_are_buckets_and_topics_to_look_at(template):
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    assert kinds.count("AWS::S3::Bucket") >= 2
    assert kinds.count("AWS::SNS::Topic") >= 1
