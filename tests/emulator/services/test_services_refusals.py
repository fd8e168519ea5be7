"""What moto would accept and AWS refuses."""

import json

import pytest

ACCOUNT = "123456789012"
RUNTIME = "com.amazonaws.eu-west-1.bedrock-runtime"
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/audit"
ADMIN = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def for_service(service, *actions, resource="*", **condition):
    more = {"Condition": condition} if condition else {}
    who = {"Principal": {"Service": service}, "Action": actions, "Resource": resource}
    return {"Effect": "Allow", **who, **more}


def for_logs(group="/a", service="logs.eu-west-1.amazonaws.com"):
    actions = ("Encrypt", "Decrypt", "ReEncrypt*", "GenerateDataKey*", "Describe*")
    arn = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{group}"
    condition = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}}
    return for_service(service, *(f"kms:{each}" for each in actions), **condition)


@pytest.fixture
def key(client):
    def make(*statements):
        policy = document(ADMIN, *statements)
        return client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]

    return make


def test_a_log_group_takes_a_key_that_admits_the_service(client, key):
    logs, arn = client("logs"), key(for_logs())
    logs.create_log_group(logGroupName="/a", kmsKeyId=arn)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == arn


@pytest.mark.parametrize(
    "statements",
    [(), (for_logs(group="/b"),), (for_logs(service="logs.amazonaws.com"),)],
)
def test_a_log_group_refuses_a_key_that_does_not(client, key, refusal, statements):
    arguments = {"logGroupName": "/a", "kmsKeyId": key(*statements)}
    code, text = refusal(client("logs").create_log_group, **arguments)
    assert (code, "is not allowed to be used" in text) == ("InvalidParameterException", True)


