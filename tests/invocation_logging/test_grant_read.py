import pytest
from aws_cdk import aws_iam as iam

from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"


@pytest.fixture
def granted(invocation_logging, env_stack, deployed):
    """The construct, and whether a role with grant_read may do something."""
    logging = invocation_logging()
    role = iam.Role(env_stack, "Reader", assumed_by=iam.AccountRootPrincipal())
    grant = logging.grant_read(role)
    assert grant.success
    document = deployed(role.node.find_child("DefaultPolicy").node.default_child)["PolicyDocument"]
    policy = Policy.from_document(document)

    def may(action, resource, **context):
        reader = f"arn:aws:iam::{ACCOUNT}:role/Reader"
        request = Request(principal=reader, action=action, resource=resource, context=context)
        return evaluate(request, identity=[policy]).allowed

    return logging, may


def name_of(logging, token):
    reference = logging.bucket.stack.resolve(token)
    return reference.get("Ref") or reference["Fn::GetAtt"][0]


def test_a_reader_gets_log_objects(granted):
    logging, may = granted
    bucket = f"arn:aws:s3:::{name_of(logging, logging.bucket.bucket_name)}"
    assert may("s3:ListBucket", bucket)
    assert may("s3:GetObject", f"{bucket}/invocations/a.json.gz")
    assert not may("s3:PutObject", f"{bucket}/invocations/a.json.gz")
    assert not may("s3:DeleteObjectVersion", f"{bucket}/invocations/a.json.gz")


def test_a_reader_gets_log_events_masked(granted):
    logging, may = granted
    name = name_of(logging, logging.log_group.log_group_name)
    group = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{name}:log-stream:s"
    assert may("logs:GetLogEvents", group)
    assert may("logs:FilterLogEvents", group)
    assert not may("logs:Unmask", group)
    assert not may("logs:DeleteLogStream", group)


def test_a_reader_decrypts_through_the_two_services_only(granted):
    logging, may = granted
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{name_of(logging, logging.encryption_key.key_arn)}"
    for service in ("s3", "logs"):
        assert may("kms:Decrypt", key, **{"kms:ViaService": f"{service}.eu-west-1.amazonaws.com"})
    assert not may("kms:Decrypt", key)
    assert not may("kms:Decrypt", key, **{"kms:ViaService": "ebs.eu-west-1.amazonaws.com"})


def test_a_reader_gets_nothing_of_the_access_logs(granted):
    logging, may = granted
    bucket = f"arn:aws:s3:::{name_of(logging, logging.access_log_bucket.bucket_name)}"
    assert not may("s3:GetObject", f"{bucket}/access-logs/a")