@pytest.fixture
def bucket(client):
    def make(*actions):
        s3 = client("s3")
        s3.create_bucket(
            Bucket="trail", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        everything = ["arn:aws:s3:::trail", "arn:aws:s3:::trail/*"]
        source = {"StringEquals": {"aws:SourceArn": TRAIL}}
        allow = for_service("cloudtrail.amazonaws.com", *actions, resource=everything, **source)
        s3.put_bucket_policy(Bucket="trail", Policy=document(allow))

    return make


def test_a_trail_takes_a_bucket_and_key_that_admit_the_service(client, key, bucket):
    bucket("s3:GetBucketAcl", "s3:PutObject")
    source = {"StringEquals": {"aws:SourceArn": TRAIL}}
    actions = ("kms:GenerateDataKey*", "kms:DescribeKey")
    arn = key(for_service("cloudtrail.amazonaws.com", *actions, **source))
    made = client("cloudtrail").create_trail(Name="audit", S3BucketName="trail", KmsKeyId=arn)
    assert made["KmsKeyId"] == arn


@pytest.mark.parametrize("only", ["s3:GetBucketAcl", "s3:PutObject"])
def test_a_trail_refuses_a_bucket_that_does_not(client, bucket, refusal, only):
    bucket(only)
    code, _ = refusal(client("cloudtrail").create_trail, Name="audit", S3BucketName="trail")
    assert code == "InsufficientS3BucketPolicyException"


def test_a_trail_refuses_a_key_that_does_not(client, key, bucket, refusal):
    bucket("s3:GetBucketAcl", "s3:PutObject")
    arguments = {"Name": "audit", "S3BucketName": "trail", "KmsKeyId": key()}
    code, _ = refusal(client("cloudtrail").create_trail, **arguments)
    assert code == "InsufficientEncryptionPolicyException"


@pytest.fixture
def endpoint_in(client):
    """Makes an interface endpoint in one VPC."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})

    def make(service=RUNTIME, hostnames=True, **more):
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": hostnames})
        arguments = {"VpcId": vpc, "VpcEndpointType": "Interface", "ServiceName": service, **more}
        return ec2.create_vpc_endpoint(**arguments)["VpcEndpoint"]

    return make


def test_an_endpoint_reads_back_its_policy_and_private_dns(endpoint_in, client):
    policy = document({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
    made = endpoint_in(PolicyDocument=policy, PrivateDnsEnabled=True)
    endpoints = client("ec2").describe_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    (found,) = endpoints["VpcEndpoints"]
    assert (found["PolicyDocument"], found["PrivateDnsEnabled"]) == (policy, True)


@pytest.mark.parametrize(
    "service", ["com.amazonaws.eu-west-1.bedrok", "com.amazonaws.eu-west-1.bedrock-runtime-fips"]
)
def test_an_endpoint_service_that_is_not_offered_is_refused(endpoint_in, refusal, service):
    assert refusal(endpoint_in, service=service)[0] == "InvalidServiceName"


def test_a_newer_endpoint_service_is_known(endpoint_in):
    service = "com.amazonaws.eu-west-1.bedrock-mantle"
    assert endpoint_in(service=service)["ServiceName"] == service


def test_private_dns_needs_host_names_in_the_vpc(endpoint_in, refusal):
    code, text = refusal(endpoint_in, hostnames=False, PrivateDnsEnabled=True)
    assert (code, "enableDnsHostnames" in text) == ("InvalidParameter", True)


def test_private_dns_of_a_service_is_there_once(endpoint_in, refusal):
    endpoint_in(PrivateDnsEnabled=True)
    assert "conflicting DNS" in refusal(endpoint_in, PrivateDnsEnabled=True)[1]


def test_a_deleted_endpoint_makes_room(endpoint_in, client):
    made = endpoint_in(PrivateDnsEnabled=True)
    client("ec2").delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert endpoint_in(PrivateDnsEnabled=True)["State"] == "available"


def test_a_long_endpoint_policy_is_refused(endpoint_in, refusal):
    assert refusal(endpoint_in, PolicyDocument="x" * 20_481)[0] == "InvalidPolicyDocument"


@pytest.fixture
def organizations(client):
    made = client("organizations", "us-east-1")
    made.create_organization(FeatureSet="ALL")
    return made


def bedrock_policy(content):
    return {"Name": "p", "Description": "d", "Type": "BEDROCK_POLICY", "Content": content}


def test_a_bedrock_policy_is_kept_and_attached(organizations):
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="BEDROCK_POLICY")
    content = json.dumps({"bedrock": {"guardrail_inference": {}}})
    policy = organizations.create_policy(**bedrock_policy(content))["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=policy["Id"], TargetId=root)
    kept = organizations.list_policies_for_target(TargetId=root, Filter="BEDROCK_POLICY")
    assert [each["Type"] for each in kept["Policies"]] == ["BEDROCK_POLICY"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"other": {}}', "MalformedPolicyDocumentException"),
        ('{"bedrock": "' + "x" * 10_000 + '"}', "ConstraintViolationException"),
    ],
)
def test_a_bedrock_policy_the_service_refuses(organizations, refusal, content, code):
    assert refusal(organizations.create_policy, **bedrock_policy(content))[0] == code


@pytest.fixture
def locked(client):
    s3 = client("s3")
    s3.create_bucket(
        Bucket="locked",
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    return s3


def test_an_object_lock_reads_back(locked):
    retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": retention}
    locked.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=lock)
    found = locked.get_object_lock_configuration(Bucket="locked")["ObjectLockConfiguration"]
    assert found == lock


def test_a_lifecycle_rule_reads_back(locked):
    expiration = {"NoncurrentDays": 30, "NewerNoncurrentVersions": 2}
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}}
    rule |= {"NoncurrentVersionExpiration": expiration}
    locked.put_bucket_lifecycle_configuration(
        Bucket="locked", LifecycleConfiguration={"Rules": [rule]}
    )
    assert locked.get_bucket_lifecycle_configuration(Bucket="locked")["Rules"] == [rule]


def test_events_to_eventbridge_read_back(locked):
    notify = {"EventBridgeConfiguration": {}}
    locked.put_bucket_notification_configuration(Bucket="locked", NotificationConfiguration=notify)
    found = locked.get_bucket_notification_configuration(Bucket="locked")
    assert found["EventBridgeConfiguration"] == {}
